"""The register in the background: files brought to a page, or left lying by the killed."""

from __future__ import annotations

from uuid import UUID

import structlog

from referendum.bootstrap import Services
from referendum.kernel import outbox
from referendum.kernel.errors import DomainError
from referendum.roll import importing, intakes
from referendum.roll.errors import RegisterBusy
from referendum.roll.intakes import TASK


def carry_on(services: Services, *, message_id: str, intake_id: str) -> None:
    """Read a file, or bring in one that was confirmed, in transactions of its own.

    Whoever is at work on the place already is left to it, and the outbox asks again.
    """
    try:
        importing.carry_on(services.begin, services.vault, UUID(intake_id))
    except RegisterBusy:
        return
    except DomainError as why:
        # What cannot be taken has ended, and its page says why.
        structlog.get_logger("worker").warning("refused", problem=why.code, message=message_id)
    with services.begin() as uow:
        if outbox.take(uow.session, UUID(message_id)):
            outbox.done(uow.session, UUID(message_id))


def tend(services: Services) -> None:
    """Have what was left lying gone on with, and take away what nobody confirmed."""
    with services.begin() as uow:
        for intake_id in importing.left_lying(uow.session):
            intakes.touch(uow.session, intake_id)
            uow.later(TASK, intake_id=str(intake_id))
        forgotten = importing.forgotten(uow.session)
    for intake_id in forgotten:
        intakes.give_up(services.begin, services.vault, intake_id)
