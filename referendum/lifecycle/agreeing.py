"""The representatives decide together: one puts it, each consents with a code, and it may rest.

What rests is taken back by any one of them: then there is no consent of all. The calendar does it
when its day has come, in the name of them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.identity.checking import Held
from referendum.kernel.people import Assurance, FreshCodeNeeded, Resident
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, agreed, drafting, holds, performing, stages
from referendum.lifecycle.acting import Means
from referendum.lifecycle.agreed import JOINT, OPEN, State
from referendum.lifecycle.errors import NothingToTakeBack, NotYourAct
from referendum.lifecycle.joint_tables import JointAct, JointConsent
from referendum.lifecycle.stages import Act, By, Stage
from referendum.lifecycle.tables import Measure, Representative
from referendum.roll import finding
from thresholds.vocabulary import Instrument

TELL: Final = "notices.tell_agreement"


def needs_code(measure: Measure, act: Act) -> bool:
    """Whether each must give a code for it: all but giving up a draft, which nobody has seen."""
    return not (act is Act.WITHDRAW and measure.stage == Stage.DRAFT)


def agree(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    act: Act,
    *,
    by: Resident,
    proved: Held | None = None,
) -> JointAct:
    """Consent to an act of all representatives; whoever is the first puts it to the others.

    `proved`: the phone for which a code was given just now, for this and nothing else. Where all
    have consented, it is done, or rests until its day.
    """
    measure = acting.lock(uow.session, measure_id)
    mine = agreed.own(uow.session, measure, by)
    step = stages.find(Instrument(measure.instrument), Stage(measure.stage), act)
    if act not in JOINT or step.by is not By.INITIATOR:
        raise NotYourAct(act=act.value, by=step.by.value)
    holds.insist_on_none(uow.session, measure.id, under_hold=step.under_hold)
    if needs_code(measure, act) and not _holds_their_phone(uow.session, by, proved):
        raise FreshCodeNeeded
    if act is Act.APPLY:
        drafting.check_complete(measure)
    row = _put(uow, measure, act, mine, by)
    if mine.id not in agreed.consented(uow.session, row):
        uow.session.add(JointConsent(joint_act_id=row.id, representative_id=mine.id))
        uow.session.flush()
        _record(uow, measure, "agreement.given", row, by)
    if agreed.weigh(uow, measure) is not None and not carry_out(uow, means, measure):
        _record(uow, measure, "agreement.reached", row, by)
        _tell(uow, row, "reached")
    return row


def take_back(uow: UnitOfWork, measure_id: UUID, *, by: Resident) -> JointAct:
    """Any one of them takes it back, before all have consented or while it rests."""
    measure = acting.lock(uow.session, measure_id)
    agreed.own(uow.session, measure, by)
    row = agreed.open_act(uow.session, measure, uow.now())
    if row is None:
        raise NothingToTakeBack(measure=str(measure_id))
    row.state, row.settled_at = State.TAKEN_BACK.value, uow.now()
    uow.session.flush()
    _record(uow, measure, "agreement.taken_back", row, by)
    _tell(uow, row, "taken_back")
    return row


def due(session: Session, now: datetime) -> Iterator[tuple[Measure, JointAct]]:
    """What has rested long enough, of measures over which no halt lies."""
    rows = (
        select(Measure, JointAct)
        .join(JointAct, JointAct.measure_id == Measure.id)
        .where(JointAct.settled_at.is_(None), JointAct.takes_effect_at <= now)
        .where(~holds.over(Measure.id))
        .order_by(JointAct.takes_effect_at)
    )
    for measure, row in session.execute(rows):
        if not agreed.is_overtaken(row, measure, now):
            yield measure, row


def next_day(session: Session, now: datetime) -> datetime | None:
    """When the next of what all agreed to takes effect."""
    ahead = select(func.min(JointAct.takes_effect_at)).where(
        JointAct.settled_at.is_(None), JointAct.takes_effect_at > now
    )
    return session.scalar(ahead)


def carry_out(uow: UnitOfWork, means: Means, measure: Measure) -> bool:
    """Do what all agreed to, if its day has come. Needs the measure's lock."""
    now = uow.now()
    row = agreed.open_act(uow.session, measure, now)
    if row is None or row.takes_effect_at is None or row.takes_effect_at > now:
        return False
    if holds.stops(uow.session, measure.id) is not None:
        return False
    here = agreed.present(uow.session, measure.id)
    names = {one.id: one for one in here}
    first = names.get(row.put_by) or here[0]
    by = Resident(first.person_id, measure.jurisdiction_id, Assurance.PHONE_ON_FILE)
    performing.perform(uow, means, measure.id, Act(row.act), by)
    return True


def _put(
    uow: UnitOfWork, measure: Measure, act: Act, mine: Representative, by: Resident
) -> JointAct:
    """What waits already, or what this one puts to the others."""
    now = uow.now()
    waiting = agreed.open_act(uow.session, measure, now)
    if waiting is not None and waiting.act == act.value:
        return waiting
    _overtake(uow, measure, now)
    row = JointAct(
        measure_id=measure.id,
        act=act.value,
        stage=measure.stage,
        text_mark=agreed.mark_of(measure),
        put_by=mine.id,
        put_at=now,
        state=State.WAITING.value,
    )
    uow.session.add(row)
    uow.session.flush()
    _record(uow, measure, "agreement.put", row, by)
    if len(agreed.present(uow.session, measure.id)) > 1:
        _tell(uow, row, "put")
    return row


def _overtake(uow: UnitOfWork, measure: Measure, now: datetime) -> None:
    """One thing at a time: what is put anew ends what waited."""
    open_ones = select(JointAct).where(
        JointAct.measure_id == measure.id, JointAct.state.in_([one.value for one in OPEN])
    )
    for row in uow.session.scalars(open_ones.with_for_update()):
        row.state, row.settled_at = State.OVERTAKEN.value, now
    uow.session.flush()


def _holds_their_phone(session: Session, by: Resident, proved: Held | None) -> bool:
    residence = finding.latest_residence(session, by.person)
    return proved is not None and residence is not None and proved.is_of(residence.phone_index)


def _record(uow: UnitOfWork, measure: Measure, act: str, row: JointAct, by: Resident) -> None:
    uow.record(act, by=by, measure=measure.id, facts={"id": str(row.id), "act": row.act})


def _tell(uow: UnitOfWork, row: JointAct, what: str) -> None:
    uow.later(TELL, joint_act_id=str(row.id), what=what)
