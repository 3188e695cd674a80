"""Whether the representatives of a measure have agreed: what ends or changes it needs all of them.

Nobody who joined later, or by a link, ends alone what others gathered. What is asked here is asked
by the one door of all steps (`taking.allow`), so no page, program or command passes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel.canonical import canonical
from referendum.kernel.people import Actor, Resident
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import described, rules
from referendum.lifecycle.errors import AllMustAgree, NotRepresentative
from referendum.lifecycle.joint_tables import JointAct, JointConsent
from referendum.lifecycle.stages import Act, Stage, Step
from referendum.lifecycle.tables import Measure, Representative
from signatures import petitions, tallying
from thresholds.rulebook import ASSUMED_AGREEING, Agreeing

JOINT: Final = frozenset({Act.APPLY, Act.WITHDRAW})
"""What freezes and publishes the text all stand for, and what ends the measure. Handing in is not
among them: the days for it are few, and one who stays silent would end it by that alone."""
RESTS: Final = frozenset({Act.WITHDRAW})
"""What can be taken back for a while after all have consented."""
LIFE: Final = timedelta(days=7)
"""So long it waits for the others: as for officers, as we assume."""


class State(StrEnum):
    """Where it stands."""

    WAITING = "waiting"
    AGREED = "agreed"
    DONE = "done"
    TAKEN_BACK = "taken_back"
    OVERTAKEN = "overtaken"
    """The measure moved on, its text changed, or the others were waited for too long."""


OPEN: Final = frozenset({State.WAITING, State.AGREED})


def rule(measure: Measure) -> Agreeing:
    """The rulebook's, where it says something of it; before one is pinned, what we assume."""
    book = rules.pinned(measure) if measure.rulebook else None
    return (book and book.agreeing) or ASSUMED_AGREEING


def open_act(session: Session, measure: Measure, now: datetime) -> JointAct | None:
    """What waits, or rests, on a measure now."""
    found = select(JointAct).where(JointAct.measure_id == measure.id, JointAct.settled_at.is_(None))
    row = session.scalars(found).one_or_none()
    return None if row is None or is_overtaken(row, measure, now) else row


def is_overtaken(row: JointAct, measure: Measure, now: datetime) -> bool:
    """Whether it is about something that is so no longer."""
    if row.stage != measure.stage and not _still(row, measure):
        return True
    if row.act == Act.APPLY and row.text_mark != mark_of(measure):
        return True
    return row.agreed_at is None and now >= row.put_at + LIFE


def consented(session: Session, row: JointAct) -> set[UUID]:
    """The representatives who consented, by the ids of their joining."""
    given = select(JointConsent.representative_id).where(JointConsent.joint_act_id == row.id)
    return set(session.scalars(given))


def present(session: Session, measure_id: UUID) -> Sequence[Representative]:
    """Those who represent the measure now, in the order in which they came."""
    here = select(Representative).where(
        Representative.measure_id == measure_id, Representative.left_at.is_(None)
    )
    return session.scalars(here.order_by(Representative.joined_at, Representative.id)).all()


def own(session: Session, measure: Measure, by: Resident) -> Representative:
    """Their own part in it; refused to whoever is no representative now."""
    for one in present(session, measure.id):
        if one.person_id == by.person:
            return one
    raise NotRepresentative(measure=str(measure.id))


def still_missing(session: Session, measure: Measure, row: JointAct) -> int:
    """How many consents it waits for, by the measure's rule."""
    here = {one.id for one in present(session, measure.id)}
    given = len(here & consented(session, row))
    needed = len(here) if rule(measure).consent == "all" else len(here) // 2 + 1
    return max(0, needed - given)


def weigh(uow: UnitOfWork, measure: Measure) -> JointAct | None:
    """Write down that all have agreed, where they have; gives what then waits for its day.

    Asked whenever somebody consents, and whenever somebody leaves, under the measure's lock.
    """
    row = open_act(uow.session, measure, uow.now())
    if row is None or row.agreed_at is not None or still_missing(uow.session, measure, row):
        return None
    now = uow.now()
    rests = timedelta(hours=rule(measure).hours_to_take_back)
    row.state, row.agreed_at = State.AGREED.value, now
    row.takes_effect_at = now + rests if Act(row.act) in RESTS else now
    uow.session.flush()
    return row


def insist(uow: UnitOfWork, measure: Measure, step: Step, by: Actor) -> None:
    """Refuse a joint act of the representatives to which they have not agreed, or not long enough.

    One who represents a draft alone applies alone: that is the consent of all.
    """
    if step.act not in JOINT or not isinstance(by, Resident):
        return
    session = uow.session
    if step.act not in RESTS and len(present(session, measure.id)) == 1:
        return
    now = uow.now()
    row = open_act(session, measure, now)
    fits = row is not None and row.act == step.act.value
    if row is None or not fits or row.takes_effect_at is None or row.takes_effect_at > now:
        missing = still_missing(session, measure, row) if row is not None and fits else None
        raise AllMustAgree(act=step.act.value, missing=missing)


def settle(session: Session, measure: Measure, act: Act, now: datetime) -> None:
    """What all agreed to is done."""
    if act not in JOINT:
        return
    row = open_act(session, measure, now)
    if row is not None and row.act == act.value:
        row.state, row.settled_at = State.DONE.value, now


def gathered(session: Session, measure: Measure) -> int:
    """How many signatures came in: what a withdrawal loses."""
    petition = petitions.of_measure(session, measure.id)
    return 0 if petition is None else tallying.exact(session, petition.id).submitted


def mark_of(measure: Measure) -> bytes:
    """SHA-256 of all that the representatives stand for."""
    text = {
        name: getattr(measure, name)
        for name in (
            "title_ko", "title_en", "question_ko", "question_en", "reason", "body", "office",
            "official", "options", "districts",
        )
    }  # fmt: skip
    return hashlib.sha256(canonical(text | described.written(measure))).digest()


def _still(row: JointAct, measure: Measure) -> bool:
    """A withdrawal goes on while signatures are collected and until they are handed in."""
    under_way = (Stage.APPLIED, Stage.PARKED, Stage.COLLECTING, Stage.COLLECTED)
    return (
        row.act == Act.WITHDRAW
        and Stage(row.stage) in under_way
        and Stage(measure.stage) in under_way
    )
