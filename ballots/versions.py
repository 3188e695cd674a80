"""Finding the return that counts, the latest version of a box, and all that came before it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from ballots.tables import Box, CountReturn, TurnoutReturn

Return = TypeVar("Return", TurnoutReturn, CountReturn)


def _latest(table: type[Return]) -> Select[Return]:
    return (
        select(table)
        .join(Box, table.box_id == Box.id)
        .order_by(table.box_id, table.version.desc())
        .ext(distinct_on(table.box_id))
    )


LATEST_TURNOUTS: Final = _latest(TurnoutReturn)
LATEST_COUNTS: Final = _latest(CountReturn)
"""Of every box; whoever asks names the boxes or their polls."""


class ReturnKind(StrEnum):
    """The two returns of a box."""

    TURNOUT = "turnout"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Versions:
    """All returns of one box, the first version first."""

    turnouts: tuple[TurnoutReturn, ...]
    counts: tuple[CountReturn, ...]

    def of(self, kind: ReturnKind) -> tuple[TurnoutReturn, ...] | tuple[CountReturn, ...]:
        return self.turnouts if kind is ReturnKind.TURNOUT else self.counts


def of_box(session: Session, box_id: UUID) -> Versions:
    turnouts = select(TurnoutReturn).where(TurnoutReturn.box_id == box_id)
    counts = select(CountReturn).where(CountReturn.box_id == box_id)
    return Versions(
        tuple(session.scalars(turnouts.order_by(TurnoutReturn.version))),
        tuple(session.scalars(counts.order_by(CountReturn.version))),
    )


def latest_turnouts(session: Session, *poll_ids: UUID) -> dict[UUID, TurnoutReturn]:
    """By box, of these polls; a box without a return is not in it."""
    latest = LATEST_TURNOUTS.where(Box.poll_id.in_(poll_ids))
    return {row.box_id: row for row in session.scalars(latest)}


def latest_counts(session: Session, *poll_ids: UUID) -> dict[UUID, CountReturn]:
    """By box, of these polls; a box without a return is not in it."""
    latest = LATEST_COUNTS.where(Box.poll_id.in_(poll_ids))
    return {row.box_id: row for row in session.scalars(latest)}
