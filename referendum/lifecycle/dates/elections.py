"""Elections as officers enter them: they bar or exclude days, so deadlines follow at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from referendum.kernel.people import Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.acting import Document
from referendum.lifecycle.dates.declaring import Declared
from referendum.lifecycle.dates.following import insist_plausible
from referendum.lifecycle.errors import ElectionSetBefore
from referendum.lifecycle.tables import ElectionSet
from referendum.papers.naming import Issuer
from thresholds.vocabulary import ElectionKind

ELECTIONS: Final = Declared(
    ElectionSet,
    [ElectionSet.day, ElectionSet.kind],
    "election.set",
    "election.removed",
    lambda one: {
        "day": one.day.isoformat(),
        "kind": one.kind,
        "districts": one.districts or [],
        "document": one.document_number,
    },
    issuer=Issuer.ELECTION_COMMISSION,
    once="uq_election_jurisdiction_id_day_kind",
    before=ElectionSetBefore,
)
listed, remove = ELECTIONS.listed, ELECTIONS.remove


def add(
    uow: UnitOfWork,
    *,
    day: date,
    kind: ElectionKind,
    title_ko: str,
    title_en: str,
    districts: Sequence[UUID],
    document: Document,
    reason: str,
    by: Officer,
    seen: str | None = None,
) -> ElectionSet:
    """Enter an election: everywhere, without districts."""
    by.insist(Role.CLERK)
    insist_plausible(day=day)
    made = ElectionSet(
        jurisdiction_id=by.jurisdiction,
        day=day,
        kind=kind.value,
        districts=[str(one) for one in districts] or None,
        title_ko=title_ko.strip(),
        title_en=title_en.strip() or title_ko.strip(),
    )
    on = (Issuer.ELECTION_COMMISSION, document)
    return ELECTIONS.enter(uow, made, on=on, reason=reason, by=by, seen=seen)
