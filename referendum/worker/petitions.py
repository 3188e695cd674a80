"""Petitions in the background: their public counts, and the automatic examination."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from psycopg.errors import LockNotAvailable
from sqlalchemy import Select, func, or_, select
from sqlalchemy.exc import OperationalError

from referendum.bootstrap import Services
from referendum.identity.errors import StaffNotFound
from referendum.identity.tables import Staff
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import examining
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure, StepTaken
from referendum.worker.carrying import once
from signatures import examinations, tallying
from signatures.tables import Petition, PetitionTally

MOVING: Final = (Stage.COLLECTING, Stage.EXAMINING, Stage.INSPECTING, Stage.OBJECTING, Stage.CURING)
"""Where lines come, go and are decided. Later counts change no more."""


def fold(services: Services) -> None:
    """Count anew every petition whose counts may have changed, each for itself."""
    with services.begin() as uow:
        stale = uow.session.scalars(_stale()).all()
    for petition_id in stale:
        try:
            with services.begin() as uow:
                tallying.fold(uow, petition_id)
        except OperationalError as error:
            # A desk is at work on this petition: the counts come a little later.
            if not isinstance(error.orig, LockNotAvailable):
                raise


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
        examining.carry_out(uow, services.means, asked, officer, progress=tell)

    def refused(uow: UnitOfWork, why: DomainError) -> None:
        examinations.fail(uow, asked, why)

    once(services.begin, message_id, run, refused=refused)


def _stale() -> Select[UUID]:
    """Petitions that move, or whose measure took a step after they were last counted."""
    folded = (
        select(func.max(PetitionTally.folded_at))
        .where(PetitionTally.petition_id == Petition.id)
        .scalar_subquery()
    )
    stepped = (
        select(func.max(StepTaken.taken_at))
        .where(StepTaken.measure_id == Petition.measure_id)
        .scalar_subquery()
    )
    return (
        select(Petition.id)
        .join(Measure, Measure.id == Petition.measure_id)
        .where(or_(Measure.stage.in_(MOVING), folded <= stepped))
        .order_by(Petition.id)
    )


def _officer(uow: UnitOfWork, staff_id: UUID) -> Officer:
    account = uow.session.get(Staff, staff_id)
    if account is None or account.disabled_at is not None:
        raise StaffNotFound
    return Officer(
        account.id, account.jurisdiction_id, Authority(account.authority), account.role_set
    )
