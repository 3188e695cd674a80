"""Forgetting the answers that are kept to be given again."""

from __future__ import annotations

from referendum.bootstrap import Services
from referendum.doors import repeats
from referendum.identity.timing import machine_now


def forget(services: Services) -> None:
    """Delete what is over: receipts within minutes, the rest after a day."""
    with services.begin() as uow:
        repeats.forget(uow.session, machine_now(uow.session))
