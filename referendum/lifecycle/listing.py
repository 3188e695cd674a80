"""What a list shows of measures: as many statements for a hundred as for one, and no signature."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ballots import canvassing
from ballots.canvassing import Canvass
from ballots.tables import Poll
from referendum.certificates.tables import Certificate
from referendum.lifecycle import (
    area,
    duties,
    judging,
    progressing,
    rules,
    stages,
    surveying,
)
from referendum.lifecycle.advisory.answer_tables import Answer
from referendum.lifecycle.area import NOTHING_PUBLISHED, Ground
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import DeadlineKept, Measure
from referendum.roll import totals
from referendum.roll.tables import Jurisdiction
from referendum.roll.totals import TotalKind, YearsNumbers
from signatures import petitions, tallying
from signatures.tallying import NOTHING, Part
from thresholds.vocabulary import Instrument


@dataclass(frozen=True, slots=True)
class Support:
    """How far a petition is, in one line: what `reading.Progress` tells at length."""

    tally: Part
    needed: int
    examined: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A measure among others."""

    measure: Measure
    support: Support | None
    """None where support was collected elsewhere, or not at all."""
    due: DeadlineKept | None
    """The next deadline of a step that can be taken."""
    decision: str | None
    """What the mayor answered to an advisory vote."""
    canvass: Canvass | None
    """The count of an advisory vote, once it is public."""


def of_all(
    session: Session, place: Jurisdiction, measures: Sequence[Measure], now: datetime
) -> list[Listed]:
    """What is shown of each, in their order. All are of one place."""
    if not measures:
        return []
    supports = _supports(session, place, measures)
    deadlines = _ahead(session, measures, now)
    advisory = [one for one in measures if one.instrument == Instrument.ADVISORY]
    decisions = _decisions(session, advisory) if advisory else {}
    counted = _canvasses(session, advisory) if advisory else {}
    return [
        Listed(
            measure,
            supports.get(measure.id),
            duties.next_of(measure, deadlines[measure.id]),
            decisions.get(measure.id),
            counted.get(measure.id),
        )
        for measure in measures
    ]


def _supports(
    session: Session, place: Jurisdiction, measures: Sequence[Measure]
) -> dict[UUID, Support]:
    found = petitions.of_measures(session, [measure.id for measure in measures])
    if not found:
        return {}
    sums = tallying.sums(session, [petition.id for petition in found.values()])
    asked = [measure for measure in measures if measure.id in found]
    published = totals.numbers(
        session,
        jurisdiction_id=place.id,
        kind=TotalKind.CLAIMANTS,
        instruments={Instrument(measure.instrument) for measure in asked},
        base_years={measure.base_year for measure in asked if measure.base_year},
    )
    return {
        measure.id: Support(
            sums.get(found[measure.id].id, NOTHING),
            _needed(measure, place, published),
            Stage(measure.stage) in progressing.EXAMINED,
        )
        for measure in asked
    }


def _needed(
    measure: Measure,
    place: Jurisdiction,
    published: Mapping[tuple[Instrument, int], YearsNumbers],
) -> int:
    """The number alone: what is needed in districts is left to the measure's own page."""
    key = Instrument(measure.instrument), measure.base_year or 0
    claimants = area.claimants_in(measure, published.get(key, NOTHING_PUBLISHED))
    rulebook, where = rules.pinned(measure), Ground((), claimants, {})
    found = judging.judged_by(rulebook, measure, place, where, None)
    return progressing.signatures_needed(found.findings)


def _ahead(
    session: Session, measures: Sequence[Measure], now: datetime
) -> Mapping[UUID, Sequence[DeadlineKept]]:
    living = [one.id for one in measures if Stage(one.stage) not in stages.ENDINGS]
    ahead = select(DeadlineKept).where(DeadlineKept.measure_id.in_(living), DeadlineKept.at > now)
    found = defaultdict(list)
    for one in session.scalars(ahead.order_by(DeadlineKept.at)):
        found[one.measure_id].append(one)
    return found


def _decisions(session: Session, advisory: Sequence[Measure]) -> dict[UUID, str | None]:
    given = select(Answer.measure_id, Answer.decision).where(
        Answer.measure_id.in_([one.id for one in advisory]), Answer.decision.is_not(None)
    )
    return {row.measure_id: row.decision for row in session.execute(given)}


def _canvasses(session: Session, advisory: Sequence[Measure]) -> dict[UUID, Canvass]:
    """Of those whose count two officers have certified (`reading.public_canvass`)."""
    readable = [one.id for one in advisory if Stage(one.stage) in surveying.COUNT_READABLE]
    if not readable:
        return {}
    held = select(Poll).where(Poll.measure_id.in_(readable), Poll.cancelled_at.is_(None))
    current = {one.measure_id: one for one in session.scalars(held.order_by(Poll.sequence))}
    certified = select(Certificate.measure_id, Certificate.subject).where(
        Certificate.measure_id.in_(readable)
    )
    issued = {(measure, subject) for measure, subject in session.execute(certified)}
    public = [
        poll
        for poll in current.values()
        if poll.closed_at is not None and (poll.measure_id, surveying.subject_of(poll)) in issued
    ]
    found = canvassing.canvasses(session, public)
    return {poll.measure_id: found[poll.id] for poll in public}
