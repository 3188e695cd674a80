"""The mayor's prior promise: drafted, signed, published, revoked; one runs at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.proposals import SecondOfficerNeeded
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.errors import NotYourAct, ParticularMissing, RuleRefused
from referendum.lifecycle.promise.errors import (
    BeyondEnvelope,
    PromiseFrozen,
    PromiseNotFound,
    PromiseNotReady,
)
from referendum.lifecycle.promise.tables import Delegation, ScopeStated
from referendum.lifecycle.tables import Measure
from referendum.roll import places
from referendum.roll.tables import Jurisdiction
from thresholds.delegation import Terms, read_terms, rulebook
from thresholds.envelope import refusals
from thresholds.errors import RulebookUnreadable
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import Instrument

KEPT: Final = 64
"""How many promises' rulebooks are kept as read: more than a city ever has in force."""
NUMBERING_LOCK: Final = 0x0A56
LONGEST: Final = {"name": 60, "office": 60, "reason": 500}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who signs: the office-holder whose promise it is, and the account that signed."""

    name: str
    office: str
    officer: Officer
    officer_name: str
    officer_office: str


def read(table: Mapping[str, Any]) -> Terms:
    """The terms, inside the envelope; all that is wrong with them is refused at once."""
    try:
        terms = read_terms(table)
    except RulebookUnreadable as unreadable:
        raise BeyondEnvelope(unreadable.problems) from None
    if problems := refusals(terms):
        raise BeyondEnvelope(problems)
    return terms


def draft(uow: UnitOfWork, *, terms: Terms, by: Officer, demo: bool = False) -> Delegation:
    """Begin a promise. A draft that goes too far is refused like any other."""
    _insist_on_office(by, Role.CLERK)
    made = Delegation(
        jurisdiction_id=by.jurisdiction,
        terms=_plain(_inside(terms)),
        drafted_by=by.mark,
        demo=demo,
    )
    uow.session.add(made)
    uow.session.flush()
    uow.record("delegation.drafted", by=by, facts={"delegation": str(made.id)})
    return made


def edit(uow: UnitOfWork, delegation_id: UUID, *, terms: Terms, by: Officer) -> Delegation:
    """Rewrite a draft. Once signed, its text is frozen."""
    _insist_on_office(by, Role.CLERK)
    found = _locked(uow, delegation_id, by)
    if found.signed_at is not None:
        raise PromiseFrozen(number=found.number)
    found.terms = _plain(_inside(terms))
    facts = {"delegation": str(found.id), "sha256": terms.sha256}
    uow.record("delegation.edited", by=by, facts=facts)
    return found


def sign(uow: UnitOfWork, delegation_id: UUID, *, hand: Hand) -> Delegation:
    """Sign and freeze the text: number, hash and rulebook are fixed. Asks for a fresh code."""
    by = hand.officer
    _insist_on_office(by, Role.CERTIFIER, fresh=True)
    found = _locked(uow, delegation_id, by)
    if found.signed_at is not None:
        raise PromiseFrozen(number=found.number)
    for field in ("name", "office"):
        _insist_written(field, getattr(hand, field))
    terms, place = terms_of(found), uow.session.get_one(Jurisdiction, by.jurisdiction)
    number = _next_number(uow, by.jurisdiction)
    book = _as_rulebook(terms, number, place.code)
    now = uow.now()
    found.number, found.sha256 = number, terms.sha256
    found.rulebook = json.loads(book.model_dump_json())
    found.rulebook_fingerprint = book.fingerprint
    found.signed_at, found.signed_by = now, by.id
    found.signer_name, found.signer_office = hand.name.strip(), hand.office.strip()
    found.officer_name, found.officer_office = hand.officer_name, hand.officer_office
    uow.record("delegation.signed", by=by, facts=_named(found))
    return found


def publish(uow: UnitOfWork, delegation_id: UUID, *, by: Officer) -> Delegation:
    """Make a signed promise known: from its first day on it replaces the one before it.

    Whoever signed it in the mayor's name does not publish it: another officer looks at it first.
    """
    _insist_on_office(by, Role.CLERK, fresh=True)
    found = _locked(uow, delegation_id, by)
    if found.signed_at is None or found.published_at is not None:
        raise PromiseNotReady(act="publish")
    if found.signed_by == by.id:
        raise SecondOfficerNeeded(act="publish")
    found.published_at = uow.now()
    found.published_on = today(uow, found.jurisdiction_id)
    uow.record(
        "delegation.published",
        by=by,
        facts={**_named(found), "valid_from": found.valid_from.isoformat()},
    )
    return found


def revoke(uow: UnitOfWork, delegation_id: UUID, *, reason: str, by: Officer) -> Delegation:
    """End it for the future: after its notice nothing more is called; what runs ends under it."""
    _insist_on_office(by, Role.CERTIFIER, fresh=True)
    found = _locked(uow, delegation_id, by)
    if found.published_at is None or found.revoked_at is not None:
        raise PromiseNotReady(act="revoke")
    _insist_written("reason", reason)
    notice = timedelta(days=terms_of(found).revocation_notice_days)
    found.revoked_at, found.revoked_reason = uow.now(), reason.strip()
    found.revoked_from = today(uow, found.jurisdiction_id) + notice
    uow.record(
        "delegation.revoked",
        by=by,
        facts={**_named(found), "from": found.revoked_from.isoformat()},
    )
    return found


def in_force(session: Session, jurisdiction_id: UUID, day: date) -> Delegation | None:
    """The one promise of that day. What a newer one has replaced does not come back."""
    return running(published(session, jurisdiction_id), day)


def running(known: Iterable[Delegation], day: date) -> Delegation | None:
    """The same, of all that were made known."""
    begun = [one for one in known if one.valid_from <= day]
    newest = max(begun, key=lambda one: (one.valid_from, one.number or 0), default=None)
    return newest if newest is not None and newest.runs_on(day) else None


PUBLISHED: Final = (
    select(Delegation)
    .where(Delegation.published_at.is_not(None))
    .order_by(Delegation.number.desc())
)


def published(session: Session, jurisdiction_id: UUID) -> Sequence[Delegation]:
    """All that was ever made known, newest first."""
    return session.scalars(PUBLISHED.where(Delegation.jurisdiction_id == jurisdiction_id)).all()


def listed(session: Session, jurisdiction_id: UUID) -> Sequence[Delegation]:
    """All of them, drafts among them, newest first."""
    rows = select(Delegation).where(Delegation.jurisdiction_id == jurisdiction_id)
    return session.scalars(rows.order_by(Delegation.drafted_at.desc(), Delegation.id)).all()


def get(session: Session, jurisdiction_id: UUID, delegation_id: UUID) -> Delegation:
    found = session.get(Delegation, delegation_id)
    if found is None or found.jurisdiction_id != jurisdiction_id:
        raise PromiseNotFound(promise=str(delegation_id))
    return found


def numbered(session: Session, jurisdiction_id: UUID, number: int) -> Delegation:
    """A published promise by its number."""
    for one in published(session, jurisdiction_id):
        if one.number == number:
            return one
    raise PromiseNotFound(promise=str(number))


def followed(session: Session, delegation_id: UUID) -> Sequence[Measure]:
    """The measures that follow it, newest first; drafts are their authors' alone."""
    rows = select(Measure).where(Measure.delegation_id == delegation_id)
    return session.scalars(rows.order_by(Measure.number.desc())).all()


def terms_of(delegation: Delegation) -> Terms:
    return read_terms(delegation.terms)


def rulebook_of(delegation: Delegation) -> Rulebook:
    """The rulebook that was fixed when it was signed; refused where it was edited since."""
    book, fingerprint = in_full(json.dumps(delegation.rulebook))
    if fingerprint != delegation.rulebook_fingerprint:
        raise RuleRefused(rule="rulebook-was-edited", rulebook=book.id)
    return book


@lru_cache(maxsize=KEPT)
def in_full(document: str) -> tuple[Rulebook, str]:
    """A promise's rulebook and its fingerprint, by its whole text."""
    rulebook = Rulebook.model_validate_json(document)
    return rulebook, rulebook.fingerprint


def opinion_day(session: Session, measure: Measure, today: date | None = None) -> date | None:
    """The day of the legal opinion on calling it before an election: its own or the promise's.

    `today` finds the promise of a vote that follows none yet.
    """
    if measure.instrument != Instrument.ADVISORY:
        return None
    scope = session.get(ScopeStated, measure.id)
    if scope is not None and scope.opinion_on is not None:
        return scope.opinion_on
    promise = None
    if measure.delegation_id is not None:
        promise = session.get_one(Delegation, measure.delegation_id)
    elif today is not None:
        promise = in_force(session, measure.jurisdiction_id, today)
    opinion = None if promise is None else terms_of(promise).legal_opinion
    return None if opinion is None else opinion.day


def today(uow: UnitOfWork, jurisdiction_id: UUID) -> date:
    """The day it is where promises are made."""
    return places.today(uow, jurisdiction_id)


def _inside(terms: Terms) -> Terms:
    if problems := refusals(terms):
        raise BeyondEnvelope(problems)
    return terms


def _as_rulebook(terms: Terms, number: int, place: str) -> Rulebook:
    try:
        return rulebook(terms, number=number, place=place)
    except RulebookUnreadable as unreadable:
        raise BeyondEnvelope(unreadable.problems) from None


def _plain(terms: Terms) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(terms.canonical())
    return plain


def _named(delegation: Delegation) -> dict[str, Any]:
    return {
        "delegation": str(delegation.id),
        "number": delegation.number,
        "sha256": delegation.sha256,
        "rulebook_fingerprint": delegation.rulebook_fingerprint,
    }


def _insist_on_office(by: Officer, role: Role, *, fresh: bool = False) -> None:
    if by.authority is not Authority.MAYOR:
        raise NotYourAct(act="promise", by=by.authority.value)
    by.insist(role, fresh=fresh)


def _insist_written(field: str, said: str) -> None:
    if not said.strip() or len(said) > LONGEST[field]:
        raise ParticularMissing(field=field)


def _locked(uow: UnitOfWork, delegation_id: UUID, by: Officer) -> Delegation:
    found = uow.session.get(Delegation, delegation_id, with_for_update=True, populate_existing=True)
    if found is None or found.jurisdiction_id != by.jurisdiction:
        raise PromiseNotFound(promise=str(delegation_id))
    return found


def _next_number(uow: UnitOfWork, jurisdiction_id: UUID) -> int:
    uow.session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": NUMBERING_LOCK})
    last = select(func.max(Delegation.number)).where(Delegation.jurisdiction_id == jurisdiction_id)
    return (uow.session.scalar(last) or 0) + 1
