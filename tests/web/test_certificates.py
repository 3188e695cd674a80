"""What the page of an advisory vote's certificate tells its reader."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select

from referendum.certificates.layout import Fonts
from referendum.certificates.tables import Certificate
from referendum.i18n.words import Words
from referendum.kernel.people import Authority
from referendum.lifecycle.advisory.answering import Decision
from tests.certificates.printing import set_once
from tests.certificates.reading import with_pypdf
from tests.doors.browser import Browser
from tests.lifecycle.advisory.test_correcting import certificates, corrects, reads_right
from tests.papers import PAPER
from tests.town import Town
from tests.web.conftest import Open


@dataclass
class Page:
    """An issued certificate and a visitor who reads it."""

    client: Browser
    path: str
    measure: int

    def reads(self, language: str, path: str = "") -> str:
        """The words of the page, a blank between any two pieces."""
        page = self.client.get(path or self.path, headers={"accept-language": language})
        assert page.status_code == 200
        main = page.text.partition("<main")[2].partition("</main>")[0]
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


@pytest.fixture
def page(town: Town, advisory_lost: UUID, site: Open, database_url: str) -> Page:
    """An advisory vote in which more said no, certified."""
    with town.begin() as uow:
        issued = uow.session.scalars(select(Certificate.id)).one()
    path = f"/certificates/{issued}"
    return Page(site(database=database_url), path, town.measure(advisory_lost).number)


def test_the_page_says_who_had_more_votes_and_of_how_many(page: Page) -> None:
    said = "표를 더 많이 얻은 쪽: 반대 (유효표 220표 가운데 132표)"
    assert said in page.reads("ko")
    assert "More votes went to: No (valid votes: 132 of 220)" in page.reads("en")


def test_each_value_stands_under_its_own_label(page: Page) -> None:
    assert "안건 제목 도서관 야간 개관 조례 안건번호 kr-goyang-1 " in page.reads("ko")
    read = page.reads("en")
    assert "Title of the measure Libraries open at night Measure number kr-goyang-1 " in read


def test_nothing_is_said_twice(page: Page) -> None:
    assert page.reads("ko").count("법적 구속력이 없") == 1
    read = page.reads("en")
    assert read.count("is not legally binding") == 1
    assert "시장의 사전 약속 제1호 (" in read
    assert page.client.get(f"{page.path}.json").json()["rulebook"]["laws"] == [
        "시장의 사전 약속 제1호 (2027-02-01)"
    ]


@pytest.mark.parametrize(
    ("language", "name", "office"),
    [
        ("ko", "서명: 본인 확인의 최소 수준", "담당관 1, 시장 소속 · 과장"),
        ("en", "Signing: least proof of identity", "담당관 1, For: Mayor · 과장"),
    ],
)
def test_no_code_stands_where_a_word_is_known(
    page: Page, language: str, name: str, office: str
) -> None:
    read = page.reads(language)
    assert name in read
    assert office in read
    assert re.findall(r"\b[a-z]+(?:_[a-z]+)+\b|\b(?:signing|voting|poll)\.\w+", read) == []


def test_districts_are_called_in_the_language_of_the_page(page: Page) -> None:
    assert "백석1동 12 5 " in page.reads("ko")
    read = page.reads("en")
    assert "Baekseok 1-dong 12 5 " in read
    assert "백석1동" not in read


def test_the_document_has_one_name_wherever_it_is_named(page: Page) -> None:
    measure = f"/measures/{page.measure}"
    names = {"ko": "자문투표 결과서", "en": "Advisory certificate: result of an advisory vote"}
    for language, name in names.items():
        assert f" {name} KR-GOYANG-2027-0001-V1" in page.reads(language, measure)
        assert f" {name}" in page.reads(language)
    assert "증명서" not in page.reads("ko")


@pytest.mark.parametrize(
    ("language", "heads"),
    [("ko", "읍·면·동별 유효 서명 읍·면·동"), ("en", "Valid signatures by district District")],
)
def test_a_petitions_page_has_the_districts_that_its_print_has(
    town: Town,
    referendum_sufficient: UUID,
    site: Open,
    database_url: str,
    *,
    language: str,
    heads: str,
) -> None:
    with town.begin() as uow:
        issued = uow.session.scalars(select(Certificate)).one()
        path, document = f"/certificates/{issued.id}", json.loads(issued.document)
    page = Page(site(database=database_url), path, town.measure(referendum_sufficient).number)
    read = page.reads(language)
    assert heads in read
    names = {
        one.name_ko: one.name_ko if language == "ko" else one.name_en for one in town.districts
    }
    rows = document["petition"]["districts"]
    assert rows
    said = [f" {names[one['name']]} {one['claimants'] or '–'} {one['valid']} " for one in rows]
    assert [one for one in said if one not in read] == []


def test_shares_stand_beside_votes_on_the_page_and_in_the_measure(page: Page) -> None:
    """Cut as the print cuts them: 132 of 220 and 88 of 220."""
    read = page.reads("ko")
    assert "득표 유효표 중" in read
    assert "찬성 88 40.00% " in read
    assert "반대 132 60.00% " in read
    read = page.reads("ko", f"/measures/{page.measure}")
    assert "찬성 88표(40.00%)" in read
    assert "반대 132표(60.00%)" in read
    english = page.reads("en", f"/measures/{page.measure}")
    assert "Yes 88 (40.00%)" in english
    assert re.search(r"Turnout \d\d\.\d\d% ", english)
    assert "Needed" in english


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_day_of_the_original_is_read_as_every_other_day(
    town: Town, referendum_furnished: UUID, site: Open, database_url: str, language: str
) -> None:
    town.votes(referendum_furnished, turnout=6, votes={"yes": 5, "no": 1})
    town.certifies(referendum_furnished, Authority.MAYOR, document=town.brought(PAPER))
    with town.begin() as uow:
        latest = uow.session.scalars(
            select(Certificate.id).where(Certificate.subject.startswith("poll"))
        ).one()
    page = Page(site(database=database_url), f"/certificates/{latest}", 1)
    # Once over the paper, as it is printed, and once among what it is.
    lead = "".join(page.reads(language).split("KR-GOYANG")[:2])
    assert {"ko": "옮겨 적은 등본", "en": "transcript"}[language] in lead
    assert re.findall(r"\d{4}-\d{2}-\d{2}", lead) == []


@pytest.mark.parametrize(
    ("signing", "kind", "head"),
    [
        (
            Authority.ELECTION_COMMISSION,
            "certificate",
            "고양시 선거관리위원회 주민투표 결과 증명서",
        ),
        (Authority.MAYOR, "transcript", "고양시 시장 주민투표 결과 등본"),
    ],
)
def test_page_pdf_and_json_are_headed_by_whoever_certified(
    town: Town,
    referendum_furnished: UUID,
    site: Open,
    database_url: str,
    signing: Authority,
    kind: str,
    head: str,
) -> None:
    """The same paper and the same operator: what differs is whose officers certified."""
    town.votes(referendum_furnished, turnout=6, votes={"yes": 5, "no": 1})
    town.certifies(referendum_furnished, signing, document=town.brought(PAPER))
    with town.begin() as uow:
        row = uow.session.scalars(
            select(Certificate).where(Certificate.subject.startswith("poll"))
        ).one()
    client = site(database=database_url)
    page = Page(client, f"/certificates/{row.id}", 1)
    assert head in page.reads("ko")
    document = json.loads(row.document)
    assert document["class"] == kind
    assert {one["authority"] for one in document["officers"]} == {signing.value}
    assert (document["transcript_of"] is None) == (kind == "certificate")
    pdf = set_once(document, fonts=Fonts.find())
    assert head in " ".join(with_pypdf(pdf)[0].split())


@pytest.mark.parametrize("language", ["ko", "en"])
def test_cer_07_a_corrected_result_leads_from_one_document_to_the_other(
    town: Town, advisory_declared: UUID, site: Open, database_url: str, language: str
) -> None:
    """CER-07: the old document says that it was replaced, and why; the new one what it replaces."""
    town.answers(advisory_declared, Decision.PARTLY)
    town.waits(days=1)
    client = site(database=database_url)
    number = town.measure(advisory_declared).number
    corrects(town, advisory_declared)
    (first,) = certificates(town, advisory_declared)
    old = Page(client, f"/certificates/{first.id}", number)
    being = {"ko": "다시 세고 있습니다", "en": "It is being counted once more"}[language]
    assert being in old.reads(language)
    former = {
        "ko": "바로잡기 전의 결과에 대한 답변",
        "en": "Answer to the result before its correction",
    }[language]
    assert former in old.reads(language, f"/measures/{number}")
    reads_right(town, advisory_declared, yes=4, no=2)
    town.certifies(advisory_declared, Authority.MAYOR)
    _, second = certificates(town, advisory_declared)
    read = old.reads(language)
    for said in ("정정-1", "한 투표소의 수를 잘못 읽음", second.serial):
        assert said in read
    new = Page(client, f"/certificates/{second.id}", number).reads(language)
    assert first.serial in new
    assert first.sha256 in new
    assert being not in new
    listed = old.reads(language, f"/measures/{number}")
    assert {"ko": "(바로잡힘)", "en": "(corrected)"}[language] in listed
    assert former in listed
    printed = set_once(
        json.loads(first.document), fonts=Fonts.find(), language=language, replaced=True
    )
    stamped = with_pypdf(printed)
    band = Words.load(language)("certificate.band.replaced")
    assert all(band in " ".join(one.split()) for one in stamped)
    anew = with_pypdf(set_once(json.loads(second.document), fonts=Fonts.find()))
    assert first.serial in " ".join(anew[0].split())
