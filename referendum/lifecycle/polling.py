"""Which poll is a measure's now, and on which day it is held."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from ballots import days, polls
from ballots.tables import Poll, PollingDay
from referendum.lifecycle import acting, stages
from referendum.lifecycle.tables import Measure, StepTaken


def polling_day_of(
    session: Session, measure: Measure, steps: Iterable[StepTaken] | None = None
) -> PollingDay:
    """The day that the last call or re-set day named; of these steps, where they were read."""
    taken = acting.history(session, measure.id) if steps is None else steps
    named = [step.facts["polling_day"] for step in taken if "polling_day" in step.facts]
    return days.get_day(session, UUID(named[-1]))


def current_poll(session: Session, measure: Measure) -> Poll | None:
    """The last poll that was not cancelled."""
    held = [poll for poll in polls.of_measure(session, measure.id) if poll.cancelled_at is None]
    return held[-1] if held else None


def poll_of(session: Session, measure: Measure) -> Poll:
    """The current poll; refused where there is none yet."""
    poll = current_poll(session, measure)
    if poll is None:
        raise stages.ActNotAllowed(stage=measure.stage, act="poll", possible=[])
    return poll
