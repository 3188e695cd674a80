"""May I sign or vote here? The answer, the reason and the day, for one's own eyes."""

from __future__ import annotations

from datetime import date

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


def entries(town: Town) -> int:
    with town.begin() as uow:
        return uow.session.scalar(select(func.count()).select_from(RecordEntry)) or 0


def test_before_the_code_it_says_that_nothing_is_kept(visitor: Visitor) -> None:
    html = visitor.opens("/may-i")
    assert "어디에도 저장하지 않습니다" in html
    assert 'href="/sign-in?next=/may-i"' in html
    assert "서명할 수 있습니다" not in html


@pytest.mark.usefixtures("initiative_open")
def test_after_the_code_each_instrument_and_open_measure_is_answered(visitor: Visitor) -> None:
    assert visitor.proves(ASKER, way="/may-i").headers["location"] == "/may-i"
    before = entries(visitor.town)
    html = visitor.opens("/may-i")
    assert html.count("서명할 수 있습니다") == 1 + 4
    assert html.count("투표할 수 있습니다") == 3
    assert "정하는 날: 2026년 12월 31일" in html
    assert entries(visitor.town) == before


def test_a_newcomer_is_told_the_day_that_decides(visitor: Visitor) -> None:
    lives(visitor.town, registered_from=date(2027, 1, 10), stated_from=date(2027, 1, 10))
    visitor.town.opens(Instrument.INITIATIVE)
    html = visitor.is_signed_in(ASKER).opens("/may-i")
    assert html.count("서명할 수 없습니다") == 1 + 4
    assert "기준일에 이 지역에 등록되어 있지 않습니다." in html
    assert "투표할 수 있습니다" in html, "today they live here"


def test_somebody_young_is_told_when_they_come_of_age(visitor: Visitor) -> None:
    lives(visitor.town, birth_date=date(2009, 5, 5))
    html = visitor.is_signed_in(ASKER).opens("/may-i")
    assert "2027년 5월 5일" in html
    assert "나이가 찹니다" in html


@pytest.mark.usefixtures("referendum_called")
def test_a_called_vote_is_answered_by_its_own_days(visitor: Visitor) -> None:
    html = visitor.is_signed_in(ASKER).opens("/may-i")
    assert "도서관 야간 개관 조례" in html
    assert html.count("투표할 수 있습니다") == 1 + 3
    visitor.town.calendar_catches_up()
    visitor.town.waits(days=2)
    html = visitor.is_signed_in(ASKER).opens("/may-i")
    assert html.count("투표할 수 있습니다") == 1 + 3
