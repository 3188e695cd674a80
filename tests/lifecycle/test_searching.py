"""Finding by words, with titles of ordinances and votes as Korean places have had them."""

from __future__ import annotations

import unicodedata
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from referendum.lifecycle import searching
from referendum.lifecycle.advisory.answering import Decision
from referendum.lifecycle.searching import Asked, Kind
from tests.projects.listing import line, takes
from tests.town import Town
from thresholds.vocabulary import Instrument

TITLES = {
    "library": "작은도서관 설치 및 운영 조례",
    "night": "공공도서관 야간 개관 조례",
    "water": "물 재이용 촉진 및 지원에 관한 조례",
    "building": "공공건물 에너지 절약 조례",
    "rice": "친환경 무상급식 지원 조례",
    "airport": "신공항 이전 건의 주민투표",
    "road": "걷고 싶은 길 조성 조례",
    "light": "도로 조명(가로등) 관리 조례",
}
EVERY = frozenset(Kind)


@pytest.fixture
def town(town: Town) -> Town:
    """With a measure of each title under way."""
    for title in TITLES.values():
        town.opens(
            Instrument.INITIATIVE,
            title_ko=title,
            title_en="An ordinance",
            question_ko="제정할까요?",
            question_en="Yes?",
            reason="제안 취지",
            body="본문",
        )
    return town


def found(town: Town, typed: str, kinds: frozenset[Kind] = EVERY) -> list[str]:
    """The titles, as they are listed."""
    with town.begin() as uow:
        hits = searching.find(uow.session, town.place, Asked.read(typed), kinds=kinds, most=50)
        return [one.title_ko for one in hits]


def named(*keys: str) -> set[str]:
    return {TITLES[key] for key in keys}


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("작은도서관", {"library"}),
        ("작은 도서관", {"library"}),
        ("도서관", {"library", "night"}),
        ("도서관을 야간에", {"night"}),
        ("야간 도서관의", {"night"}),
        ("물", {"water"}),
        ("길", {"road"}),
        ("길 조성을", {"road"}),
        ("도로", {"light"}),
        ("가로등", {"light"}),
        ("무상 급식", {"rice"}),
        ("급식에 관한", set()),
        ("신공항이전", {"airport"}),
        ("조례", set(TITLES) - {"airport"}),
        ("없는말", set()),
        (unicodedata.normalize("NFD", "무상급식"), {"rice"}),
        ("", set()),
        ("!?()%_", set()),
    ],
)
def test_spaces_particles_and_short_words(town: Town, typed: str, keys: set[str]) -> None:
    assert set(found(town, typed)) == named(*keys)


def test_whoever_says_it_in_the_title_comes_first_and_whole_before_in_parts(town: Town) -> None:
    for title, body in (
        ("도서관 운영 시간 조례", "본문"),
        ("청소년 공간 조례", "야간 도서관 운영을 포함한다."),
        ("야간 도서관 운영 조례", "본문"),
    ):
        town.opens(Instrument.INITIATIVE, title_ko=title, body=body)
    first, *_, last = found(town, "야간 도서관 운영")
    assert first == "야간 도서관 운영 조례"
    assert last == "청소년 공간 조례"


def test_english_words_are_found_in_their_forms(town: Town) -> None:
    town.opens(Instrument.INITIATIVE, title_ko="나무 조례", title_en="Public libraries and trees")
    for typed in ("library", "Libraries", "TREE", "tree library"):
        assert found(town, typed) == ["나무 조례"], typed


def test_what_is_not_published_is_not_found(town: Town) -> None:
    town.drafts(Instrument.INITIATIVE, title_ko="몰래 쓰는 초안 조례", title_en="Secret draft")
    assert found(town, "초안") == found(town, "secret") == []


def test_projects_and_answers_are_found_and_kinds_narrow(
    town: Town, advisory_declared: UUID
) -> None:
    takes(town, line(1, name="호수공원 무대 보수", summary="무대와 조명을 고친다"))
    assert found(town, "공원 무대") == ["호수공원 무대 보수"]
    assert found(town, "조명", frozenset({Kind.PROJECT})) == ["호수공원 무대 보수"]
    assert set(found(town, "조명")) == {"호수공원 무대 보수", TITLES["light"]}
    town.answers(advisory_declared, Decision.PARTLY)
    with town.begin() as uow:
        (said,) = uow.session.execute(text("select reasons_ko from answer")).one()
        word = max(said.split(), key=len)
        hits = searching.find(
            uow.session, town.place, Asked.read(word), kinds=frozenset({Kind.ANSWER}), most=9
        )
    assert [one.kind for one in hits] == [Kind.ANSWER]


SAID = st.text(st.sampled_from("가나도서관은 물길abcYZ.,(·\n"), max_size=30)


@given(SAID)
def test_the_database_and_the_page_leave_out_the_same(said: str) -> None:
    """What is marked on the page is what the database found."""
    asked = Asked.read(said)
    assert all(asked.pattern().search(stem) for stem in asked.stems)
    assert searching.plain(said) == searching.plain(searching.plain(said))


def test_the_database_reads_as_the_code_does(town: Town) -> None:
    odd = [
        "작은 도서관(분관)·열람실",
        "Ａ１ ｂ２　전각",
        "a_b%c\\d",
        "",
        "「조례」 제1조",
        "NFD 무상급식",
    ]
    with town.begin() as uow:
        for said in odd:
            read = uow.session.scalar(text("select referendum_plain(:said)"), {"said": said})
            assert read == searching.plain(said)


MANY = """
insert into measure
select (jsonb_populate_record(one, jsonb_build_object(
           'id', gen_random_uuid(), 'number', 1000 + each,
           'title_ko', md5(each::text), 'title_en', md5((-each)::text)))).*
  from measure as one, generate_series(1, 3000) as each
 where one.title_ko = :title
"""


def test_among_thousands_an_index_is_asked_first(town: Town, owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text(MANY), {"title": TITLES["library"]})
        connection.execute(text("analyze measure"))
    with town.begin() as uow:
        asked = searching._measures(town.place, Asked.read("야간 개관"), 20)
        written = asked.compile(dialect=uow.session.get_bind().dialect)
        driver = uow.session.connection().connection.driver_connection
        assert driver is not None
        planned = driver.execute(f"explain {written}", written.params).fetchall()
        assert any("ix_measure_search" in row[0] for row in planned), planned
        assert [one.title_ko for one in uow.session.scalars(asked)] == [TITLES["night"]]
