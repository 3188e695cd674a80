"""Whose halts and moved days they are: the office of whoever placed, lifted or moved them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, String, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute, aliased

from referendum.identity.tables import Staff
from referendum.kernel.record import RecordEntry
from referendum.lifecycle.tables import DeadlineMoved, Hold, Shift

Mark = ColumnElement[Any] | InstrumentedAttribute[str] | InstrumentedAttribute[str | None]

OFFICER: Final = literal("officer:", String)


@dataclass(frozen=True, slots=True)
class Mover:
    """Which office moved days, and whether a second officer of it confirmed."""

    office: str | None
    """None where it was no officer, or one whose account is not kept."""
    seconded: bool

    @classmethod
    def of(cls, row: Any) -> Self:
        return cls(row.authority, row.confirmed is not None)


@dataclass(frozen=True, slots=True)
class Halter:
    """Which office placed a halt, and which one lifted it."""

    placed: str | None
    lifted: str | None


def movers(measure: UUID | BindParameter[UUID]) -> Select[*tuple[Any, ...]]:
    """What moved a measure's days, each with who did it and confirmed it by its entry."""
    body = cast(func.convert_from(RecordEntry.leaf, "UTF8"), JSONB)
    moved = select(DeadlineMoved.shift_id).where(DeadlineMoved.measure_id == measure)
    return (
        select(
            Shift.id,
            Staff.authority,
            body["facts"]["confirmed_by"].astext.label("confirmed"),
        )
        .join(RecordEntry, RecordEntry.id == Shift.entry_id)
        .outerjoin(Staff, _is(Staff.id, body["by"].astext))
        .where(Shift.id.in_(moved))
    )


def halters(measure: UUID | BindParameter[UUID]) -> Select[*tuple[Any, ...]]:
    """A measure's halts, each with the offices of whoever placed and lifted it."""
    placing, lifting = aliased(Staff), aliased(Staff)
    return (
        select(
            Hold.id,
            placing.authority.label("placed"),
            lifting.authority.label("lifted"),
        )
        .outerjoin(placing, _is(placing.id, Hold.placed_by))
        .outerjoin(lifting, _is(lifting.id, Hold.lifted_by))
        .where(Hold.measure_id == measure)
    )


def _is(staff: InstrumentedAttribute[UUID], mark: Mark) -> ColumnElement[bool]:
    return OFFICER + cast(staff, String) == mark
