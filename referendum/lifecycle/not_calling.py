"""That a vote on a project is not called, as two officers of the mayor's office decide it.

Residents who were promised a vote are told that there is none: it is as much an act of the office
as a call, and both officers are shown what it ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.advisory import declining
from referendum.lifecycle.advisory.considered import State
from referendum.lifecycle.advisory.considering import Board
from referendum.lifecycle.matter import Matter, What
from referendum.lifecycle.office import approving
from referendum.lifecycle.trying import Change
from referendum.projects import keeping


def _run(uow: UnitOfWork, subject: UUID | None, what: What, by: Officer) -> None:
    assert subject is not None
    approval, reason = approving.read(what), what["reason"]
    declining.decide_not_to_call(uow, subject, approval=approval, reason=reason, by=by)


def _changes(uow: UnitOfWork, subject: UUID | None, _what: What, by: Officer) -> list[Change]:
    """What it is said of: with another total, day or promise it would be another decision."""
    assert subject is not None
    project = keeping.here(uow.session, subject, by)
    one = Board.of(uow.session, by.jurisdiction).one(project)
    promise = str(one.flag.promise.number) if one.flag else None
    total = None if project.total is None else str(project.total)
    last = one.call_by.day.isoformat() if one.call_by else None
    return [
        {"what": "project.name", "before": None, "after": project.name_ko},
        {"what": "project.total", "before": None, "after": total},
        {"what": "project.promise", "before": None, "after": promise},
        {"what": "project.call_by", "before": None, "after": last},
        {"what": "project-state", "before": one.state.value, "after": State.NOT_CALLED.value},
    ]


def _refusal(
    _session: Session, _subject: UUID | None, _what: What, by: Officer
) -> DomainError | None:
    return keeping.refusal(by)


MATTERS: Final[Mapping[str, Matter]] = {
    declining.NOT_CALLED: Matter(run=_run, changes=_changes, refusal=_refusal),
}
