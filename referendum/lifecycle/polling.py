"""Which poll is a measure's now, and on which day it is held."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from ballots import days, polls
from ballots.tables import Poll, PollingDay
from referendum.lifecycle import acting, stages
from referendum.lifecycle.tables import Measure, StepTaken


def polling_day_of(session: Session, measure: Measure) -> PollingDay:
    """The day that the last call or re-set day named."""
    named = day_named(acting.history(session, measure.id))
    assert named is not None
    return days.get_day(session, named)


def day_named(steps: Iterable[StepTaken]) -> UUID | None:
    """Which day a measure's steps named last; None before its call."""
    named = [step.facts["polling_day"] for step in steps if "polling_day" in step.facts]
    return UUID(named[-1]) if named else None


def current_poll(session: Session, measure: Measure) -> Poll | None:
    """The last poll that was not cancelled."""
    return current_of(polls.of_measure(session, measure.id))


def current_of(held: Iterable[Poll]) -> Poll | None:
    """The same of a measure's polls, in their order."""
    return next((poll for poll in reversed([*held]) if poll.cancelled_at is None), None)


def poll_of(session: Session, measure: Measure) -> Poll:
    """The current poll; refused where there is none yet."""
    poll = current_poll(session, measure)
    if poll is None:
        raise stages.ActNotAllowed(stage=measure.stage, act="poll", possible=[])
    return poll
