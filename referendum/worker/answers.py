"""Forgetting the answers that are kept to be given again."""

from __future__ import annotations

from referendum.bootstrap import Services
from referendum.doors import repeats
from referendum.identity.timing import machine_now
from referendum.kernel.erasing import PIECE


def forget(services: Services) -> None:
    """Delete what is over, in pieces: receipts within minutes, the rest after a day."""
    gone = PIECE
    while gone == PIECE:
        with services.begin() as uow:
            gone = repeats.forget(uow.session, machine_now(uow.session))
