"""Every act by its name: the one door that pages, API, calendar and commands go through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from referendum.kernel.people import Actor, Calendar
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import (
    acting,
    calling,
    holds,
    proposing,
    qualifying,
    rules,
    screening,
    stages,
    voting,
)
from referendum.lifecycle.acting import NOTHING, Means, Particulars
from referendum.lifecycle.advisory import enveloping
from referendum.lifecycle.errors import ExtendedBefore, NeedsAnswer, NeedsCertifying
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import Measure, StepTaken
from thresholds.vocabulary import Instrument

Handler = Callable[[UnitOfWork, Means, Measure, Any, Particulars], StepTaken]
ByCalendar = Callable[[UnitOfWork, Means, Measure, Calendar, datetime], StepTaken]


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
    step = stages.find(Instrument(measure.instrument), Stage(measure.stage), act)
    # Whether it may move, who may, and on what paper: asked before any number is looked at.
    holds.insist_on_none(uow.session, measure.id, under_hold=step.under_hold)
    acting.insist_on_right(uow.session, measure, step, by, given)
    acting.insist_on_document(step, given)
    if step.source is Stage.DRAFT and act is not Act.WITHDRAW:
        proposing.check_complete(measure)
    if step.certified:
        raise NeedsCertifying(act=act.value)
    if act is Act.ANSWER:
        raise NeedsAnswer(act=act.value)
    handler = HANDLERS.get(act, partial(_plain, act=act))
    return handler(uow, means, measure, by, given)


def _plain(
    uow: UnitOfWork, means: Means, measure: Measure, by: Actor, given: Particulars, *, act: Act
) -> StepTaken:
    """An act that is its step and nothing more."""
    del means
    facts = {"day": given.day.isoformat()} if given.day else None
    return acting.take(uow, measure, act, by, given, facts=facts)


def _take_in(
    uow: UnitOfWork, means: Means, measure: Measure, by: Actor, given: Particulars, *, act: Act
) -> StepTaken:
    """A measure that comes from elsewhere falls under the law of the day it is taken in."""
    rules.pin(uow, measure, by, rules.today(uow, measure))
    enveloping.insist_residents_may_ask(uow.session, measure)
    return _plain(uow, means, measure, by, given, act=act)


def _extend(
    uow: UnitOfWork, means: Means, measure: Measure, by: Actor, given: Particulars
) -> StepTaken:
    """The council's year may be prolonged once (ORD §13)."""
    if acting.times_taken(uow.session, measure.id, Act.EXTEND):
        raise ExtendedBefore(measure=str(measure.id))
    return _plain(uow, means, measure, by, given, act=Act.EXTEND)


HANDLERS: Final[dict[Act, Handler]] = {
    Act.APPLY: proposing.apply,
    Act.TAKE_UP: partial(_take_in, act=Act.TAKE_UP),
    Act.REQUEST_VOTE: partial(_take_in, act=Act.REQUEST_VOTE),
    Act.WITHDRAW: proposing.withdraw,
    Act.ADMIT: qualifying.admit,
    Act.PARK: qualifying.park,
    Act.REFUSE: partial(screening.refuse, act=Act.REFUSE),
    Act.DISMISS: partial(screening.refuse, act=Act.DISMISS),
    Act.FILE: qualifying.file,
    Act.SETTLE_OBJECTIONS: qualifying.settle_objections,
    Act.ORDER_CURE: qualifying.order_cure,
    Act.EXTEND: _extend,
    Act.CALL: calling.call,
    Act.RESET_DAY: calling.reset_day,
    Act.STATE_ELECTORS: voting.state_electors,
    Act.CALL_REVOTE: calling.call_revote,
    Act.ANNUL: partial(voting.end_early, act=Act.ANNUL),
    Act.END_BY_VACANCY: partial(voting.end_early, act=Act.END_BY_VACANCY),
    Act.ACCEPT_PURPOSE: partial(voting.end_early, act=Act.ACCEPT_PURPOSE),
}
"""What more than a step belongs to an act. Acts that are not here are plain."""

BY_CALENDAR: Final[dict[Act, ByCalendar]] = {
    Act.CLOSE_COLLECTION: qualifying.close_collection,
    Act.FREEZE_ROLL: voting.freeze_roll,
    Act.OPEN_POLLS: voting.open_polls,
    Act.CLOSE_POLLS: voting.close_polls,
}
"""The same for the calendar's acts, which are dated by their deadline."""
