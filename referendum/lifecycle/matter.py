"""One sort of what two officers do for a place: how it is done, shown, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.trying import Change

What = Mapping[str, Any]
"""All that something is done with, in JSON's own types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One sort of what two officers do for a place."""

    run: Callable[[UnitOfWork, UUID | None, What, Officer], object]
    """Does it; refused as it would be refused by itself."""
    changes: Callable[[UnitOfWork, UUID | None, What, Officer], list[Change]]
    """What both officers are shown that it changes."""
    refusal: Callable[[Session, UUID | None, What, Officer], DomainError | None]
    """Why an officer of the same office could not be the second one."""
