"""Four eyes: what one officer proposes, and another confirms, declines or lets lapse.

A proposal holds what is to be done, why, on which paper, and all that it would change as it was
shown to whoever proposed it. Nothing is done before a second officer confirms; then it is done in
the proposer's name, and every entry of the record names both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, or_, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from referendum.kernel.canonical import canonical
from referendum.kernel.db import KEPT, Base, violates
from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.people import (
    Authority,
    FreshCodeNeeded,
    Officer,
    OtherJurisdiction,
    Role,
)
from referendum.kernel.uow import UnitOfWork

LIFE: Final = timedelta(days=7)
"""How long a proposal waits. `assumed`: no text says how old a first pair of eyes may be."""


class State(StrEnum):
    """Where a proposal stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    OVERTAKEN = "overtaken"
    """What it was about says something else by now, and was proposed anew."""


class Proposal(Base):
    """What waits for a second officer, or waited for one. Never deleted."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("settled_by is null or settled_by <> proposed_by or state = 'withdrawn'",
                        name="two_officers"),
        CheckConstraint("(state = 'waiting') = (settled_at is null)", name="settled_once"),
        Index("uq_proposal_waiting", "jurisdiction_id", "kind", "subject_id", unique=True,
              postgresql_where=text("state = 'waiting'"), postgresql_nulls_not_distinct=True),
        Index("ix_proposal_subject_id", "subject_id", "proposed_at"),
        {"info": KEPT},
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    authority: Mapped[str]
    """Whose decision it is."""
    kind: Mapped[str]
    """What sort of thing is proposed; of one sort one waits for each subject."""
    subject_id: Mapped[UUID | None]
    """What it is about, in the table that its kind knows."""
    what: Mapped[dict[str, Any]]
    """All that it is to be done with, in JSON's own types."""
    reason: Mapped[str | None]
    changes: Mapped[list[Any]] = mapped_column(JSONB())
    """What it would change, as it was shown: [{what, before, after}]."""
    proposed_by: Mapped[UUID]
    proposer_authority: Mapped[str]
    """The office of whoever proposed: another one where it transcribes."""
    proposer_roles: Mapped[list[str]]
    deputising_for: Mapped[str | None]
    """The mark of the absent officer in whose stead it was proposed: it ends with that."""
    proposed_at: Mapped[datetime]
    lapses_at: Mapped[datetime | None]
    """None of what stands already, and is only looked at: that waits until somebody has."""
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    settled_by: Mapped[UUID | None]
    settled_at: Mapped[datetime | None]
    settled_reason: Mapped[str | None]

    @property
    def version(self) -> str:
        """What names the proposal with all that it changes: SHA-256 over RFC 8785 bytes, hex."""
        said = {"kind": self.kind, "what": self.what, "changes": self.changes}
        return hashlib.sha256(canonical(said)).hexdigest()


class ProposalNotFound(DomainError):
    code: ClassVar[str] = "proposal-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class SecondOfficerNeeded(DomainError):
    """What one officer alone may propose, and no officer alone may do."""

    code: ClassVar[str] = "second-officer-needed"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class ProposedAlready(DomainError):
    """The same is proposed, and waits."""

    code: ClassVar[str] = "proposed-already"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class OwnProposal(DomainError):
    """Who proposed cannot be the second pair of eyes."""

    code: ClassVar[str] = "own-proposal"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class ProposalSettled(DomainError):
    """It was confirmed, declined, taken back, or waited too long."""

    code: ClassVar[str] = "proposal-settled"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class ChangesOtherwise(DomainError):
    """It would change something else by now than what its proposer was shown."""

    code: ClassVar[str] = "changes-otherwise"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class ReasonMissing(DomainError):
    """Whoever declines says why."""

    code: ClassVar[str] = "decline-reason-missing"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """What is proposed."""

    kind: str
    place: UUID
    authority: Authority
    subject: UUID | None
    what: Mapping[str, Any]
    changes: Sequence[Mapping[str, Any]]
    reason: str | None = None
    lapses: bool = True
    """Whether it comes to nothing where nobody confirms it in time."""


def insist_seconded(by: Officer, *, act: str) -> None:
    """Refuse an officer who comes alone."""
    if by.seconded_by is None:
        raise SecondOfficerNeeded(act=act)


def put(uow: UnitOfWork, proposed: Put, *, by: Officer) -> Proposal:
    """Propose it. One of the same kind that waits is refused; one that waited too long lapses."""
    now = uow.now()
    _lapse(uow, _same(uow.session, proposed), now)
    row = Proposal(
        jurisdiction_id=proposed.place,
        authority=proposed.authority.value,
        kind=proposed.kind,
        subject_id=proposed.subject,
        what=dict(proposed.what),
        reason=proposed.reason,
        changes=[dict(one) for one in proposed.changes],
        proposed_by=by.id,
        proposer_authority=by.authority.value,
        proposer_roles=sorted(role.value for role in by.roles),
        proposed_at=now,
        deputising_for=by.deputising_for,
        lapses_at=_until(now, by) if proposed.lapses else None,
        state=State.WAITING.value,
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(row)
    except IntegrityError as upheld:
        if violates(upheld, "uq_proposal_waiting"):
            raise ProposedAlready(kind=proposed.kind) from upheld
        raise
    _record(uow, "proposal.put", row, by)
    return row


def get(session: Session, proposal_id: UUID, *, place: UUID) -> Proposal:
    """The proposal of this place; refused where there is none."""
    row = session.get(Proposal, proposal_id)
    if row is None or row.jurisdiction_id != place:
        raise ProposalNotFound(proposal=str(proposal_id))
    return row


def of_office(session: Session, proposal_id: UUID, by: Officer) -> Proposal:
    """The same, for those of the office that proposed.

    What another office thinks of doing is its own affair until it is done.
    """
    row = get(session, proposal_id, place=by.jurisdiction)
    if row.proposer_authority != by.authority.value:
        raise ProposalNotFound(proposal=str(proposal_id))
    return row


def held(uow: UnitOfWork, proposal_id: UUID, *, by: Officer) -> Proposal:
    """The same, locked and still waiting. What it is about is locked before it."""
    row = uow.session.get(Proposal, proposal_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise ProposalNotFound(proposal=str(proposal_id))
    if row.jurisdiction_id != by.jurisdiction:
        raise OtherJurisdiction
    if standing(row, uow.now()) is not State.WAITING:
        raise ProposalSettled(state=standing(row, uow.now()).value)
    return row


def standing(row: Proposal, now: datetime) -> State:
    """Where it stands, also before anybody has written down that it waited too long."""
    state = State(row.state)
    over = row.lapses_at is not None and row.lapses_at <= now
    return State.LAPSED if state is State.WAITING and over else state


def insist_another(row: Proposal, by: Officer) -> None:
    """Refuse whoever proposed it, and whoever gave no code just now."""
    if by.id == row.proposed_by:
        raise OwnProposal
    if not by.fresh:
        raise FreshCodeNeeded


def proposer(row: Proposal, *, seconded_by: str | None) -> Officer:
    """Whoever proposed, with the roles held then, and whoever confirmed it or might.

    Whoever lost a role since has no proposal that waits (`lapse_of`).
    """
    return Officer(
        row.proposed_by,
        row.jurisdiction_id,
        Authority(row.proposer_authority),
        frozenset(Role(role) for role in row.proposer_roles),
        fresh=True,
        seconded_by=seconded_by,
        deputising_for=row.deputising_for,
    )


def confirm(uow: UnitOfWork, row: Proposal, *, by: Officer, measure: UUID | None = None) -> Officer:
    """Confirm what is held; gives the officer in whose name it is then done.

    `measure`: which one it is done to, for the record; none where it is about none.
    """
    insist_another(row, by)
    _settle(uow, row, State.CONFIRMED, by=by)
    _record(uow, "proposal.confirmed", row, by, measure=measure)
    return proposer(row, seconded_by=by.mark)


def decline(uow: UnitOfWork, row: Proposal, *, reason: str, by: Officer) -> None:
    """Nothing is done; whoever proposed reads why."""
    if by.id == row.proposed_by:
        raise OwnProposal
    if not reason.strip():
        raise ReasonMissing
    _settle(uow, row, State.DECLINED, by=by, reason=reason.strip())
    _record(uow, "proposal.declined", row, by)


def withdraw(uow: UnitOfWork, row: Proposal, *, by: Officer) -> None:
    """Whoever proposed takes it back."""
    if by.id != row.proposed_by:
        raise ProposalNotFound(proposal=str(row.id))
    _settle(uow, row, State.WITHDRAWN, by=by)
    _record(uow, "proposal.withdrawn", row, by)


def overtake(uow: UnitOfWork, row: Proposal, *, by: Officer) -> None:
    """Nobody can confirm it any more: somebody proposes anew what is so by now."""
    row.state, row.settled_at = State.OVERTAKEN.value, uow.now()
    uow.session.flush()
    _record(uow, "proposal.overtaken", row, by)


def lapse_of(uow: UnitOfWork, officer_id: UUID) -> None:
    """Nothing of somebody whose account ended or whose roles changed waits any longer.

    Nor what a deputy proposed in their stead.
    """
    theirs = select(Proposal).where(
        or_(
            Proposal.proposed_by == officer_id,
            Proposal.deputising_for == f"officer:{officer_id}",
        ),
        Proposal.state == State.WAITING.value,
        Proposal.lapses_at.is_not(None),
    )
    now = uow.now()
    for row in uow.session.scalars(theirs.with_for_update()):
        _write_lapse(uow, row, now)


def lapse_in_stead(uow: UnitOfWork, deputy_id: UUID, absent_id: UUID) -> None:
    """Nothing that a deputy proposed in somebody's stead waits any longer."""
    theirs = select(Proposal).where(
        Proposal.proposed_by == deputy_id,
        Proposal.deputising_for == f"officer:{absent_id}",
        Proposal.state == State.WAITING.value,
        Proposal.lapses_at.is_not(None),
    )
    now = uow.now()
    for row in uow.session.scalars(theirs.with_for_update()):
        _write_lapse(uow, row, now)


def waiting(session: Session, place: UUID, now: datetime) -> Sequence[Proposal]:
    """All that waits in a place, what lapses first before the rest."""
    here = select(Proposal).where(
        Proposal.jurisdiction_id == place,
        Proposal.state == State.WAITING.value,
        or_(Proposal.lapses_at.is_(None), Proposal.lapses_at > now),
    )
    return session.scalars(here.order_by(Proposal.lapses_at, Proposal.id)).all()


def _until(now: datetime, by: Officer) -> datetime:
    """A week, and what a deputy proposes no longer than they deputise."""
    return min(now + LIFE, by.deputising_until or now + LIFE)


def _same(session: Session, proposed: Put) -> Sequence[Proposal]:
    alike = select(Proposal).where(
        Proposal.jurisdiction_id == proposed.place,
        Proposal.kind == proposed.kind,
        Proposal.subject_id.is_not_distinct_from(proposed.subject),
        Proposal.state == State.WAITING.value,
    )
    return session.scalars(alike.with_for_update()).all()


def _lapse(uow: UnitOfWork, rows: Sequence[Proposal], now: datetime) -> None:
    for row in rows:
        if row.lapses_at is not None and row.lapses_at <= now:
            _write_lapse(uow, row, row.lapses_at)
    uow.session.flush()


def _write_lapse(uow: UnitOfWork, row: Proposal, at: datetime) -> None:
    row.state, row.settled_at = State.LAPSED.value, at
    _record(uow, "proposal.lapsed", row, proposer(row, seconded_by=None))


def _settle(
    uow: UnitOfWork, row: Proposal, state: State, *, by: Officer, reason: str | None = None
) -> None:
    row.state, row.settled_by, row.settled_at = state.value, by.id, uow.now()
    row.settled_reason = reason
    uow.session.flush()


def _record(
    uow: UnitOfWork, act: str, row: Proposal, by: Officer, *, measure: UUID | None = None
) -> None:
    """What is proposed is told once it is done: until then it is an office's own affair."""
    facts = {"proposal": str(row.id), "authority": row.authority}
    if row.state == State.CONFIRMED:
        facts |= {"kind": row.kind, "version": row.version}
    uow.record(act, by=by, measure=measure, facts=facts)
