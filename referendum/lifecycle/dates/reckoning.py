"""What a measure's deadlines become: computed anew, with what officers decided and what is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referendum.kernel import clock
from referendum.lifecycle import acting, rules
from referendum.lifecycle.dates import deadlines, done, moves, renewing, stopping
from referendum.lifecycle.dates.moves import Moved
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import DeadlineKept, Measure, StepTaken
from thresholds.deciding import EVERYWHERE, Decided, Settled
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import DeadlineName, Event, Instrument
from thresholds.windows import Deadline

Choices = Mapping[DeadlineName, Decided | None]
"""Overrides that are thought of: another day, or none in place of the one that stands."""
NO_CHOICE: Final[Choices] = MappingProxyType({})
NAMES: Final = frozenset(DeadlineName)
Noticed = Mapping[DeadlineName, Mapping[str, date]]
"""By deadline and district: the day on which it was noticed that the end had passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """One deadline as it now is. `anew`: it began once more, and no override is its any longer."""

    deadline: Deadline
    anew: bool = False
    noticed: Mapping[str, date] = field(default_factory=dict)


def refresh(
    session: Session, measure: Measure, *, new: Collection[Event] = (), reset: bool = False
) -> tuple[Moved, ...]:
    """Bring the kept deadlines up to date with what has happened; gives those that moved.

    An overridden one stands, with the days of holds that ended since; one that is done stays as
    it was. One that a repeated event, or a vote's day that is set again (`reset`), begins anew is
    another period: no override of the former one is its.
    """
    if measure.rulebook is None:
        return ()
    found = reckon(session, measure, new=new, reset=reset)
    moved = between(session, measure, found)
    for one in found:
        _keep(session, measure, one)
    return moved


def reckon(
    session: Session,
    measure: Measure,
    *,
    new: Collection[Event] = (),
    reset: bool = False,
    chosen: Choices = NO_CHOICE,
) -> list[Reckoned]:
    """What `refresh` would write, were the overrides those that are `chosen`. Writes nothing."""
    zone, steps = rules.zone_of(session, measure), acting.history(session, measure.id)
    events = deadlines.events_of(session, measure, steps, zone)
    announced, again = deadlines.announced_day(session, measure)
    books = rules.pinned(measure), rules.for_poll(measure, events)
    anew = _begun_anew(measure, steps, books, new, reset=reset)
    rows = deadlines.all_kept(session, measure.id)
    over = done.done(measure, steps, books) - anew
    standing = {name: row for name, row in rows.items() if name in NAMES and name not in anew}
    overrides: dict[DeadlineName, Decided | None] = {
        **_decided(session, measure, standing, zone),
        **chosen,
    }
    compute = partial(deadlines.computed, session, measure, events, new=new)
    settled = Settled(
        announced=announced,
        decided={name: one for name, one in overrides.items() if one is not None},
        noticed=_noticed(standing),
    )
    found, at = compute(settled=settled), clock.read(session)
    running = {name: row for name, row in standing.items() if row.at > at and name not in over}
    if late := _passed(found, running, rules.local_day(at, zone)):
        earlier = settled.noticed
        noticed = {name: {**earlier.get(name, {}), **there} for name, there in late.items()}
        settled = replace(settled, noticed={**earlier, **noticed})
        found = compute(settled=settled)
    return [
        Reckoned(deadline=one, anew=one.name in anew, noticed=settled.noticed.get(one.name, {}))
        for one in found
        if one.name not in over or one.name not in rows
        # A vote that is held again is held with the roll of the first (REF §26).
        if not (again and one.name is DeadlineName.ROLL_BASE)
    ]


def between(session: Session, measure: Measure, found: Sequence[Reckoned]) -> tuple[Moved, ...]:
    """Which of the kept deadlines these would move; one that began anew is another deadline."""
    rows = deadlines.all_kept(session, measure.id)
    moved = (
        moves.between(measure, rows[one.deadline.name], one.deadline)
        for one in found
        if one.deadline.name in rows and not one.anew
    )
    return tuple(one for one in moved if one is not None)


def _keep(session: Session, measure: Measure, one: Reckoned) -> None:
    found, zone = one.deadline, rules.zone_of(session, measure)
    kept = deadlines.keep(
        session,
        measure,
        name=found.name.value,
        day=found.date,
        at=deadlines.end_of(found.latest, zone),
        article=found.article,
        sums=(found.sum["ko"], found.sum["en"]),
    )
    kept.districts = {
        district: {"day": there.isoformat(), **found.district_sums[district]}
        for district, there in found.districts.items()
    }
    kept.noticed = {district: day.isoformat() for district, day in one.noticed.items()}
    if one.anew:
        clear(kept)
    session.flush()


def clear(kept: DeadlineKept) -> None:
    """Take an override out: the computed day stands again."""
    kept.overridden_by = kept.overridden_reason = kept.overridden_to = None
    kept.overridden_at = kept.overridden_number = kept.overridden_date = None


def _decided(
    session: Session, measure: Measure, rows: Mapping[str, DeadlineKept], zone: ZoneInfo
) -> dict[DeadlineName, Decided]:
    """The overrides that stand, each with the holds that ended since it was set."""
    return {
        DeadlineName(name): Decided(
            row.overridden_to,
            stopping.spans(session, measure.id, zone, since=row.overridden_at),
        )
        for name, row in rows.items()
        if row.overridden_to is not None
    }


def _noticed(rows: Mapping[str, DeadlineKept]) -> Noticed:
    """What was noticed earlier of those that have not begun anew."""
    return {
        DeadlineName(name): {
            district: date.fromisoformat(day) for district, day in row.noticed.items()
        }
        for name, row in rows.items()
        if row.noticed
    }


def _passed(
    found: Sequence[Deadline], running: Mapping[str, DeadlineKept], today: date
) -> dict[DeadlineName, dict[str, date]]:
    """The running ends that would lie in the past: people went on in good faith until today."""
    late: dict[DeadlineName, dict[str, date]] = {}
    for one in found:
        row = running.get(one.name)
        if row is None or one.name in deadlines.POINTS:
            continue
        everywhere = row.day >= today > one.date
        there = {
            district: today
            for district in {*row.districts, *one.districts}
            if row.day_in(district) >= today > one.districts.get(district, one.date)
            if not everywhere or district in one.districts
        }
        if everywhere or there:
            late[one.name] = {**({EVERYWHERE: today} if everywhere else {}), **there}
    return late


def _begun_anew(
    measure: Measure,
    steps: Sequence[StepTaken],
    rulebooks: Sequence[Rulebook],
    new: Collection[Event],
    *,
    reset: bool,
) -> frozenset[str]:
    """The deadlines that are counted from an event which happened before, and now once more."""
    instrument = Instrument(measure.instrument)
    happened = Counter(
        event for step in steps for event in done.events_by(instrument, Act(step.act))
    )
    again = [event for event in new if happened[event] > 1]
    return renewing.begun_anew(rulebooks, [*again, *[DeadlineName.VOTE_DAY] * reset])
