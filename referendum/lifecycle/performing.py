"""Every act by its name: the one door that pages, API, calendar and commands go through.

Two acts come in by a door of their own, because they bring more than particulars: a certified
step is taken by its second certification (`certifying`), the mayor's answer with its text
(`advisory.answering`). Both are let through by the same `taking.allow`, as every act is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from referendum.kernel.errors import DomainError
from referendum.kernel.people import Actor
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import (
    acting,
    admitting,
    calling,
    drafting,
    enveloping,
    judging,
    petitioning,
    reviewing,
    rules,
    screening,
    taking,
    versions,
    voting,
)
from referendum.lifecycle.acting import NOTHING, Means, Particulars
from referendum.lifecycle.advisory import correcting
from referendum.lifecycle.attachments import attaching
from referendum.lifecycle.errors import (
    ExtendedBefore,
    NeedsAnswer,
    NeedsCertifying,
    ParticularMissing,
)
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import StepTaken
from referendum.lifecycle.taking import Allowed


@dataclass(frozen=True, slots=True)
class Deed:
    """What belongs to an act, beside what its table says of it."""

    act: Act
    run: Callable[[Allowed], StepTaken]
    needs: tuple[str, ...] = ()
    """The particulars without which it says nothing, by their names."""
    elsewhere: type[DomainError] | None = None
    """The refusal of an act that comes in by a door of its own."""


def perform(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    act: Act,
    by: Actor,
    given: Particulars = NOTHING,
) -> StepTaken:
    """Take an act with all that belongs to it, or refuse and say why."""
    measure = acting.lock(uow.session, measure_id)
    return run(taking.allow(uow, means, measure, act, by, given))


def run(allowed: Allowed) -> StepTaken:
    """What an act does, once it was let through."""
    deed = DEEDS[allowed.step.act]
    if allowed.step.source is Stage.DRAFT and deed.act is not Act.WITHDRAW:
        drafting.check_complete(allowed.measure)
    if deed.elsewhere is not None:
        raise deed.elsewhere(act=deed.act.value)
    for name in deed.needs:
        if not getattr(allowed.given, name):
            raise ParticularMissing(field=name)
    taken = deed.run(allowed)
    if allowed.step.source is Stage.DRAFT:
        _freeze(allowed)
    return taken


def _freeze(allowed: Allowed) -> None:
    """Of what the text was before, nothing is kept; of a draft that is given up, no file."""
    versions.forget(allowed.session, allowed.measure.id)
    if allowed.step.act is Act.WITHDRAW:
        allowed.measure.attachments = []
    attaching.settle(allowed.session, allowed.measure)


def _plain(allowed: Allowed) -> StepTaken:
    """An act that is its step and nothing more."""
    day = allowed.given.day
    return allowed.take(facts={"day": day.isoformat()} if day else None)


def _take_in(allowed: Allowed) -> StepTaken:
    """A measure that comes from elsewhere falls under the law of the day it is taken in."""
    uow, measure = allowed.uow, allowed.measure
    rules.pin(uow, measure, allowed.by, rules.today(uow, measure))
    enveloping.insist_residents_may_ask(uow.session, measure)
    return _plain(allowed)


def _extend(allowed: Allowed) -> StepTaken:
    """The council's year may be prolonged once (ORD §13)."""
    if acting.times_taken(allowed.session, allowed.measure.id, Act.EXTEND):
        raise ExtendedBefore(measure=str(allowed.measure.id))
    return _plain(allowed)


def _deeds() -> Iterable[Deed]:
    """All that is more than a step."""
    yield Deed(Act.APPLY, _plain)
    yield Deed(Act.TAKE_UP, _take_in)
    yield Deed(Act.REQUEST_VOTE, _take_in)
    yield Deed(Act.ADMIT, admitting.admit)
    yield Deed(Act.PARK, admitting.park)
    yield Deed(Act.REFUSE, screening.refuse)
    yield Deed(Act.DISMISS, screening.refuse)
    yield Deed(Act.CLOSE_COLLECTION, petitioning.close_collection)
    yield Deed(Act.FILE, petitioning.file)
    yield Deed(Act.SETTLE_OBJECTIONS, reviewing.settle_objections)
    yield Deed(Act.ORDER_CURE, judging.order_cure)
    yield Deed(Act.FIND_SUFFICIENT, _plain, elsewhere=NeedsCertifying)
    yield Deed(Act.FIND_INSUFFICIENT, _plain, elsewhere=NeedsCertifying)
    yield Deed(Act.EXTEND, _extend)
    yield Deed(Act.CALL, calling.call)
    yield Deed(Act.RESET_DAY, calling.reset_day, needs=("day",))
    yield Deed(Act.FREEZE_ROLL, voting.freeze_roll)
    yield Deed(Act.STATE_ELECTORS, voting.state_electors, needs=("electors",))
    yield Deed(Act.OPEN_POLLS, voting.open_polls)
    yield Deed(Act.CLOSE_POLLS, voting.close_polls)
    yield Deed(Act.DECLARE, _plain, elsewhere=NeedsCertifying)
    yield Deed(Act.CALL_REVOTE, calling.call_revote, needs=("day",))
    yield Deed(Act.ANNUL, voting.end_early)
    yield Deed(Act.END_BY_VACANCY, voting.end_early)
    yield Deed(Act.ACCEPT_PURPOSE, voting.end_early)
    yield Deed(Act.ANSWER, _plain, elsewhere=NeedsAnswer)
    yield Deed(Act.CORRECT_RESULT, correcting.correct)


DEEDS: Final = {act: Deed(act, _plain) for act in Act} | {deed.act: deed for deed in _deeds()}
"""Every act; one that is not listed above is its step and nothing more."""
