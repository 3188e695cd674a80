"""How far an officer may move a deadline: what stays fixed, what is done, the order, the span."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

from sqlalchemy.orm import Session

from referendum.lifecycle import acting, rules
from referendum.lifecycle.dates import deadlines, done, reckoning
from referendum.lifecycle.dates.reckoning import Reckoned
from referendum.lifecycle.errors import (
    AnnouncedDayStands,
    DayIsOver,
    DeadlineBeforeItBegins,
    DeadlineDone,
    DeadlineFixed,
    DeadlinesOutOfOrder,
    OverrideTooFar,
)
from referendum.lifecycle.stages import LIVES, Step
from referendum.lifecycle.tables import DeadlineKept, Measure
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import DeadlineName, Instrument

ASSUMED_SPAN: Final = timedelta(days=90)
"""Where the rulebook names no span (`override_days`): no statute does, so this one is assumed."""
FIXED: Final = frozenset(
    {"bar_ends", DeadlineName.VOTE_WINDOW_OPENS.value, DeadlineName.VOTE_WINDOW_CLOSES.value}
)
"""What the law says about when one may ask at all, and about the choice of a day that is chosen."""


@dataclass(frozen=True, slots=True)
class Span:
    """The longest way from the computed day, and whether nothing but we say so."""

    days: int
    assumed: bool


def span_of(rulebook: Rulebook) -> Span:
    """How far from the computed day another may be set."""
    stated = rulebook.calendar.override_days
    return Span(ASSUMED_SPAN.days if stated is None else stated, stated is None)


def is_movable(session: Session, measure: Measure, name: str) -> bool:
    """Whether a page offers to move it."""
    return name not in FIXED | deadlines.OF_THE_DAY and name not in done_of(session, measure)


def insist_movable(session: Session, measure: Measure, name: str) -> None:
    """Refuse the announced day, what the law fixes, and the deadline of a step that was taken."""
    announced, _ = deadlines.announced_day(session, measure)
    if name in deadlines.OF_THE_DAY:
        day = None if announced is None else announced.isoformat()
        raise AnnouncedDayStands(deadline=name, day=day)
    if name in FIXED:
        raise DeadlineFixed(deadline=name)
    if name in done_of(session, measure):
        raise DeadlineDone(deadline=name)


def insist_within(
    session: Session, measure: Measure, name: DeadlineName, *, day: date, today: date
) -> None:
    """Refuse a day that is over, lies before the period begins, or too far from the computed."""
    if day < today:
        raise DayIsOver(field="day", day=day.isoformat())
    found = (one.deadline for one in reckoning.reckon(session, measure, chosen={name: None}))
    computed = next((one for one in found if one.name is name), None)
    if computed is None:
        raise DeadlineDone(deadline=name.value)
    if computed.opens < computed.date and day < computed.opens:
        first = computed.opens.isoformat()
        raise DeadlineBeforeItBegins(field="day", deadline=name.value, first=first)
    span = span_of(rules.pinned(measure))
    if abs((day - computed.latest).days) > span.days:
        raise OverrideTooFar(
            field="day", computed=computed.latest.isoformat(), days=span.days, assumed=span.assumed
        )


def insist_in_order(
    session: Session, measure: Measure, found: Sequence[Reckoned], *, of: DeadlineName
) -> None:
    """Refuse what would let a step fall due after the one that it comes before.

    What follows from the moved deadline moves with it; what stands by itself (a vote day, another
    override) is the bound. An order that is upset already is nobody's fault here.
    """
    over = done_of(session, measure)
    rows = {
        name: row
        for name, row in deadlines.all_kept(session, measure.id).items()
        if name not in over
    }
    zone = rules.zone_of(session, measure)
    becomes = {
        one.deadline.name.value: deadlines.end_of(one.deadline.latest, zone) for one in found
    }
    after = {name: becomes.get(name, row.at) for name, row in rows.items()}
    upset = set(_upset(measure, {name: row.at for name, row in rows.items()}))
    for earlier, later in _upset(measure, after):
        if (earlier, later) not in upset:
            raise DeadlinesOutOfOrder(
                field="day",
                deadline=of.value,
                earlier=earlier,
                later=later,
                first=_day(rows, found, earlier),
                then=_day(rows, found, later),
            )


def order(instrument: Instrument) -> tuple[str, ...]:
    """The deadlines in the order of the steps that they are for, along the one way forward."""
    life = LIVES[instrument]
    forward = (step.due for n, step in enumerate(life) if step.due and not _back(life[:n], step))
    return tuple(dict.fromkeys(forward))


def _back(before: Sequence[Step], step: Step) -> bool:
    """Whether a step leads back to a stage that comes before its own: a cure, a bar that ended."""
    return step.target is not step.source and any(one.source is step.target for one in before)


def _upset(measure: Measure, at: Mapping[str, datetime]) -> Iterator[tuple[str, str]]:
    """The pairs of neighbours of which the earlier ends after the later."""
    known = [name for name in order(Instrument(measure.instrument)) if name in at]
    argued = (DeadlineName.ARGUMENTS_END.value, deadlines.POLLS_OPEN)
    pairs = [*pairwise(known), *([argued] if all(name in at for name in argued) else [])]
    return (pair for pair in pairs if at[pair[0]] > at[pair[1]])


def _day(rows: Mapping[str, DeadlineKept], found: Sequence[Reckoned], name: str) -> str:
    becomes = (one.deadline.latest for one in found if one.deadline.name == name)
    return next(becomes, rows[name].latest).isoformat()


def done_of(session: Session, measure: Measure) -> frozenset[str]:
    """The deadlines of steps that were taken."""
    if measure.rulebook is None:
        return frozenset()
    steps = acting.history(session, measure.id)
    events = deadlines.events_of(session, measure, steps)
    return done.done(measure, steps, (rules.pinned(measure), rules.for_poll(measure, events)))
