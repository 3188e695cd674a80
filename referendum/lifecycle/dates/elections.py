"""Elections as officers enter them: they bar or exclude days, so deadlines follow at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referendum.kernel.people import Officer, OtherJurisdiction, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.dates.following import follow, insist_plausible, insist_written
from referendum.lifecycle.errors import ElectionSetBefore
from referendum.lifecycle.tables import ElectionSet
from thresholds.vocabulary import ElectionKind


def listed(session: Session, jurisdiction_id: UUID) -> Sequence[ElectionSet]:
    """All that were entered, the latest day first."""
    here = select(ElectionSet).where(ElectionSet.jurisdiction_id == jurisdiction_id)
    return session.scalars(here.order_by(ElectionSet.day.desc(), ElectionSet.kind)).all()


def add(
    uow: UnitOfWork,
    *,
    day: date,
    kind: ElectionKind,
    title_ko: str,
    title_en: str,
    districts: Sequence[UUID],
    reason: str,
    by: Officer,
) -> ElectionSet:
    """Enter an election (everywhere, without districts) and follow it with every open measure."""
    by.insist(Role.CLERK)
    insist_plausible(day=day)
    insist_written(title_ko=title_ko, title_en=title_en, reason=reason)
    made = ElectionSet(
        jurisdiction_id=by.jurisdiction,
        day=day,
        kind=kind.value,
        districts=[str(one) for one in districts] or None,
        title_ko=title_ko.strip(),
        title_en=title_en.strip(),
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(made)
    except IntegrityError as again:
        raise ElectionSetBefore(day=day.isoformat()) from again
    facts = {"day": day.isoformat(), "kind": kind.value, "districts": made.districts or []}
    uow.record("election.set", by=by, facts={**facts, "reason": reason.strip()})
    follow(uow, by.jurisdiction)
    return made


def remove(uow: UnitOfWork, election_id: UUID, *, reason: str, by: Officer) -> None:
    """Take an election out that will not be held, and follow with every open measure."""
    by.insist(Role.CLERK)
    insist_written(reason=reason)
    found = uow.session.get(ElectionSet, election_id)
    if found is None or found.jurisdiction_id != by.jurisdiction:
        raise OtherJurisdiction
    facts = {"day": found.day.isoformat(), "kind": found.kind, "reason": reason.strip()}
    uow.session.delete(found)
    uow.session.flush()
    uow.record("election.removed", by=by, facts=facts)
    follow(uow, by.jurisdiction)
