"""What somebody can do now with a measure, and what falls due next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel.people import Actor, Authority, Resident
from referendum.lifecycle import acting, holds, stages
from referendum.lifecycle.stages import By, Stage, Step
from referendum.lifecycle.tables import DeadlineKept, Measure
from thresholds.vocabulary import Instrument


def possible(session: Session, measure: Measure, by: Actor | None) -> list[Step]:
    """The steps that this actor may take now; what still needs a document is among them."""
    if by is None:
        return []
    halted = holds.stops(session, measure.id) is not None
    steps = stages.steps_from(Instrument(measure.instrument), Stage(measure.stage))
    return [
        step
        for step in steps
        if (step.under_hold or not halted) and _may(session, measure, step, by)
    ]


def _may(session: Session, measure: Measure, step: Step, by: Actor) -> bool:
    if step.by is By.CALENDAR:
        return False
    # A button is shown; the fresh code and the paper are asked for when it is pressed.
    return acting.right(session, measure, step, by).refusal is None


def deciding(measure: Measure) -> Authority:
    """Whose decision the petition's verdict is."""
    return stages.examining_authority(Instrument(measure.instrument))


def is_representative(session: Session, measure: Measure, resident: Resident | None) -> bool:
    """Whether this resident represents the measure now."""
    return resident is not None and acting.represents(session, measure.id, resident.person)


def now_due(session: Session, measure: Measure, now: datetime) -> DeadlineKept | None:
    """The next deadline ahead of a step that can be taken from where the measure stands."""
    ahead = select(DeadlineKept).where(DeadlineKept.measure_id == measure.id, DeadlineKept.at > now)
    return next_of(measure, session.scalars(ahead.order_by(DeadlineKept.at)))


def next_of(measure: Measure, ahead: Iterable[DeadlineKept]) -> DeadlineKept | None:
    """The same, of the deadlines that lie ahead, in their order."""
    steps = stages.steps_from(Instrument(measure.instrument), Stage(measure.stage))
    names = {step.due for step in steps if step.due}
    return next((one for one in ahead if one.name in names), None)
