"""Earlier versions of a draft: whoever writes over it, it can be had back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from referendum.lifecycle.described import NOTHING
from referendum.lifecycle.errors import VersionNotFound
from referendum.lifecycle.joint_tables import DraftVersion
from referendum.lifecycle.tables import Measure

TEXTS: Final = (
    "title_ko", "title_en", "question_ko", "question_en", "reason", "body", "office", "official",
    "options", "districts", *NOTHING,
)  # fmt: skip
DAYS: Final = ("term_started", "term_ends", "previous_vote")
MOST: Final = 20
"""So many are kept; the oldest goes first."""


def keep(session: Session, measure: Measure) -> None:
    """Keep what is about to be written over, once, where anything was written."""
    words, last = _words(measure), _last(session, measure.id)
    if not any(words[name] for name in ("title_ko", "reason", "body", "attachments")):
        return
    if last is not None and (last.words, last.checklist) == (words, measure.checklist):
        return
    number = last.number + 1 if last is not None else 1
    session.add(
        DraftVersion(
            measure_id=measure.id, number=number, words=words, checklist=dict(measure.checklist)
        )
    )
    session.flush()
    session.execute(
        delete(DraftVersion).where(
            DraftVersion.measure_id == measure.id, DraftVersion.number <= number - MOST
        )
    )


def restore(session: Session, measure: Measure, number: int) -> None:
    """Write the draft as it was then."""
    found = session.get(DraftVersion, (measure.id, number))
    if found is None:
        raise VersionNotFound(number=number)
    words, checklist = found.words, found.checklist
    keep(session, measure)
    for name in TEXTS:
        setattr(measure, name, words.get(name, NOTHING.get(name)))
    for name in DAYS:
        setattr(measure, name, date.fromisoformat(words[name]) if words[name] else None)
    measure.checklist = dict(checklist)


def of_draft(session: Session, measure_id: UUID) -> Sequence[DraftVersion]:
    """Those that are kept, the latest first."""
    kept = select(DraftVersion).where(DraftVersion.measure_id == measure_id)
    return session.scalars(kept.order_by(DraftVersion.number.desc())).all()


def forget(session: Session, measure_id: UUID) -> None:
    """What was never published is not kept beside what is."""
    session.execute(delete(DraftVersion).where(DraftVersion.measure_id == measure_id))


def _words(measure: Measure) -> dict[str, Any]:
    days = {name: getattr(measure, name) for name in DAYS}
    return {name: getattr(measure, name) for name in TEXTS} | {
        name: day.isoformat() if day else None for name, day in days.items()
    }


def _last(session: Session, measure_id: UUID) -> DraftVersion | None:
    number = select(func.max(DraftVersion.number)).where(DraftVersion.measure_id == measure_id)
    return session.get(DraftVersion, (measure_id, session.scalar(number) or 0))
