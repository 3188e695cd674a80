"""Who may sign or vote on a measure at its stage, by which rule and on which days.

What is asked of residents follows from the stage and the hour; nobody's name is needed to say it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referendum.lifecycle import rules
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.enrolment import enrolled
from referendum.lifecycle.errors import RuleRefused
from referendum.lifecycle.stages import UNPUBLISHED, Act, Stage
from referendum.lifecycle.surveying import Overview
from referendum.lifecycle.tables import StepTaken
from referendum.roll import freezing
from referendum.roll.freezing import Purpose
from referendum.roll.tables import District, Roll
from thresholds.electorate import AgeDate, Electorate
from thresholds.vocabulary import DeadlineName, Instrument


class When(StrEnum):
    """How what is asked of residents lies to the moment."""

    NOT_YET = "not_yet"
    """Nothing says yet on which day."""
    AHEAD = "ahead"
    NOW = "now"
    HALTED = "halted"
    OVER = "over"
    NEVER = "never"
    """It ended before anybody could take part."""


_SIGNING_AHEAD: Final = frozenset({Stage.APPLIED, Stage.PARKED})
_VOTE_NOT_CALLED: Final = frozenset({Stage.REQUESTED, Stage.EXPLAINING, Stage.REVOTE_DUE})
_VOTE_CALLED: Final = frozenset({Stage.CALLED, Stage.VOTING})


@dataclass(frozen=True, slots=True)
class Asked:
    """What residents are asked, who of them is, and the days that decide."""

    purpose: Purpose
    when: When
    electorate: Electorate | None = None
    """None where nobody is asked any more, or no rule says who is."""
    base: date | None = None
    """The day on which one must live there."""
    age: date | None = None
    """The day on which one must be old enough."""
    area: Sequence[District] = ()
    """The districts that it is about; none where it is about the whole place."""
    settled: bool = True
    """Whether these are the days that decide, and not those of something begun today."""
    begins: datetime | None = None
    ends: datetime | None = None
    enrols: bool = False
    """Whether its voters enrol themselves: of who they are no register says anything."""
    enrolling: bool = False
    """Whether they still can."""

    @property
    def open(self) -> bool:
        """Whether somebody can take part, now or later."""
        return self.when not in (When.OVER, When.NEVER)


def asked(session: Session, view: Overview) -> Asked | None:
    """What a measure asks of residents at its stage; None of what is its authors' alone."""
    stage = Stage(view.measure.stage)
    if stage in UNPUBLISHED:
        return None
    if stage in _SIGNING_AHEAD:
        return _to_be_signed(session, view)
    if stage is Stage.COLLECTING:
        return _signed(view)
    if stage in _VOTE_CALLED:
        return _voted(session, view)
    votes = Instrument(view.measure.instrument) is not Instrument.INITIATIVE
    if stage in _VOTE_NOT_CALLED or (stage is Stage.SUFFICIENT and votes):
        return _to_be_voted(session, view)
    return _over(view)


def _over(view: Overview) -> Asked:
    """What was asked last."""
    ended = {one.name: one.at for one in view.deadlines}
    if view.was(Act.CALL):
        held = view.was(Act.CLOSE_POLLS)
        when = When.OVER if held else When.NEVER
        return Asked(Purpose.VOTING, when, ends=ended.get(deadlines.POLLS_CLOSE) if held else None)
    if view.progress is None:
        return Asked(Purpose.SIGNING, When.NEVER)
    petition = view.progress.petition
    return Asked(Purpose.SIGNING, When.OVER, ends=petition.closed_at or petition.closes_at)


def _to_be_signed(session: Session, view: Overview) -> Asked | None:
    """As if it were admitted today."""
    zone = ZoneInfo(view.place.zone)
    today = rules.local_day(view.now, zone)
    try:
        rulebook = rules.in_force(session, view.measure, today)
    except RuleRefused:
        return None
    if rulebook.signing is None:
        return None
    electorate = rulebook.signing.electorate
    base = date(today.year - 1, 12, 31)
    age = base if electorate.age_on is AgeDate.BASE_DATE else today
    return Asked(Purpose.SIGNING, When.NOT_YET, electorate, base, age, _area(view), settled=False)


def _signed(view: Overview) -> Asked | None:
    assert view.progress is not None
    assert view.rulebook is not None
    assert view.rulebook.signing is not None
    petition = view.progress.petition
    electorate = view.rulebook.signing.electorate
    when = When.HALTED if view.holds else When.NOW
    if petition.closed_at is not None or view.now >= petition.closes_at:
        return Asked(Purpose.SIGNING, When.OVER, ends=petition.closes_at)
    zone = ZoneInfo(petition.zone)
    base = date((view.measure.base_year or 0), 12, 31)
    last = rules.last_local_day(petition.closes_at, zone)
    return Asked(
        Purpose.SIGNING,
        when,
        electorate,
        base,
        base if electorate.age_on is AgeDate.BASE_DATE else last,
        _area(view),
        begins=petition.opens_at,
        ends=petition.closes_at,
    )


def _to_be_voted(session: Session, view: Overview) -> Asked | None:
    """A vote that nobody has called yet: its days follow from the call."""
    today = rules.local_day(view.now, ZoneInfo(view.place.zone))
    try:
        rulebook = view.rulebook or rules.in_force(session, view.measure, today)
    except RuleRefused:
        return None
    if rulebook.voting is None:
        return None
    roll = voting_roll(session, view.steps)
    return Asked(
        Purpose.VOTING,
        When.NOT_YET,
        rulebook.voting.electorate,
        roll.base_date if roll else today,
        roll.age_date if roll else today,
        _area(view),
        settled=roll is not None,
        enrols=enrolled.enrols(session, view.measure),
    )


def _voted(session: Session, view: Overview) -> Asked | None:
    """A called vote: by its hours, however late a job notices them."""
    kept = {one.name: one for one in view.deadlines}
    opens, closes = kept[deadlines.POLLS_OPEN], kept[deadlines.POLLS_CLOSE]
    if view.now >= closes.at and not view.holds:
        return Asked(Purpose.VOTING, When.OVER, ends=closes.at)
    events = deadlines.events_of(session, view.measure, view.steps, ZoneInfo(view.place.zone))
    rulebook = rules.for_poll(view.measure, events)
    if rulebook.voting is None:
        return None
    electorate = rulebook.voting.electorate
    roll, base = voting_roll(session, view.steps), kept.get(DeadlineName.ROLL_BASE.value)
    base_day = base.day if base else opens.day
    voting_age = base_day if electorate.age_on is AgeDate.BASE_DATE else opens.day
    enrols = enrolled.enrols(session, view.measure)
    when = When.NOW if view.now >= opens.at else When.AHEAD
    return Asked(
        Purpose.VOTING,
        When.HALTED if view.holds else when,
        electorate,
        roll.base_date if roll else base_day,
        roll.age_date if roll else voting_age,
        _area(view),
        begins=opens.at,
        ends=closes.at,
        enrols=enrols,
        enrolling=enrols and base is not None and view.now < base.at and not view.holds,
    )


def _area(view: Overview) -> Sequence[District]:
    return tuple(view.districts) if view.measure.districts else ()


def voting_roll(session: Session, steps: Iterable[StepTaken]) -> Roll | None:
    """The list of a vote, once it is made; one made for a day that was then moved is none.

    A vote that is held again keeps the list of the first (REF §26).
    """
    made, again = None, False
    for step in steps:
        again = again or step.act == Act.CALL_REVOTE
        if step.act == Act.FREEZE_ROLL:
            made = step.facts["roll"]
        elif step.act in (Act.CALL, Act.RESET_DAY) and not again:
            made = None
    return freezing.get(session, UUID(made)) if made else None
