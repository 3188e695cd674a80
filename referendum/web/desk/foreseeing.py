"""What an office's draft will need: the petition that is taken up, or the vote that is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from referendum.kernel.errors import DomainError
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import calling, rules
from referendum.lifecycle.calling import DaysAllowed
from referendum.lifecycle.errors import RuleRefused
from referendum.lifecycle.starting import Beginning
from referendum.lifecycle.tables import Measure
from referendum.web.foreseeing import Foreseen, foresee
from referendum.web.rulebooks import parts
from thresholds.kinds import AnyRequirement
from thresholds.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Vote:
    """What a vote on the draft would need, were it called today."""

    rulebook: Rulebook
    requirements: Sequence[AnyRequirement]
    days: DaysAllowed | None
    article: str | None
    barred: DomainError | None


@dataclass(frozen=True, slots=True)
class Panel:
    """Beside the form: one of the two, or nothing where no rules are in force."""

    petition: Foreseen | None = None
    """What the petition that is taken up must have met elsewhere."""
    vote: Vote | None = None


def panel_of(uow: UnitOfWork, begun: Beginning, measure: Measure) -> Panel:
    """What the draft would need if it went on today."""
    if begun.takes_up:
        return Panel(petition=foresee(uow.session, measure, rules.today(uow, measure)))
    return Panel(vote=_vote(uow, measure))


def _vote(uow: UnitOfWork, measure: Measure) -> Vote | None:
    today = rules.today(uow, measure)
    days, barred = None, None
    try:
        rulebook = rules.in_force(uow.session, measure, today)
    except RuleRefused:
        return None
    try:
        days = calling.days_allowed(uow.session, measure, today)
    except DomainError as refused:
        barred = refused
    vote_day = rulebook.calendar.vote_day
    return Vote(
        rulebook,
        requirements=parts(rulebook.poll.requirements) if rulebook.poll else (),
        days=days,
        article=vote_day.article if vote_day else None,
        barred=barred,
    )
