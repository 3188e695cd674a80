"""What a day off, an election, an outage or a lifted hold moves: seen, kept, never backdated."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from referendum.kernel.people import Authority
from referendum.kernel.record import RecordEntry
from referendum.lifecycle.dates import daysoff, deadlines, elections, moves, outages
from referendum.lifecycle.dates.moves import MovesUnseen, Told
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import DeadlineKept
from tests.papers import PAPER
from tests.scenarios.deciding import SEOUL
from tests.town import Town, seconded
from thresholds.vocabulary import ElectionKind, Instrument

MAYOR = Authority.MAYOR
ENDS = "collection_ends"
DAY: dict[str, Any] = {"title_ko": "임시공휴일", "title_en": "Day off", "document": PAPER}
ELECTION: dict[str, Any] = {
    "kind": ElectionKind.BY_ELECTION,
    "title_ko": "보궐선거",
    "title_en": "By-election",
}


def kept(town: Town, measure: UUID, name: str = ENDS) -> DeadlineKept:
    with town.begin() as uow:
        found = deadlines.kept(uow.session, measure, name)
        assert found is not None
        return found


def declares(town: Town, day: date, **changed: Any) -> UUID:
    given = {"off": True, "reason": "공고", "by": seconded(town.officer(MAYOR)), **DAY}
    with town.begin() as uow:
        return daysoff.add(uow, day=day, **(given | changed)).id


def holds(town: Town, day: date, *districts: int) -> UUID:
    with town.begin() as uow:
        return elections.add(
            uow,
            day=day,
            districts=[town.districts[one].id for one in districts],
            document=PAPER,
            reason="공고",
            by=seconded(town.officer(MAYOR)),
            **ELECTION,
        ).id


def removes(town: Town, election: UUID) -> None:
    with town.begin() as uow:
        elections.remove(
            uow, election, document=PAPER, reason="선거 취소", by=seconded(town.officer(MAYOR))
        )


def told(town: Town, measure: UUID) -> list[Told]:
    with town.begin() as uow:
        return moves.of_measure(uow.session, measure)


def entries(town: Town, act: str) -> list[dict[str, Any]]:
    with town.begin() as uow:
        here = select(RecordEntry.leaf).where(RecordEntry.act == act)
        leaves = uow.session.scalars(here.order_by(RecordEntry.number))
        return [json.loads(leaf)["facts"] for leaf in leaves]


def test_a_day_off_keeps_every_deadline_that_it_moved_with_why(
    town: Town, referendum_open: UUID
) -> None:
    """All measures of the place, in one entry of the record."""
    other = town.opens(Instrument.REFERENDUM)
    before = kept(town, referendum_open).day
    declares(town, before)
    for measure in (referendum_open, other):
        found = {one.moved.name: one for one in told(town, measure)}
        assert set(found) == {ENDS, "submission_due"}
        end = found[ENDS]
        assert (end.moved.before, end.moved.after) == (before, kept(town, measure).day)
        assert (end.shift.cause, end.shift.title_ko) == ("day_off.declared", "임시공휴일")
        assert (end.shift.document_number, end.shift.reason) == (PAPER.number, "공고")
        assert end.moved.sum_ko == kept(town, measure).sum_ko
    (entry,) = entries(town, "day_off.declared")
    assert [one["deadline"] for one in entry["moved"]] == [ENDS, "submission_due"] * 2


def test_what_moves_nothing_leaves_no_list(town: Town, referendum_open: UUID) -> None:
    declares(town, date(2027, 3, 3))
    assert told(town, referendum_open) == []
    assert [one["moved"] for one in entries(town, "day_off.declared")] == [[]]


def test_whoever_was_shown_a_list_does_that_and_nothing_else(
    town: Town, referendum_open: UUID
) -> None:
    """Refused with the list, and with the new one where it has changed meanwhile."""
    day = kept(town, referendum_open).day
    with pytest.raises(MovesUnseen) as shown:
        declares(town, day, seen="")
    assert {one.name for one in shown.value.moved} == {ENDS, "submission_due"}
    assert (kept(town, referendum_open).day, entries(town, "day_off.declared")) == (day, [])
    town.opens(Instrument.REFERENDUM)
    with pytest.raises(MovesUnseen) as again:
        declares(town, day, seen=shown.value.facts["seen"])
    assert len(again.value.moved) == 4
    declares(town, day, seen=again.value.facts["seen"])
    assert kept(town, referendum_open).day > day


def test_a_hold_and_an_outage_keep_what_they_moved(town: Town, referendum_open: UUID) -> None:
    advisory = town.opens(Instrument.ADVISORY)
    hold = town.halts(referendum_open)
    town.waits(days=5)
    town.lifts(referendum_open, hold)
    assert {one.shift.cause for one in told(town, referendum_open)} == {"hold.lifted"}
    assert {one.shift.about for one in told(town, referendum_open)} == {hold}
    began = datetime(2027, 2, 5, 12, tzinfo=SEOUL)
    with town.begin() as uow:
        outages.add(
            uow,
            from_at=began,
            until_at=began + timedelta(minutes=5),
            title_ko="정전",
            title_en="Power cut",
            document=PAPER,
            reason="전산실 정전",
            by=seconded(town.officer(MAYOR)),
        )
    assert {one.shift.cause for one in told(town, advisory)} == {"outage.recorded"}


def test_taking_an_election_out_ends_nothing_in_the_past(town: Town, referendum_open: UUID) -> None:
    """People signed in good faith until today: it ends with the day on which that was noticed."""
    election = holds(town, date(2027, 4, 7))
    before = kept(town, referendum_open).day
    town.waits(days=(date(2027, 5, 20) - town.now().date()).days)
    assert town.stage(referendum_open) is Stage.COLLECTING
    today = town.now().astimezone(SEOUL).date()
    removes(town, election)
    found = kept(town, referendum_open)
    assert found.day == today < before
    assert f"알게 된 날인 {today} 24:00에 끝남" in found.sum_ko
    assert f"ends {today} 24:00, the day on which it was noticed" in found.sum_en
    assert kept(town, referendum_open, "submission_due").day > today
    town.signs(referendum_open, 5)
    town.waits(days=1)
    assert town.stage(referendum_open) is Stage.COLLECTED
    declares(town, today + timedelta(days=30))
    assert kept(town, referendum_open).day == today


def test_where_one_district_still_ran_it_ends_there_with_that_day_and_nowhere_opens_again(
    town: Town, referendum_open: UUID
) -> None:
    here = town.districts[0].id
    election = holds(town, date(2027, 4, 7), 0)
    everywhere, own = kept(town, referendum_open).day, kept(town, referendum_open).day_in(here)
    assert own > everywhere
    town.waits(days=(everywhere - town.now().date()).days + 10)
    today = town.now().astimezone(SEOUL).date()
    removes(town, election)
    found = kept(town, referendum_open)
    assert (found.day, found.day_in(here)) == (everywhere, today)
    assert "알게 된 날" in found.districts[str(here)]["ko"]
    (end,) = (one for one in told(town, referendum_open) if one.moved.name == ENDS
              and one.shift.cause == "election.removed")  # fmt: skip
    assert (end.moved.latest_before, end.moved.latest_after) == (own, today)


def test_what_is_done_is_not_moved_by_what_is_declared_later(
    town: Town, referendum_open: UUID
) -> None:
    closed = kept(town, referendum_open).day
    town.waits_for(ENDS, referendum_open)
    assert town.stage(referendum_open) is Stage.COLLECTED
    declares(town, closed)
    assert kept(town, referendum_open).day == closed
    assert told(town, referendum_open) == []
