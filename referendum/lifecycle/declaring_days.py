"""Proposing to enter an election, a day off or an outage, and to take one out."""

from __future__ import annotations

import hashlib
from typing import Any, Final
from uuid import UUID

from referendum.kernel.canonical import canonical
from referendum.kernel.people import Officer
from referendum.kernel.proposals import Proposal
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import days_declared, seconding
from referendum.lifecycle.acting import Document
from referendum.lifecycle.dates.following import insist_written
from referendum.lifecycle.days_declared import Sort
from referendum.lifecycle.matter import What

MARK: Final = 16
"""So many signs tell apart what is proposed at the same time."""
WHEN: Final = ("day", "kind", "from_at", "until_at")
"""Of the same day and kind one proposal waits."""


def propose(
    uow: UnitOfWork,
    sort: Sort,
    *,
    document: Document,
    reason: str,
    by: Officer,
    seen: str | None = None,
    **given: Any,
) -> Proposal:
    """Propose to enter one, with what `add` of its module takes.

    `seen`: what was shown of what it moves (`moves.digest`); refused where that is otherwise.
    """
    days_declared.insist(by)
    insist_written(reason=reason)
    what = days_declared.written(uow, sort, document, reason, by, **given)
    about = {name: said for name, said in what["given"].items() if name in WHEN}
    mark = hashlib.sha256(canonical(about)).hexdigest()[:MARK]
    _look(uow, None, what, by, seen)
    return _put(uow, f"{sort.entering}enter-{mark}", None, what, by)


def propose_removing(
    uow: UnitOfWork,
    sort: Sort,
    row_id: UUID,
    *,
    document: Document,
    reason: str,
    by: Officer,
    seen: str | None = None,
) -> Proposal:
    """Propose to take one out, on the paper that says so."""
    days_declared.insist(by)
    insist_written(reason=reason)
    days_declared.get(uow.session, sort, row_id, by)
    what = days_declared.written(uow, sort, document, reason, by)
    _look(uow, row_id, what, by, seen)
    return _put(uow, sort.removing, row_id, what, by)


def _put(uow: UnitOfWork, kind: str, subject: UUID | None, what: What, by: Officer) -> Proposal:
    reason = str(what["reason"])
    return seconding.put(uow, kind, subject, what, by=by, authority=by.authority, reason=reason)


def _look(uow: UnitOfWork, subject: UUID | None, what: What, by: Officer, seen: str | None) -> None:
    """Refuse, with all that moves, whoever has not seen it."""
    if seen is None:
        return
    run = days_declared.enter if subject is None else days_declared.remove
    seconding.tried(uow, lambda trial: run(uow, subject, what, trial, seen=seen), by=by)
