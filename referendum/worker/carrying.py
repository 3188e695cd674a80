"""How a message of the outbox is carried out: once, with its effect in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import structlog

from referendum.kernel import outbox
from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.uow import Begin, UnitOfWork

Effect = Callable[[UnitOfWork], object]
Told = Callable[[UnitOfWork, DomainError], object]


def once(begin: Begin, message_id: str, effect: Effect, *, refused: Told | None = None) -> None:
    """Take the message, do its effect and mark it done, all of it or nothing.

    A second run finds the message done. A refusal that asking again cannot change (the stage
    has moved on, the officer's role is gone) ends the message too, and is written down; where
    somebody waits for the outcome, `refused` keeps it for them with the message's end.
    """
    message = UUID(message_id)
    try:
        with begin() as uow:
            if outbox.take(uow.session, message):
                effect(uow)
                outbox.done(uow.session, message)
    except DomainError as why:
        if why.refusal is Refusal.UNAVAILABLE:
            raise
        structlog.get_logger("worker").warning("refused", problem=why.code, message=message_id)
        with begin() as uow:
            if outbox.take(uow.session, message):
                if refused is not None:
                    refused(uow, why)
                outbox.done(uow.session, message)
