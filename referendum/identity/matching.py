"""Whom the asker means: looked up with the request for a code, told only after the code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """Whom the asker claims to be."""

    jurisdiction_id: UUID
    name: str
    birth_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Unnamed:
    """Somebody who shows that they hold a phone, and no more: the register is not asked."""

    jurisdiction_id: UUID
