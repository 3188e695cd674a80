"""The mayor's prior promise: its terms, its draft, its rulebook; one runs at a time.

Signing, publishing and revoking are acts of the office (`promising`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.errors import NotYourAct, RuleRefused
from referendum.lifecycle.promise.errors import (
    BeyondEnvelope,
    PromiseFrozen,
    PromiseNotFound,
)
from referendum.lifecycle.promise.tables import Delegation, ScopeStated
from referendum.lifecycle.tables import Measure
from referendum.roll import places
from thresholds.delegation import Terms, read_terms, rulebook
from thresholds.envelope import refusals
from thresholds.errors import RulebookUnreadable
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import Instrument

KEPT: Final = 64
"""How many promises' rulebooks are kept as read: more than a city ever has in force."""
NUMBERING_LOCK: Final = 0x0A56
LONGEST: Final = {"name": 60, "office": 60, "reason": 500}


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
    insist_on_office(by, Role.CLERK)
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
    insist_on_office(by, Role.CLERK)
    found = locked(uow, delegation_id, by)
    if found.signed_at is not None:
        raise PromiseFrozen(number=found.number)
    found.terms = _plain(_inside(terms))
    facts = {"delegation": str(found.id), "sha256": terms.sha256}
    uow.record("delegation.edited", by=by, facts=facts)
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


def as_rulebook(terms: Terms, number: int, place: str) -> Rulebook:
    """The whole rulebook that is made from the terms."""
    try:
        return rulebook(terms, number=number, place=place)
    except RulebookUnreadable as unreadable:
        raise BeyondEnvelope(unreadable.problems) from None


def _plain(terms: Terms) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(terms.canonical())
    return plain


def named(delegation: Delegation) -> dict[str, Any]:
    """What the record calls a promise by."""
    return {
        "delegation": str(delegation.id),
        "number": delegation.number,
        "sha256": delegation.sha256,
        "rulebook_fingerprint": delegation.rulebook_fingerprint,
    }


def insist_on_office(by: Officer, role: Role, *, fresh: bool = False) -> None:
    """Refuse all but officers of the mayor's office with this role."""
    if by.authority is not Authority.MAYOR:
        raise NotYourAct(act="promise", by=by.authority.value)
    by.insist(role, fresh=fresh)


def locked(uow: UnitOfWork, delegation_id: UUID, by: Officer) -> Delegation:
    """The promise of this officer's place, held for this transaction."""
    found = uow.session.get(Delegation, delegation_id, with_for_update=True, populate_existing=True)
    if found is None or found.jurisdiction_id != by.jurisdiction:
        raise PromiseNotFound(promise=str(delegation_id))
    return found


def next_number(uow: UnitOfWork, jurisdiction_id: UUID) -> int:
    """The next number in the order of signing, which nobody else gets meanwhile."""
    uow.session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": NUMBERING_LOCK})
    last = select(func.max(Delegation.number)).where(Delegation.jurisdiction_id == jurisdiction_id)
    return (uow.session.scalar(last) or 0) + 1
