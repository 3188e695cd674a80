"""Files of sheets in the background: sent by page or API, or left lying by the killed."""

from __future__ import annotations

from uuid import UUID

from referendum.bootstrap import Services
from referendum.identity import staff
from referendum.kernel import outbox
from referendum.lifecycle import keying
from referendum.lifecycle.keying import TASK
from signatures import intakes


def carry_on(services: Services, *, message_id: str, intake_id: str) -> None:
    """Bring a file to its end, in transactions of its own, with the rights its sender has now.

    Whoever is at work on it already is left to it, and the outbox asks again.
    """
    if keying.carry_on(services.begin, services.vault, UUID(intake_id), staff.officer_now):
        with services.begin() as uow:
            if outbox.take(uow.session, UUID(message_id)):
                outbox.done(uow.session, UUID(message_id))


def tend(services: Services) -> None:
    """Have what was left lying gone on with, and take away what never came whole."""
    with services.begin() as uow:
        for intake_id in intakes.left_lying(uow.session):
            intakes.touch(uow.session, intake_id)
            uow.later(TASK, intake_id=str(intake_id))
        forgotten = intakes.forgotten(uow.session)
    for intake_id in forgotten:
        intakes.give_up(services.begin, services.vault, intake_id)
