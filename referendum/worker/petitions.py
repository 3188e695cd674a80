"""Petitions in the background: their public counts, and the automatic examination."""

from __future__ import annotations

from uuid import UUID

from referendum.bootstrap import Services
from referendum.identity.errors import StaffNotFound
from referendum.identity.tables import Staff
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import reviewing
from referendum.worker.carrying import once
from signatures import examinations, tallying


def fold(services: Services) -> None:
    """Fold what changed since the last time, each petition for itself, in pieces."""
    with services.begin() as uow:
        changed = tallying.waiting(uow.session)
    for petition_id in changed:
        more = True
        while more:
            with services.begin() as uow:
                more = tallying.fold(uow, petition_id)


def examine(services: Services, *, message_id: str, examination_id: str) -> None:
    """The automatic pass over the frozen roll, with the rights that the officer has now.

    One transaction, beside which a second connection tells how far it is. A worker that is
    killed leaves nothing of the pass, and the outbox begins it again.
    """
    asked = UUID(examination_id)

    def tell(done: int, lines: int) -> None:
        with services.begin() as beside:
            examinations.advance(beside, asked, done=done, lines=lines)

    def run(uow: UnitOfWork) -> None:
        with services.begin() as beside:
            examinations.start(beside, asked)
        officer = _officer(uow, examinations.get(uow.session, asked).asked_by)
        reviewing.carry_out(uow, services.means, asked, officer, progress=tell)

    def refused(uow: UnitOfWork, why: DomainError) -> None:
        examinations.fail(uow, asked, why)

    once(services.begin, message_id, run, refused=refused)


def _officer(uow: UnitOfWork, staff_id: UUID) -> Officer:
    account = uow.session.get(Staff, staff_id)
    if account is None or account.disabled_at is not None:
        raise StaffNotFound
    return Officer(
        account.id, account.jurisdiction_id, Authority(account.authority), account.role_set
    )
