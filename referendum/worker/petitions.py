"""Petitions in the background: their public counts, and the automatic examination."""

from __future__ import annotations

from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select

from referendum.bootstrap import Services
from referendum.identity import staff
from referendum.identity.timing import machine_now
from referendum.kernel.errors import DomainError
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import reviewing
from referendum.roll.tables import Jurisdiction
from referendum.worker.carrying import once
from signatures import examinations, recounting, tallying

NIGHT: Final = range(1, 6)


def fold(services: Services) -> None:
    """Fold what changed since the last time, each petition for itself, in pieces."""
    with services.begin() as uow:
        changed = tallying.waiting(uow.session)
    for petition_id in changed:
        more = True
        while more:
            with services.begin() as uow:
                more = tallying.fold(uow, petition_id)


def recount(services: Services) -> None:
    """At night, count every petition's lines again; what disagrees stands among the alarms."""
    with services.begin() as uow:
        due = recounting.due(uow.session) if _is_night(uow) else []
    for petition_id in due:
        with services.begin() as uow:
            found = recounting.recount(uow, petition_id)
        if found:
            log = structlog.get_logger("worker")
            log.error("counts disagree", petition=str(petition_id), cells=len(found))


def _is_night(uow: UnitOfWork) -> bool:
    """When least is asked of the database, by the machine's clock where the service runs."""
    zones = uow.session.scalars(select(Jurisdiction.zone)).all()
    now = machine_now(uow.session)
    return any(now.astimezone(ZoneInfo(zone)).hour in NIGHT for zone in zones)


def examine(services: Services, *, message_id: str, examination_id: str) -> None:
    """The automatic pass over the frozen roll, with the rights that the officer has now.

    It is committed in pieces: a worker that is killed leaves it where it was, and the outbox has
    another go on. No transaction is open beside it, and a second worker finds it taken.
    """
    asked = UUID(examination_id)

    def refused(uow: UnitOfWork, why: DomainError) -> None:
        examinations.fail(uow, asked, why)

    def finished(uow: UnitOfWork) -> None:
        examinations.finish(uow, asked)

    def broke_off(_uow: UnitOfWork) -> None:
        raise why

    try:
        with services.begin() as uow:
            if examinations.get(uow.session, asked).ended_at is not None:
                return
            examinations.start(uow, asked)
        done = reviewing.carry_out(services.begin, services.means, asked, staff.officer_now)
    except DomainError as error:
        why = error
        once(services.begin, message_id, broke_off, refused=refused)
    else:
        if done:
            once(services.begin, message_id, finished)
