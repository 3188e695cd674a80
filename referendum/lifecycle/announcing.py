"""Proposing to enter published totals, or what was announced instead of one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from referendum.kernel.canonical import canonical
from referendum.kernel.people import Officer
from referendum.kernel.proposals import Proposal
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import announced, seconding
from referendum.lifecycle.acting import Document
from referendum.roll import listing_totals
from referendum.roll.entering_totals import Notice
from referendum.roll.totals import TotalKind
from thresholds.vocabulary import Instrument

MARK: Final = 16
"""So many signs tell apart what is proposed at the same time."""


def propose(
    uow: UnitOfWork, notices: Sequence[Notice], *, document: Document, by: Officer
) -> Proposal:
    """Propose to enter numbers; of the same numbers one proposal waits."""
    announced.insist(by)
    what = announced.written(uow, notices, document, by)
    about = [
        [one["instrument"], one["kind"], one["base_year"], [n["district"] for n in one["numbers"]]]
        for one in what["notices"]
    ]
    mark = hashlib.sha256(canonical(about)).hexdigest()[:MARK]
    kind = f"{announced.PUBLISHED}publish-{mark}"
    return seconding.put(uow, kind, None, what, by=by, authority=by.authority)


def propose_file(
    uow: UnitOfWork, *, data: bytes, sha256: str, document: Document, by: Officer
) -> Proposal:
    """The same of a file that was looked at, whose hash is `sha256`."""
    announced.insist(by)
    notices = listing_totals.notices(uow, by.jurisdiction, data=data, sha256=sha256)
    return propose(uow, notices, document=document, by=by)


def propose_correcting(
    uow: UnitOfWork,
    total_id: UUID,
    *,
    number: int,
    source: str,
    published_on: date,
    document: Document,
    by: Officer,
) -> Proposal:
    """Propose what was announced instead of a number."""
    announced.insist(by)
    before = announced.get(uow.session, by, total_id)
    notice = Notice(
        instrument=Instrument(before.instrument),
        kind=TotalKind(before.kind),
        base_year=before.base_year,
        numbers={before.district_id: number},
        source=source,
        published_on=published_on,
    )
    what = announced.written(uow, [notice], document, by)
    return seconding.put(uow, announced.CORRECTED, total_id, what, by=by, authority=by.authority)
