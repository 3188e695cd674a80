"""A promise becomes one: signed, made known, revoked; each an act of the mayor's office.

Each rests on a document of its own and says who holds the office and who signed by delegation.
Whoever signed it neither makes it known nor seconds that: somebody else looks at it first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from referendum.kernel import proposals
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.proposals import SecondOfficerNeeded
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.errors import NotYourAct, ParticularMissing
from referendum.lifecycle.office import approving
from referendum.lifecycle.office.approving import Approval
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.promise.errors import PromiseFrozen, PromiseNotReady
from referendum.lifecycle.promise.tables import Delegation
from referendum.roll.tables import Jurisdiction

LONGEST: Final = 500
SIGNED, PUBLISHED, REVOKED = "promise.sign", "promise.publish", "promise.revoke"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """The account that signs, and how it names its holder."""

    officer: Officer
    officer_name: str
    officer_office: str


def sign(uow: UnitOfWork, delegation_id: UUID, *, hand: Hand, approval: Approval) -> Delegation:
    """Sign and freeze the text: number, hash and rulebook are fixed. Asks for a fresh code.

    The promise is a document of the mayor's office with its file; it is the mayor's own who held
    the office on the document's day.
    """
    by = hand.officer
    delegating.insist_on_office(by, Role.CERTIFIER, fresh=True)
    found = delegating.locked(uow, delegation_id, by)
    if found.signed_at is not None:
        raise PromiseFrozen(number=found.number)
    approved = approving.approve(
        uow, by.jurisdiction, Authority.MAYOR, approval, act=SIGNED, by=by, filed=True
    )
    terms, place = (
        delegating.terms_of(found),
        uow.session.get_one(Jurisdiction, by.jurisdiction),
    )
    number = delegating.next_number(uow, by.jurisdiction)
    book = delegating.as_rulebook(terms, number, place.code)
    now = uow.now()
    found.number, found.sha256 = number, terms.sha256
    found.rulebook = json.loads(book.model_dump_json())
    found.rulebook_fingerprint = book.fingerprint
    found.signed_at, found.signed_by = now, by.id
    found.signer_name, found.signer_office = approved.holder.name, approved.holder.title
    found.officer_name, found.officer_office = hand.officer_name, hand.officer_office
    facts = {**delegating.named(found), **approved.facts}
    entry = uow.record("delegation.signed", by=by, facts=facts)
    approving.keep(uow, approved, what=SIGNED, about=found.id, entry=entry)
    return found


def publish(uow: UnitOfWork, delegation_id: UUID, *, approval: Approval, by: Officer) -> Delegation:
    """Make a signed promise known: from its first day on it replaces the one before it.

    Two officers do, and neither is the one who signed it in the mayor's name.
    """
    delegating.insist_on_office(by, Role.CLERK, fresh=True)
    found = delegating.locked(uow, delegation_id, by)
    if found.signed_at is None or found.published_at is not None:
        raise PromiseNotReady(act="publish")
    insist_on_other_hands(found, by)
    approved = approving.approve(
        uow, by.jurisdiction, Authority.MAYOR, approval, act=PUBLISHED, by=by
    )
    proposals.insist_seconded(by, act=PUBLISHED)
    found.published_at = uow.now()
    found.published_on = delegating.today(uow, found.jurisdiction_id)
    facts = {
        **delegating.named(found),
        **approved.facts,
        "valid_from": found.valid_from.isoformat(),
    }
    entry = uow.record("delegation.published", by=by, facts=facts)
    approving.keep(uow, approved, what=PUBLISHED, about=found.id, entry=entry)
    return found


def revoke(
    uow: UnitOfWork, delegation_id: UUID, *, approval: Approval, reason: str, by: Officer
) -> Delegation:
    """End it for the future: after its notice nothing more is called; what runs ends under it."""
    delegating.insist_on_office(by, Role.CERTIFIER, fresh=True)
    found = delegating.locked(uow, delegation_id, by)
    if found.published_at is None or found.revoked_at is not None:
        raise PromiseNotReady(act="revoke")
    if not reason.strip() or len(reason) > LONGEST:
        raise ParticularMissing(field="reason")
    approved = approving.approve(
        uow, by.jurisdiction, Authority.MAYOR, approval, act=REVOKED, by=by
    )
    proposals.insist_seconded(by, act=REVOKED)
    notice = timedelta(days=delegating.terms_of(found).revocation_notice_days)
    found.revoked_at, found.revoked_reason = uow.now(), reason.strip()
    found.revoked_from = delegating.today(uow, found.jurisdiction_id) + notice
    facts = {
        **delegating.named(found),
        **approved.facts,
        "from": found.revoked_from.isoformat(),
    }
    entry = uow.record("delegation.revoked", by=by, facts=facts)
    approving.keep(uow, approved, what=REVOKED, about=found.id, entry=entry)
    return found


def insist_on_other_hands(found: Delegation, by: Officer) -> None:
    """Refuse whoever signed it: another officer looks at it before anybody reads it."""
    if found.signed_by == by.id:
        raise SecondOfficerNeeded(act="publish")


def refusal(found: Delegation, by: Officer, role: Role) -> DomainError | None:
    """Why an officer could not be the second one."""
    if by.authority is not Authority.MAYOR:
        return NotYourAct(act="promise", by=by.authority.value)
    if role not in by.roles:
        return by.lacking(role)
    signed_it = role is Role.CLERK and found.signed_by == by.id
    return SecondOfficerNeeded(act="publish") if signed_it else None
