"""Corrected totals as the measures tell of them whose need they changed: what it was, and is now.

What a correction makes needed was shown to both officers who entered it; that list is kept with
their proposal, and is what everybody reads afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BindParameter, Select, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONPATH

from referendum.kernel.proposals import Proposal, State
from referendum.lifecycle.tables import Measure

CORRECTED: Final = "totals.correct"
NEEDED: Final = "needed."
"""What of a measure changes by it: its number follows, and what is needed."""
FLOOR: Final = "floor."
"""What is needed in one district, by its name."""


@dataclass(frozen=True, slots=True)
class Need:
    """One number that is needed, before and after; None where nothing was needed."""

    of: str
    """The requirement, or `floor` of a district."""
    district: str | None
    before: int | None
    after: int | None


def of_measure(measure: UUID | BindParameter[UUID]) -> Select[Proposal]:
    """The corrections that changed what a measure needs, in their order."""
    here = select(Measure).where(Measure.id == measure).subquery()
    prefix = func.concat(NEEDED, here.c.number, ".")
    touched = func.jsonb_path_exists(
        Proposal.changes,
        cast(literal("$[*].what ? (@ starts with $of)"), JSONPATH),
        func.jsonb_build_object("of", prefix),
    )
    return (
        select(Proposal)
        .join(here, here.c.jurisdiction_id == Proposal.jurisdiction_id)
        .where(Proposal.kind == CORRECTED, Proposal.state == State.CONFIRMED.value, touched)
        .order_by(Proposal.settled_at, Proposal.id)
    )


def needs(row: Proposal, measure: Measure) -> Iterator[Need]:
    """What one of them changed of what a measure needs."""
    prefix = f"{NEEDED}{measure.number}."
    for change in row.changes:
        if not change["what"].startswith(prefix):
            continue
        of = change["what"].removeprefix(prefix)
        floor = of.startswith(FLOOR)
        yield Need(
            of="floor" if floor else of,
            district=of.removeprefix(FLOOR) if floor else None,
            before=_number(change["before"]),
            after=_number(change["after"]),
        )


def total(row: Proposal) -> Need:
    """The published number itself, before and after."""
    (change,) = (one for one in row.changes if one["what"] == "totals.number")
    return Need("total", None, _number(change["before"]), _number(change["after"]))


def notice(row: Proposal) -> dict[str, Any]:
    """What was announced instead: its source and its day."""
    (said,) = row.what["notices"]
    return dict(said)


def _number(said: str | None) -> int | None:
    return None if said is None else int(said)
