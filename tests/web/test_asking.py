"""May I sign or vote here? The answer, the reason and the day, for one's own eyes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from referendum.kernel.record import RecordEntry
from referendum.roll.tables import Residence
from tests.town import Town
from tests.web.conftest import Open
from tests.web.visitors import Visitor, registers_phone
from thresholds.vocabulary import Instrument

ASKER = 40


@pytest.fixture
def visitor(site: Open, town: Town, database_url: str) -> Visitor:
    registers_phone(town, ASKER)
    town.has_a_promise()
    return Visitor(site(database=database_url), town)


def lives(town: Town, **changed: object) -> None:
    with town.begin() as uow:
        uow.session.execute(
            update(Residence)
            .where(Residence.person_id == town.resident(ASKER).person)
            .values(**changed)
        )


def home(town: Town) -> str:
    """The district in which the asker lives."""
    return next(one.name_ko for one in town.districts if ASKER in town.people[one.id])


def entries(town: Town) -> int:
    with town.begin() as uow:
        return uow.session.scalar(select(func.count()).select_from(RecordEntry)) or 0


def card(html: str, title: str) -> str:
    """The card of a measure on the page that lists them."""
    (found,) = [one for one in html.split('<li class="card')[1:] if title in one.split("</h3>")[0]]
    return found


def test_before_the_code_it_says_that_nothing_is_kept(visitor: Visitor) -> None:
    html = visitor.opens("/may-i")
    assert "어디에도 저장하지 않습니다" in html
    assert 'href="/sign-in?next=/may-i"' in html
    assert "서명할 수 있습니다" not in html
    assert "고양시에 사는 18세 이상" in html, "the general answer needs nobody's name"
    assert "그 의원의 선거구에 사는 사람만 참여합니다." in html


@pytest.mark.usefixtures("initiative_open")
def test_after_the_code_each_instrument_and_open_measure_is_answered(visitor: Visitor) -> None:
    assert visitor.proves(ASKER, way="/may-i").headers["location"] == "/may-i"
    before = entries(visitor.town)
    html = visitor.opens("/may-i")
    told = card(html, "도서관 야간 개관 조례")
    assert "서명할 수 있습니다" in told
    assert f"2026년 12월 31일 목요일 기준으로 {home(visitor.town)}에 살고" in told
    assert 'href="/measures/1/sign"' in told
    assert html.count("본인의 선거구이면 서명할 수 있습니다") == 1, "a recall has a constituency"
    assert entries(visitor.town) == before


def test_a_newcomer_is_told_the_day_that_decides_and_where_a_record_is_corrected(
    visitor: Visitor,
) -> None:
    lives(visitor.town, registered_from=date(2027, 1, 10), stated_from=date(2027, 1, 10))
    visitor.town.opens(Instrument.INITIATIVE)
    html = visitor.is_signed_in(ASKER).opens("/may-i")
    told = card(html, "도서관 야간 개관 조례")
    assert "서명할 수 없습니다" in told
    assert "2026년 12월 31일 목요일 기준으로 고양시 주민으로 되어 있지 않습니다." in told
    assert 'href="/may-i#record"' in told
    assert "투표할 수 있습니다" in html, "today they live here"


def test_somebody_young_is_told_when_they_come_of_age(visitor: Visitor) -> None:
    lives(visitor.town, birth_date=date(2009, 5, 5))
    html = visitor.is_signed_in(ASKER).opens("/may-i")
    assert "18세 이상이어야 하는데, 2027년 5월 5일 수요일에 18세가 됩니다." in html


@pytest.mark.usefixtures("referendum_called")
def test_a_called_vote_is_answered_by_its_own_days_and_leads_to_the_polling_place(
    visitor: Visitor,
) -> None:
    for _ in ("before the list is made", "after it"):
        told = card(visitor.is_signed_in(ASKER).opens("/may-i"), "도서관 야간 개관 조례")
        assert "투표할 수 있습니다" in told
        assert 'href="/measures/1/vote"' in told
        visitor.town.calendar_catches_up()
        visitor.town.waits(days=2)


def test_whoever_lives_outside_the_area_is_told_which_district_it_is(visitor: Visitor) -> None:
    first = visitor.town.districts[0]
    visitor.town.opens(Instrument.REFERENDUM, districts=(first.id,))
    here = visitor.is_signed_in(ASKER).opens("/measures/1/may-i")
    assert "서명할 수 없습니다" in here
    assert f"{home(visitor.town)}에 살고 있어, {first.name_ko}에 사는 사람만 참여하는" in here
    english = visitor.client.get("/measures/1/may-i?lang=en").text
    assert f"only those living in {first.name_en} take part" in english


def test_a_measure_says_in_general_who_takes_part_and_asks_nobody(visitor: Visitor) -> None:
    first = visitor.town.districts[0]
    visitor.town.opens(Instrument.REFERENDUM, districts=(first.id,))
    for path in ("/measures/1", "/measures/1/may-i"):
        html = visitor.opens(path)
        assert f"{first.name_ko}에 사는 18세 이상" in html
        assert "나이와 사는 곳은 2026년 12월 31일 목요일을 기준으로 봅니다." in html
        assert "외국인 주민은 체류자격이 F-2, F-5, F-6이면 참여합니다." in html
    assert 'href="/sign-in?next=/measures/1/may-i"' in html


def test_who_has_signed_is_told_so_and_nobody_else_is(
    visitor: Visitor, initiative_open: UUID
) -> None:
    visitor.town.signs(initiative_open, ASKER)
    assert "이미 서명하셨습니다" not in visitor.opens("/measures/1/may-i")
    told = visitor.is_signed_in(ASKER).opens("/measures/1/may-i")
    assert "이미 서명하셨습니다" in told
    assert 'href="/my-signatures#measure-1"' in told
    other = visitor.is_signed_in(ASKER + 1).opens("/measures/1/may-i")
    assert "이미 서명하셨습니다" not in other
    assert "서명할 수 있습니다" in other


def test_a_draft_answers_nobody(visitor: Visitor) -> None:
    visitor.town.drafts(Instrument.INITIATIVE, by=visitor.town.resident(ASKER))
    assert visitor.is_signed_in(ASKER).client.get("/measures/1/may-i").status_code == 404


def test_the_button_of_a_measure_asks_about_this_measure(
    visitor: Visitor, initiative_open: UUID
) -> None:
    assert initiative_open
    for path in ("/measures/1", "/measures/1/sign"):
        assert 'href="/measures/1/may-i">내가 참여할 수 있는지 확인</a>' in visitor.opens(path), (
            path
        )
