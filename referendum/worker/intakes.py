"""Files that go in by pieces, in the background: sent by page or API, or left by the killed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import structlog

from referendum.bootstrap import Services
from referendum.identity import staff
from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.intake import Intakes
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import keying
from referendum.roll import importing
from referendum.roll.intakes import FILES as REGISTERS
from referendum.worker.carrying import once
from signatures.intakes import FILES as FILES_OF_SHEETS


@dataclass(frozen=True, slots=True)
class Way:
    """How files of one kind are gone on with."""

    files: Intakes[Any]
    go_on: Callable[[Services, UUID], bool]
    """Brings a file to where it waits for people, or to its end; False where somebody else does."""
    ask: Callable[[UnitOfWork, UUID], None]
    """Asks a worker for that."""

    def carry_on(self, services: Services, message_id: str, intake_id: str) -> None:
        """Go on with a file, in transactions of its own.

        Whoever is at work on it already is left to it, and the outbox asks again.
        """
        try:
            if not self.go_on(services, UUID(intake_id)):
                return
        except DomainError as why:
            if why.refusal is Refusal.UNAVAILABLE:
                raise
            # What cannot be taken has ended, and its page says why.
            structlog.get_logger("worker").warning("refused", problem=why.code, message=message_id)
        once(services.begin, message_id, lambda _uow: None)

    def tend(self, services: Services) -> None:
        """Have what was left lying gone on with, and take away what nobody waits for any more."""
        with services.begin() as uow:
            for intake_id in self.files.left_lying(uow.session):
                self.files.touch(uow.session, intake_id)
                self.ask(uow, intake_id)
            forgotten = self.files.forgotten(uow.session)
        for intake_id in forgotten:
            self.files.give_up(services.begin, services.vault, intake_id)


def _register(services: Services, intake_id: UUID) -> bool:
    return importing.carry_on(services.begin, services.vault, intake_id)


def _sheets(services: Services, intake_id: UUID) -> bool:
    # With the rights that its sender has now.
    return keying.carry_on(services.begin, services.vault, intake_id, staff.officer_now)


REGISTER: Final = Way(REGISTERS, _register, importing.carry_on_later)
SHEETS: Final = Way(FILES_OF_SHEETS, _sheets, keying.carry_on_later)
