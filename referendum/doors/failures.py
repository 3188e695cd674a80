"""What fails, as its operator hears of it: an outage, a defect, or nothing but a refusal.

It knows no HTTP: the background says so too, and starts without a framework that it has no use for.
"""

from __future__ import annotations

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from referendum.doors import journal
from referendum.kernel.errors import DomainError, Refusal


def is_outage(error: Exception) -> bool:
    """Whether something that we need is away, so that the same may go well later."""
    match error:
        case DomainError():
            return error.refusal is Refusal.UNAVAILABLE
        case OperationalError() | InterfaceError() | PoolTimeout():
            return True
        case DBAPIError():
            return error.connection_invalidated
        case _:
            return False


def note(error: Exception) -> None:
    """Write down an outage or a defect: its kind and its place, never what it says."""
    logger, facts = structlog.get_logger("doors"), journal.kind_and_place(error)
    if is_outage(error):
        logger.warning("unavailable", **facts)
    elif not isinstance(error, DomainError):
        logger.error("defect", **facts)
