"""An instrument's way from the first draft to its end, out of the stage table and the rules.

Every step, deadline and number of a guide is read where acts and the calendar read it, so that no
guide can tell another law than the one that is applied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from referendum.lifecycle import progressing, rules, stages
from referendum.lifecycle.errors import RuleRefused
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.stages import Act, Stage, Step
from referendum.lifecycle.tables import Measure
from referendum.roll.tables import Jurisdiction
from thresholds import expenses
from thresholds.expenses import Expense
from thresholds.periods import Length, OrdinanceNumbers, Period, VoteDay
from thresholds.requirement import Finding
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import DeadlineName, Event, Instrument, Level, Office, Route

_SIGNATURES: Final = (
    Act.APPLY, Act.ADMIT, Act.CLOSE_COLLECTION, Act.FILE, Act.OPEN_INSPECTION,
    Act.CLOSE_INSPECTION, Act.SETTLE_OBJECTIONS, Act.FIND_SUFFICIENT,
)  # fmt: skip
_VOTE: Final = (Act.CALL, Act.OPEN_POLLS, Act.CLOSE_POLLS, Act.DECLARE)

ROADS: Final[Mapping[Instrument, Sequence[Act]]] = {
    Instrument.INITIATIVE: (*_SIGNATURES, Act.ACCEPT, Act.TABLE, Act.ENACT),
    Instrument.REFERENDUM: (*_SIGNATURES, *_VOTE, Act.SETTLE_ADOPTED),
    Instrument.RECALL: (
        *_SIGNATURES, Act.REQUEST_EXPLANATION, Act.RECORD_EXPLANATION, *_VOTE, Act.SETTLE_ADOPTED,
    ),
    Instrument.ADVISORY: (*_SIGNATURES, *_VOTE, Act.ANSWER),
}  # fmt: skip
"""The way of a measure that nothing stops. What can stop it is in the same table, step by step."""
CALLED_OUTRIGHT: Final = (*_VOTE, Act.ANSWER)
"""An advisory vote's, where a promise lets no residents ask for one."""

BESIDE: Final[Mapping[Act, Sequence[DeadlineName]]] = {
    Act.FIND_SUFFICIENT: (DeadlineName.CURE_ENDS,),
    Act.CALL: (DeadlineName.ARGUMENTS_END, DeadlineName.ROLL_BASE),
    Act.OPEN_POLLS: (DeadlineName.VOTE_WINDOW_OPENS, DeadlineName.VOTE_WINDOW_CLOSES),
}
"""Deadlines that belong to a step beside the one by which it is taken."""


@dataclass(frozen=True, slots=True)
class Time:
    """One period of a step, as long as it is in this place."""

    name: DeadlineName
    length: Length
    after: Sequence[Event | DeadlineName]
    assumed: bool
    article: str


@dataclass(frozen=True, slots=True)
class Stop:
    """One step of the way, its times, and the other steps that its stage knows."""

    step: Step
    times: Sequence[Time]
    vote_day: VoteDay | None
    otherwise: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Local:
    """What a place adds to the law: its level, its ordinance's numbers, those that are assumed."""

    level: Level
    ordinance: OrdinanceNumbers
    assumed: frozenset[str]

    @classmethod
    def of(cls, place: Jurisdiction, said: Mapping[str, Any]) -> Local:
        numbers = {key: number for key, number in said.items() if key != "assumed"}
        return cls(
            Level(place.level),
            OrdinanceNumbers.model_validate(numbers),
            frozenset(said.get("assumed", ())),
        )


@dataclass(frozen=True, slots=True)
class Guide:
    """All that a guide tells."""

    instrument: Instrument
    office: Office | None
    book: Rulebook
    asked_by_residents: bool
    """Whether signatures can bring it about at all: a promise need not let them."""
    findings: Sequence[Finding]
    """What it needs here this year; empty where no total is published yet."""
    share_assumed: bool
    stops: Sequence[Stop]
    expense: Expense | None


def guide(
    session: Session, place: Jurisdiction, instrument: Instrument, office: Office | None, on: date
) -> Guide | None:
    """The guide of that day; None where no rules are in force for such a measure."""
    trial = _trial(place, instrument, office)
    try:
        book = rules.in_force(session, trial, on)
    except RuleRefused:
        return None
    local = Local.of(place, rules.ordinance(session, trial, on))
    # A councillor's claimants are a constituency's, and no number of the whole place is theirs.
    whole = office is not Office.COUNCILLOR
    signed = book.petition is not None and _residents_may_ask(session, trial, on)
    return Guide(
        instrument,
        office,
        book,
        signed,
        findings=progressing.needed_for_draft(session, trial, on) if whole and signed else (),
        share_assumed="ordinance.share" in local.assumed,
        stops=tuple(stops(book, local, signed=signed)),
        expense=expenses.of(book.country, instrument.value),
    )


def offices(
    session: Session, place: Jurisdiction, instrument: Instrument, on: date
) -> list[Office]:
    """Whose holders can be recalled in a place; none of the other instruments."""
    if instrument is not Instrument.RECALL:
        return []
    return [one for one in Office if _ruled(session, _trial(place, instrument, one), on)]


def _ruled(session: Session, trial: Measure, on: date) -> bool:
    try:
        rules.in_force(session, trial, on)
    except RuleRefused:
        return False
    return True


def _residents_may_ask(session: Session, trial: Measure, on: date) -> bool:
    if trial.instrument != Instrument.ADVISORY:
        return True
    terms = delegating.terms_of(rules.promise_on(session, trial, on))
    return terms.asked_by.residents is not None


def stops(book: Rulebook, local: Local, *, signed: bool = True) -> Iterator[Stop]:
    """Step by step, as the instrument's table leads from the draft: by signatures, or without."""
    stage, instrument = Stage.DRAFT, book.instrument
    road = ROADS[instrument] if signed else CALLED_OUTRIGHT
    for act in road:
        step = stages.find(instrument, stage, act)
        named = [*_due(step), *BESIDE.get(act, ())]
        yield Stop(
            step,
            times=tuple(_times(book, named, local)),
            vote_day=book.calendar.vote_day if act is Act.OPEN_POLLS else None,
            otherwise=tuple(_otherwise(step, road, instrument)),
        )
        stage = step.target


def _times(book: Rulebook, named: Sequence[DeadlineName], local: Local) -> Iterator[Time]:
    for name in named:
        period: Period | None = book.calendar.periods.get(name)
        if period is not None:
            with rules.asking():
                length, assumed = period.length_for(local.level, local.ordinance)
            key = period.ordinance.key if period.ordinance else ""
            if getattr(local.ordinance, key, None) is None:
                assumed = assumed or f"calendar.periods.{name.value}.length" in book.assumed
            else:
                assumed = f"ordinance.{key}" in local.assumed
            yield Time(name, length, period.after, assumed, period.article)


def _due(step: Step) -> Iterator[DeadlineName]:
    """The deadline by which a step is taken, where it is one of the rules' own."""
    if step.due in set(DeadlineName):
        yield DeadlineName(step.due)


def _otherwise(step: Step, road: Sequence[Act], instrument: Instrument) -> Iterator[Step]:
    """How else its stage can be left in the ordinary course.

    What a court orders or a vacancy ends can come at any stage, and is told once for all of them.
    """
    if step.source is Stage.DRAFT:
        return
    for other in stages.steps_from(instrument, step.source):
        if other.act not in road and other.target is not step.source and not other.under_hold:
            yield other


def _trial(place: Jurisdiction, instrument: Instrument, office: Office | None) -> Measure:
    """A measure of the whole place, never stored: to ask the rules about."""
    return Measure(
        jurisdiction_id=place.id,
        instrument=instrument.value,
        stage=Stage.DRAFT.value,
        office=office.value if office else None,
        route=Route.RESIDENTS.value if instrument is Instrument.REFERENDUM else None,
        districts=None,
        ordinance={},
    )
