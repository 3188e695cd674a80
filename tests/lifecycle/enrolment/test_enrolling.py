"""Votes without the register: people enrol themselves while it is time, by what they state."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from threading import Thread
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from referendum.kernel.clock import advance
from referendum.kernel.people import Authority
from referendum.kernel.record import RecordEntry
from referendum.lifecycle import holding
from referendum.lifecycle.enrolment import enrolled, enrolling, taking_back
from referendum.lifecycle.enrolment.enrolled import Closed
from referendum.lifecycle.enrolment.enrolling import Statement
from referendum.lifecycle.enrolment.errors import (
    EnrolmentClosed,
    NotByEnrolment,
    NotOfElectorate,
    OutsideArea,
    StatementMissing,
)
from referendum.lifecycle.errors import ParticularMissing
from referendum.lifecycle.holding import HoldKind
from tests.lifecycle.enrolment.enrolling import (
    all_enrol,
    enrols,
    lines,
    phone,
    roll_of,
    standing,
    told,
    withdraws,
)
from tests.lifecycle.waiting import until_it_waits
from tests.papers import PAPER
from tests.town import Town
from thresholds.vocabulary import Instrument

# Halts


def test_who_enrols_waits_for_a_halt_that_is_being_placed_and_is_refused(
    town: Town, measure: UUID
) -> None:
    refused: list[EnrolmentClosed] = []

    def tries() -> None:
        try:
            enrols(town, measure, 1)
        except EnrolmentClosed as closed:
            refused.append(closed)

    voter = Thread(target=tries)
    with town.begin() as uow:
        holding.place(
            uow,
            measure,
            kind=HoldKind.COURT,
            document=PAPER,
            reason="집행정지",
            stops_clock=False,
            by=town.officer(Authority.MAYOR),
        )
        voter.start()
        until_it_waits(town, voter)
    voter.join()
    assert [one.facts["why"] for one in refused] == ["on_hold"]
    assert lines(town, measure) == []


# The time


def test_one_enrols_from_the_call_until_the_base_day_is_over(town: Town, measure: UUID) -> None:
    """Half-open: one minute before its end yes, at its end no."""
    with town.begin() as uow:
        found = enrolled.window(uow, town.measure(measure))
    assert found is not None
    assert found.is_open
    assert found.closes_at == town.deadline(measure, "roll_base")
    town.waits_for("roll_base", measure, seconds=-60)
    enrols(town, measure, 1)
    with town.begin() as uow:
        advance(uow.session, timedelta(seconds=60))
    with pytest.raises(EnrolmentClosed) as refused:
        enrols(town, measure, 2)
    assert refused.value.facts["why"] == "over"
    with pytest.raises(EnrolmentClosed):
        withdraws(town, measure, 1)
    town.calendar_catches_up()
    assert roll_of(town, measure).size == 1


def test_before_the_call_nobody_enrols(town: Town) -> None:
    town.delegates(identification="self_registration")
    petition = town.opens(Instrument.ADVISORY)
    with town.begin() as uow:
        found = enrolled.window(uow, town.measure(petition))
    assert found is not None
    assert found.why_closed is Closed.NOT_CALLED
    with pytest.raises(NotByEnrolment):
        enrols(town, petition, 1)


def test_a_halted_vote_takes_nobody(town: Town, measure: UUID) -> None:
    hold = town.halts(measure, stops_clock=False)
    with pytest.raises(EnrolmentClosed) as refused:
        enrols(town, measure, 1)
    assert refused.value.facts["why"] == "on_hold"
    town.lifts(measure, hold)
    enrols(town, measure, 1)


def test_a_vote_by_the_register_has_no_book(town: Town) -> None:
    measure = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    town.calls(measure, Authority.MAYOR)
    with town.begin() as uow:
        assert enrolled.window(uow, town.measure(measure)) is None
    with pytest.raises(NotByEnrolment):
        enrols(town, measure, 1)


# What is stated


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"birth_date": date(2010, 1, 1)}, "under_age"),
        ({"foreign": True}, "foreigner_status"),
        ({"foreign": True, "status": "E-9"}, "foreigner_status"),
    ],
)
def test_who_may_not_vote_by_what_they_state_is_told_why(
    town: Town, measure: UUID, changed: dict[str, Any], reason: str
) -> None:
    with pytest.raises(NotOfElectorate) as refused:
        enrols(town, measure, 1, **changed)
    assert refused.value.facts["reason"] == reason
    assert lines(town, measure) == []


def test_age_counts_on_the_day_of_the_vote(town: Town, measure: UUID) -> None:
    """On the birthday itself one is of age; a day later would be too late."""
    vote = town.deadline(measure, "polls_open").astimezone(ZoneInfo("Asia/Seoul")).date()
    on_the_day = vote.replace(year=vote.year - 18)
    enrols(town, measure, 1, birth_date=on_the_day)
    with pytest.raises(NotOfElectorate):
        enrols(town, measure, 2, birth_date=on_the_day + timedelta(days=1))


def test_foreign_residents_of_a_promised_status_enrol(town: Town, measure: UUID) -> None:
    enrols(town, measure, 1, foreign=True, status="F-5")
    assert len(standing(town, measure)) == 1


@pytest.mark.parametrize("statement", list(Statement))
def test_each_statement_is_made_by_itself(town: Town, measure: UUID, statement: Statement) -> None:
    with pytest.raises(StatementMissing) as refused:
        enrols(town, measure, 1, statements=frozenset(Statement) - {statement})
    assert refused.value.facts["missing"] == [statement.value]


def test_a_district_outside_the_area_and_a_name_of_nothing_are_refused(
    town: Town, measure: UUID
) -> None:
    with pytest.raises(OutsideArea):
        enrols(town, measure, 1, district=UUID(int=1))
    with pytest.raises(ParticularMissing):
        enrols(town, measure, 1, name=" - ")


# What is public, and what is recorded


def test_sig_08_small_districts_are_not_shown_beside_the_total(town: Town, measure: UUID) -> None:
    """SIG-08: no count under five, and none that the total would give away."""
    all_enrol(town, measure, range(1, 9))
    enrols(town, measure, 20, district=town.districts[1].id)
    area = [district.id for district in town.districts]
    with town.begin() as uow:
        shown = enrolled.by_district(uow.session, measure, area)
        total = enrolled.total(uow.session, measure)
    assert total == 9
    assert shown[town.districts[1].id] is None
    known = [count for count in shown.values() if count is not None]
    assert total - sum(known) != 1
    assert all(count >= 5 for count in known)


READ = text("""
select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables
 where relname = 'standing_enrolment'
""")


@pytest.mark.untouched
@pytest.mark.parametrize("what", ["enrols", "withdraws", "is_asked_of_by_the_calendar"])
def test_what_one_voter_does_reads_nobody_else(town: Town, measure: UUID, what: str) -> None:
    """However many stand enrolled: their number is for pages, which show it."""
    all_enrol(town, measure, range(1, 5))
    few = read_when(town, measure, what, 101)
    all_enrol(town, measure, range(5, 60))
    assert read_when(town, measure, what, 201) <= few + 2


def read_when(town: Town, measure: UUID, what: str, number: int) -> int:
    """How many standing enrolments are read, where rows are found by their indexes."""
    if what == "withdraws":
        enrols(town, measure, number)
    with town.begin() as uow:
        uow.session.execute(text("set local enable_seqscan = off"))
        before = uow.session.scalar(READ) or 0
        if what == "enrols":
            me = {"phone": phone(town, number)}
            enrolling.enrol(uow, town.vault, measure, told(town, number), **me)
        elif what == "withdraws":
            taking_back.withdraw(uow, town.vault, measure, phone=phone(town, number))
        else:
            assert enrolled.has_any(uow.session, measure)
        return (uow.session.scalar(READ) or 0) - before


def test_the_record_has_one_entry_each_with_the_day_and_a_commitment(
    town: Town, measure: UUID
) -> None:
    enrols(town, measure, 1)
    withdraws(town, measure, 1)
    acts = [act for act in town.recorded(measure) if act.startswith("enrolment")]
    assert acts == ["enrolment.recorded", "enrolment.withdrawn"]
    with town.begin() as uow:
        leaf = uow.session.scalars(
            select(RecordEntry.leaf).where(RecordEntry.act == "enrolment.recorded")
        ).one()
    entry = json.loads(leaf)
    (line,) = lines(town, measure)
    assert entry["by"] == "resident"
    assert entry["at"] == datetime.fromisoformat(entry["at"]).date().isoformat()
    assert entry["facts"] == {"assurance": "phone", "commitment": line.commitment.hex()}
