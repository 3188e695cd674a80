"""Who has taken a task on: by themselves or from a colleague, handed on, given back.

It gives nobody a right: whoever may do a thing may do it whoever has taken it on. Each turn is a
row, and the last one holds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, insert, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from referendum.kernel.db import APPEND_ONLY, Base, violates
from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.people import Authority
from referendum.kernel.uow import UnitOfWork


class Assignment(Base):
    """One turn of a task: from then on it is this officer's, or nobody's. Never changed."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index("ix_assignment_holder", "holder"),
        {"info": APPEND_ONLY},
    )

    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    """What the task is about, in the table that its name tells."""
    authority: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    after_step: Mapped[int]
    """The subject's last step then: what it did not outlive is another task."""
    holder: Mapped[UUID | None]
    by: Mapped[UUID]
    at: Mapped[datetime]


class AssignedMeanwhile(DomainError):
    """Somebody else took it, handed it on or gave it back since the page was made."""

    code: ClassVar[str] = "assigned-meanwhile"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


@dataclass(frozen=True, slots=True)
class Thing:
    """One task of one authority."""

    subject: UUID
    authority: Authority
    name: str

    @property
    def key(self) -> tuple[UUID, str, str]:
        return self.subject, self.authority.value, self.name


def turns(session: Session, thing: Thing) -> Sequence[Assignment]:
    """Everybody who had it, the first one first."""
    rows = select(Assignment).where(_is(thing)).order_by(Assignment.turn)
    return session.scalars(rows).all()


def latest(
    session: Session, subjects: Collection[UUID], authority: Authority
) -> dict[tuple[UUID, str], Assignment]:
    """The last turn of each task about these, by subject and name."""
    if not subjects:
        return {}
    rows = (
        select(Assignment)
        .where(Assignment.subject_id.in_(subjects), Assignment.authority == authority.value)
        .order_by(Assignment.turn)
    )
    return {(one.subject_id, one.name): one for one in session.scalars(rows)}


def turn(
    uow: UnitOfWork,
    thing: Thing,
    *,
    place: UUID,
    holder: UUID | None,
    seen: int,
    after_step: int,
    by: UUID,
) -> None:
    """The next turn after the one that was `seen`; of two at once the second is refused."""
    row = {
        "subject_id": thing.subject,
        "authority": thing.authority.value,
        "name": thing.name,
        "turn": seen + 1,
        "jurisdiction_id": place,
        "after_step": after_step,
        "holder": holder,
        "by": by,
        "at": uow.now(),
    }
    last = turns(uow.session, thing)
    if (last[-1].turn if last else 0) != seen:
        raise AssignedMeanwhile
    try:
        with uow.session.begin_nested():
            uow.session.execute(insert(Assignment).values(row))
    except IntegrityError as upheld:
        if violates(upheld, "pk_assignment"):
            raise AssignedMeanwhile from upheld
        raise


def give_all_back(uow: UnitOfWork, officer_id: UUID, *, by: UUID) -> int:
    """All that somebody has, as when their account ends or they are away; how many there were.

    `by`: whoever closed the account, or the officer who will be away.
    """
    theirs = select(Assignment.subject_id, Assignment.authority, Assignment.name).where(
        Assignment.holder == officer_id
    )
    keys = {tuple(row) for row in uow.session.execute(theirs)}
    own = tuple_(Assignment.subject_id, Assignment.authority, Assignment.name)
    rows = select(Assignment).where(own.in_(keys)).order_by(Assignment.turn)
    last = {(one.subject_id, one.authority, one.name): one for one in uow.session.scalars(rows)}
    held = [one for one in last.values() if one.holder == officer_id]
    for one in held:
        thing = Thing(one.subject_id, Authority(one.authority), one.name)
        turn(
            uow,
            thing,
            place=one.jurisdiction_id,
            holder=None,
            seen=one.turn,
            after_step=one.after_step,
            by=by,
        )
    return len(held)


def _is(thing: Thing) -> ColumnElement[bool]:
    subject, authority, name = thing.key
    return (
        (Assignment.subject_id == subject)
        & (Assignment.authority == authority)
        & (Assignment.name == name)
    )
