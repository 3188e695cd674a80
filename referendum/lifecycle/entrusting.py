"""What an authority leaves to one of its officers, and takes back to two.

Both take two of its administrators: whoever acts on measures does not loosen what holds them, and
nobody does so alone. What ends a measure or sets a day is never left to one (`foureyes`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Final

from sqlalchemy import func, or_, select

from referendum.kernel import proposals
from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.proposals import Proposal, Put, State
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import foureyes
from referendum.lifecycle.errors import ParticularMissing
from referendum.lifecycle.foureyes import Lock
from referendum.lifecycle.stages import LIVES, Act
from referendum.lifecycle.tables import LeftToOne

OFFICERS: Final = "officers."
"""The sort of proposal by which an authority says how many officers an act takes."""
SET_BY: Final = Role.ADMINISTRATOR


class Many(StrEnum):
    """How many officers an act takes."""

    ONE = "1"
    TWO = "2"


class Besides(StrEnum):
    """What always takes two and is no act that an authority might leave to one."""

    CERTIFY = "certify"
    TRANSCRIBE = "transcribe"
    OVERRIDE = "override"
    LIFT = "lift"
    VOID = "void"
    PUBLISH = "publish"
    SETTLE = "settle"
    IMPORT = "import"
    ACCOUNT = "account"
    OFFICERS = "officers"


class ActNotForTwo(DomainError):
    """An act that this authority does not have, or that one officer takes anyway."""

    code: ClassVar[str] = "act-not-for-two"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class ActAlwaysForTwo(DomainError):
    """What ends a measure or sets a day is never left to one officer; `lock` says which."""

    code: ClassVar[str] = "act-always-for-two"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class OfficersAlready(DomainError):
    """The act takes as many officers already."""

    code: ClassVar[str] = "officers-already"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


@dataclass(frozen=True, slots=True)
class Duty:
    """One act of an authority that takes two officers, or would."""

    act: Act
    lock: Lock | None
    """Why it always takes two."""
    left: LeftToOne | None
    """Since when, and by whom, it is left to one."""
    asked: Proposal | None
    """The change that waits for a second administrator."""

    @property
    def officers(self) -> Many:
        return Many.ONE if self.left is not None and self.lock is None else Many.TWO

    @property
    def otherwise(self) -> Many:
        return Many.ONE if self.officers is Many.TWO else Many.TWO


def duties(uow: UnitOfWork, by: Officer) -> list[Duty]:
    """All acts of the officer's own authority that rest on a paper, end a measure or set a day."""
    session, place = uow.session, by.jurisdiction
    here = select(LeftToOne).where(
        LeftToOne.jurisdiction_id == place, LeftToOne.authority == by.authority.value
    )
    left = {row.act: row for row in session.scalars(here)}
    asked = {row.kind: row for row in proposals.waiting(session, place, uow.now())}
    return [
        Duty(act, lock, left.get(act.value), asked.get(kind_of(by.authority, act)))
        for act, lock in foureyes.locks(by.authority)
    ]


def duty(uow: UnitOfWork, act: str, by: Officer) -> Duty:
    """One of them; refused where one officer takes it anyway."""
    for one in duties(uow, by):
        if one.act.value == act:
            return one
    raise ActNotForTwo(act=act)


def besides(authority: Authority) -> list[Besides]:
    """What else always takes two, as far as it is this authority's to do."""
    certifies = any(
        step.certified and step.by.authority is authority
        for life in LIVES.values()
        for step in life
    )
    left_out = {
        *(() if certifies else (Besides.CERTIFY,)),
        *(() if authority is Authority.MAYOR else (Besides.PUBLISH, Besides.SETTLE)),
    }
    return [one for one in Besides if one not in left_out]


def changed(uow: UnitOfWork, by: Officer, *, limit: int) -> Sequence[Proposal]:
    """What was asked for before in the own authority and is over, the latest first."""
    over = select(Proposal).where(
        Proposal.jurisdiction_id == by.jurisdiction,
        Proposal.authority == by.authority.value,
        Proposal.kind.startswith(OFFICERS, autoescape=True),
        or_(Proposal.state != State.WAITING.value, Proposal.lapses_at <= uow.now()),
    )
    ended = func.coalesce(Proposal.settled_at, Proposal.lapses_at)
    return uow.session.scalars(over.order_by(ended.desc()).limit(limit)).all()


def propose(uow: UnitOfWork, act: str, *, officers: Many, reason: str, by: Officer) -> Proposal:
    """Ask a second administrator of the own authority to have an act done by one, or by two."""
    by.insist(SET_BY)
    found = duty(uow, act, by)
    if not reason.strip():
        raise ParticularMissing(field="reason")
    what = {"act": found.act.value, "officers": officers.value}
    put = Put(
        kind=kind_of(by.authority, found.act),
        place=by.jurisdiction,
        authority=by.authority,
        subject=None,
        what=what,
        changes=changes(uow, what, by),
        reason=reason.strip(),
    )
    return proposals.put(uow, put, by=by)


def refusal(by: Officer) -> DomainError | None:
    """Why an officer of the same authority could not be the second one."""
    return None if SET_BY in by.roles else by.lacking(SET_BY)


def changes(uow: UnitOfWork, what: Mapping[str, Any], by: Officer) -> list[dict[str, str | None]]:
    """How many officers the act takes now, and would; refused where it must not or need not."""
    found, officers = duty(uow, what["act"], by), Many(what["officers"])
    if found.lock is not None:
        raise ActAlwaysForTwo(act=found.act.value, lock=found.lock.value)
    if found.officers is officers:
        raise OfficersAlready(act=found.act.value, officers=officers.value)
    return [{"what": "officers", "before": found.officers.value, "after": officers.value}]


def carry_out(uow: UnitOfWork, what: Mapping[str, Any], by: Officer) -> None:
    """From now on it is so, on record with both administrators."""
    proposals.insist_seconded(by, act=OFFICERS.rstrip("."))
    changes(uow, what, by)
    act, left = Act(what["act"]), Many(what["officers"]) is Many.ONE
    if left:
        uow.session.add(
            LeftToOne(
                jurisdiction_id=by.jurisdiction,
                authority=by.authority.value,
                act=act.value,
                since=uow.now(),
                left_by=by.mark,
                confirmed_by=by.seconded_by,
            )
        )
    else:
        row = uow.session.get_one(LeftToOne, (by.jurisdiction, by.authority.value, act.value))
        uow.session.delete(row)
    uow.session.flush()
    uow.record(
        "second_officer.waived" if left else "second_officer.required",
        by=by,
        facts={"authority": by.authority.value, "act": act.value},
    )


def kind_of(authority: Authority, act: Act) -> str:
    """What a proposal about an authority's act is called: of each, one waits at a time."""
    return f"{OFFICERS}{authority.value}.{act.value}"
