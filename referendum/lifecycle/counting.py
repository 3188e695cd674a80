"""Who counts, and what the returns add up to: the canvass and the verdict on the vote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from ballots import canvassing
from ballots.canvassing import Canvass
from referendum.kernel.people import Actor, Officer, Role
from referendum.lifecycle import acting, entries, holds, polling, rules, stages
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import (
    CountIncomplete,
    DistrictAboveElectors,
    PollAboveElectors,
)
from referendum.lifecycle.tables import Measure, StepTaken
from thresholds.verdict import PollNumbers, PollVerdict, judge_poll
from thresholds.vocabulary import Instrument

READERS: Final = frozenset({Role.CANVASSER, Role.CERTIFIER})
"""Who reads figures before they are certified."""


def insist_on_canvasser(session: Session, measure_id: UUID, by: Officer) -> Measure:
    """The measure whose returns this officer may key in now; no hold may lie over it.

    It is shared by all who key, as each holds their own box; what ends the count waits for them.

    An officer of the counting authority, or of one that operates the service and transcribes.
    """
    measure = acting.share(session, measure_id)
    insist_on_counting(session, measure, by)
    entries.insist(measure, Entry.ENTER_RETURN)
    holds.insist_on_none(session, measure.id)
    return measure


def insist_on_counting(session: Session, measure: Measure, by: Officer) -> None:
    """Refuse anyone else a look at figures that are not certified yet."""
    counting = stages.counting_authority(Instrument(measure.instrument))
    acting.insist_on_authority(session, measure, by, act="enter_return", deciding=[counting])
    by.insist(Role.CANVASSER)


def sees_figures(session: Session, measure: Measure, by: Actor | None) -> bool:
    """Whether they see what is not certified yet: who counts or certifies for its authority.

    Another authority of the same place does not.
    """
    if not isinstance(by, Officer) or by.jurisdiction != measure.jurisdiction_id:
        return False
    authority = stages.counting_authority(Instrument(measure.instrument))
    counts = acting.records_from(session, measure, by, authority) is not None
    return counts and bool(by.roles & READERS)


def canvass(session: Session, measure: Measure) -> Canvass:
    """The returns of the current poll, added up."""
    return canvassing.canvass(session, polling.poll_of(session, measure).id)


def insist_on_certifiable(session: Session, measure: Measure) -> None:
    """Refuse a canvass that is not whole, or that has more papers than there are people."""
    counted = canvass(session, measure)
    if not counted.complete:
        raise CountIncomplete(turnout=counted.turnout_missing, counts=counted.count_missing)
    for one in counted.excesses:
        figures = {"papers": one.papers, "electors": one.electors}
        if one.code is None:
            raise PollAboveElectors(**figures)
        raise DistrictAboveElectors(district=f"{one.name_ko} ({one.name_en})", **figures)


def verdict(session: Session, measure: Measure) -> PollVerdict:
    """The verdict on the canvass, once every number that there will be is there."""
    return verdict_on(session, measure, canvass(session, measure))


def verdict_on(
    session: Session,
    measure: Measure,
    counted: Canvass,
    *,
    steps: Iterable[StepTaken] | None = None,
    zone: ZoneInfo | None = None,
) -> PollVerdict:
    """The same of a canvass, and of the measure's steps and zone, that were read before."""
    if not counted.complete:
        raise CountIncomplete(turnout=counted.turnout_missing, counts=counted.count_missing)
    rulebook = rules.for_poll(measure, deadlines.events_of(session, measure, steps, zone))
    with rules.asking():
        return judge_poll(
            rulebook,
            PollNumbers(
                electors=counted.electors,
                voted=counted.cast,
                options=dict(counted.votes) if counted.votes is not None else None,
                invalid=counted.invalid,
            ),
        )
