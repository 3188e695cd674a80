"""News to all who follow: noted with what happened, and written to them piece by piece.

Each is written to once for one thing, whoever runs it and however often: the piece, the letters of
it and how far it came commit together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referendum.identity.timing import machine_now
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import area
from referendum.lifecycle.advisory.answer_tables import FollowUp
from referendum.lifecycle.news import telling
from referendum.lifecycle.news.tables import Following, FollowLetter, NewsItem
from referendum.lifecycle.news.telling import News
from referendum.lifecycle.tables import DeadlineMoved, Measure, Shift, StepTaken

PIECE: Final = 500


def note_step(uow: UnitOfWork, measure_id: UUID, sequence: int) -> None:
    """Note what a step tells, if anything."""
    measure = uow.session.get_one(Measure, measure_id)
    step = uow.session.get_one(StepTaken, (measure_id, sequence))
    _note(uow.session, telling.of_step(measure, step))


def note_moves(uow: UnitOfWork, shift_id: UUID) -> None:
    """The same of whatever moved deadlines."""
    at = uow.session.get_one(Shift, shift_id).at
    moved = select(DeadlineMoved).where(DeadlineMoved.shift_id == shift_id)
    for one in uow.session.scalars(moved).all():
        measure = uow.session.get_one(Measure, one.measure_id)
        _note(uow.session, telling.of_move(measure, one, at))


def note_follow_up(uow: UnitOfWork, measure_id: UUID, item: int, version: int) -> None:
    """The same of what followed an answer."""
    row = uow.session.get_one(FollowUp, (measure_id, item, version))
    _note(uow.session, telling.of_follow_up(row))


def spread(uow: UnitOfWork, *, size: int = PIECE) -> bool:
    """Write to the next piece of those who follow; gives whether there may be more."""
    session = uow.session
    waits = select(NewsItem).where(NewsItem.done_at.is_(None)).order_by(NewsItem.made_at).limit(1)
    item = session.scalars(waits.with_for_update(skip_locked=True)).one_or_none()
    if item is None:
        return False
    found = _following(session, item, size)
    if found:
        given = {"measure_id": item.measure_id, "kind": item.kind, "mark": letter_mark(item)}
        rows = [{**given, "following_id": one, "final": item.final} for one in found]
        session.execute(insert(FollowLetter).values(rows).on_conflict_do_nothing())
        item.reached = found[-1]
    if len(found) < size:
        item.done_at = machine_now(session)
    return True


def letter_mark(item: NewsItem) -> str:
    """Of whoever follows all, two measures' first steps are two."""
    return f"{item.measure_id}:{item.mark}"


def _note(session: Session, news: News | None) -> None:
    if news is None:
        return
    row = {"measure_id": news.measure, "mark": news.mark, "kind": news.kind.value}
    row["final"] = news.final
    session.execute(insert(NewsItem).values(row).on_conflict_do_nothing())


def _following(session: Session, item: NewsItem, size: int) -> Sequence[UUID]:
    """Who follows the measure, its place or a district of it, behind those who were reached."""
    measure = session.get_one(Measure, item.measure_id)
    rows = select(Following.id).where(
        Following.jurisdiction_id == measure.jurisdiction_id,
        Following.confirmed,
        _concerned(session, measure),
    )
    if not item.final:
        rows = rows.where(~Following.only_end)
    if item.reached is not None:
        rows = rows.where(Following.id > item.reached)
    return session.scalars(rows.order_by(Following.id).limit(size)).all()


def _concerned(session: Session, measure: Measure) -> ColumnElement[bool]:
    everywhere = Following.measure_id.is_(None)
    there = Following.district_code.in_([one.code for one in area.districts(session, measure)])
    if not measure.districts:
        there = Following.district_code.is_not(None)
    all_of_it = everywhere & Following.district_code.is_(None)
    return or_(Following.measure_id == measure.id, all_of_it, everywhere & there)
