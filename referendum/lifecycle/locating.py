"""Finding a measure: by its id, by its number, in a list, among one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, String, bindparam, func, literal, select
from sqlalchemy.orm import Session

from referendum.kernel.together import Together
from referendum.lifecycle import stages
from referendum.lifecycle.errors import MeasureNotFound
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import (
    DeadlineKept,
    Measure,
    Representative,
)
from referendum.roll.tables import Jurisdiction
from thresholds.vocabulary import Instrument


def get(session: Session, measure_id: UUID) -> Measure:
    measure = session.get(Measure, measure_id)
    if measure is None:
        raise MeasureNotFound(measure=str(measure_id))
    return measure


def public(session: Session, measure_id: UUID) -> Measure:
    """A measure that everyone may see: a draft is its authors' alone."""
    return published(get(session, measure_id))


def published(measure: Measure) -> Measure:
    """The same measure, if everyone may see it."""
    if measure.stage in stages.UNPUBLISHED:
        raise MeasureNotFound(measure=str(measure.id))
    return measure


def numbered(session: Session, jurisdiction_id: UUID, number: int) -> Measure:
    """The measure that a place's people call by this number, drafts among them."""
    here = (Measure.jurisdiction_id == jurisdiction_id, Measure.number == number)
    measure = session.scalars(select(Measure).where(*here)).one_or_none()
    if measure is None:
        raise MeasureNotFound(measure=str(number))
    return measure


def has_representatives(session: Session, measure: Measure) -> bool:
    """Whether residents stand behind it."""
    here = select(Representative.id).where(Representative.measure_id == measure.id).limit(1)
    return session.scalar(here) is not None


def is_private(session: Session, measure: Measure) -> bool:
    """A resident's draft is its authors' alone; an office's own draft is on its desk."""
    return measure.stage in stages.UNPUBLISHED and has_representatives(session, measure)


NOBODYS: Final = literal(sorted(stages.UNPUBLISHED), ARRAY(String()))
IS_PUBLISHED: Final = Measure.stage != func.all(NOBODYS)
"""Whether everyone may see it, for statements."""

PUBLISHED: Final = Together(
    place=select(Jurisdiction).where(Jurisdiction.code == bindparam("place")),
    measure=select(Measure)
    .join(Jurisdiction, Measure.jurisdiction_id == Jurisdiction.id)
    .where(
        Jurisdiction.code == bindparam("place"),
        Measure.number == bindparam("number"),
        IS_PUBLISHED,
    ),
)


def to_show(session: Session, place_code: str, number: int) -> tuple[Jurisdiction, Measure]:
    """A published measure and its place, only to be shown: they stand in no session."""
    found = PUBLISHED.ask(session, place=place_code, number=number)
    if not found["measure"]:
        raise MeasureNotFound(measure=str(number))
    ((place,), (measure,)) = found["place"], found["measure"]
    return place, measure


def listed(
    session: Session,
    jurisdiction_id: UUID,
    *,
    under_way: bool | None = None,
    instrument: Instrument | None = None,
    stage: Stage | None = None,
    before: int | None = None,
    limit: int = 20,
) -> Sequence[Measure]:
    """Published measures, newest first; `before` is the number of the last one seen."""
    endings = [stage.value for stage in stages.ENDINGS]
    rows = select(Measure).where(Measure.jurisdiction_id == jurisdiction_id, IS_PUBLISHED)
    if under_way is not None:
        ended = Measure.stage.in_(endings)
        rows = rows.where(~ended if under_way else ended)
    if instrument is not None:
        rows = rows.where(Measure.instrument == instrument.value)
    if stage is not None:
        rows = rows.where(Measure.stage == stage.value)
    if before is not None:
        rows = rows.where(Measure.number < before)
    return session.scalars(rows.order_by(Measure.number.desc()).limit(limit)).all()


def public_numbers(session: Session, jurisdiction_id: UUID, *, limit: int) -> Sequence[int]:
    """The numbers of the published measures, newest first."""
    rows = select(Measure.number).where(Measure.jurisdiction_id == jurisdiction_id, IS_PUBLISHED)
    return session.scalars(rows.order_by(Measure.number.desc()).limit(limit)).all()


def mine(session: Session, person: UUID) -> Sequence[Measure]:
    """The measures that a person represents, drafts among them, but no draft that was given up."""
    rows = (
        select(Measure)
        .join(Representative, Representative.measure_id == Measure.id)
        .where(
            Representative.person_id == person,
            Representative.left_at.is_(None),
            Measure.stage != Stage.ABANDONED.value,
        )
        .order_by(Measure.number.desc())
    )
    return session.scalars(rows).all()


def deadlines_of_all(
    session: Session, measures: Sequence[Measure]
) -> dict[UUID, list[DeadlineKept]]:
    """The same of many measures, by their ids."""
    kept = select(DeadlineKept).where(DeadlineKept.measure_id.in_([one.id for one in measures]))
    found: dict[UUID, list[DeadlineKept]] = {}
    for one in session.scalars(kept.order_by(DeadlineKept.at)):
        found.setdefault(one.measure_id, []).append(one)
    return found
