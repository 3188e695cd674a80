"""Finding the return that counts, the latest version of a box, and all that came before it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from ballots.tables import Box, CountReturn, TurnoutReturn


@dataclass(frozen=True, slots=True)
class Versions:
    """All returns of one box, the first version first."""

    turnouts: tuple[TurnoutReturn, ...]
    counts: tuple[CountReturn, ...]


def of_box(session: Session, box_id: UUID) -> Versions:
    turnouts = select(TurnoutReturn).where(TurnoutReturn.box_id == box_id)
    counts = select(CountReturn).where(CountReturn.box_id == box_id)
    return Versions(
        tuple(session.scalars(turnouts.order_by(TurnoutReturn.version))),
        tuple(session.scalars(counts.order_by(CountReturn.version))),
    )


def latest_turnouts(session: Session, *poll_ids: UUID) -> dict[UUID, TurnoutReturn]:
    """By box, of these polls; a box without a return is not in it."""
    latest = (
        select(TurnoutReturn)
        .join(Box, TurnoutReturn.box_id == Box.id)
        .where(Box.poll_id.in_(poll_ids))
        .order_by(TurnoutReturn.box_id, TurnoutReturn.version.desc())
        .ext(distinct_on(TurnoutReturn.box_id))
    )
    return {row.box_id: row for row in session.scalars(latest)}


def latest_counts(session: Session, *poll_ids: UUID) -> dict[UUID, CountReturn]:
    """By box, of these polls; a box without a return is not in it."""
    latest = (
        select(CountReturn)
        .join(Box, CountReturn.box_id == Box.id)
        .where(Box.poll_id.in_(poll_ids))
        .order_by(CountReturn.box_id, CountReturn.version.desc())
        .ext(distinct_on(CountReturn.box_id))
    )
    return {row.box_id: row for row in session.scalars(latest)}
