"""What elections, days off and outages have in common: open measures' deadlines follow at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, entries
from referendum.lifecycle.dates import barring, deadlines, moves, reckoning
from referendum.lifecycle.dates.moves import Cause, Moved
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import DayImplausible, ParticularMissing
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from signatures import petitions
from thresholds.periods import EARLIEST, LATEST
from thresholds.vocabulary import DeadlineName


def insist_plausible(**days: date) -> None:
    """Refuse a day of another age, at its field."""
    for name, day in days.items():
        if not EARLIEST <= day <= LATEST:
            raise DayImplausible(field=name, day=day.isoformat())


def insist_written(**fields: str) -> None:
    """Refuse what was left empty, at its field."""
    for name, written in fields.items():
        if not written.strip():
            raise ParticularMissing(field=name)


def follow(uow: UnitOfWork, jurisdiction_id: UUID) -> tuple[Moved, ...]:
    """Compute the deadlines of every measure under way again, in the one order of locks.

    Those without a rulebook are waited for too: one may be given it at this very moment, by an act
    that has not seen what was declared. Gives what moved.
    """
    open_ones = select(Measure.id).where(
        Measure.jurisdiction_id == jurisdiction_id, entries.where_possible(Entry.MOVE_DEADLINES)
    )
    moved: list[Moved] = []
    for measure_id in uow.session.scalars(open_ones.order_by(Measure.id)).all():
        measure = acting.lock(uow.session, measure_id)
        if measure.rulebook is None or not entries.possible(measure, Entry.MOVE_DEADLINES):
            continue
        moved += reckoning.refresh(uow.session, measure)
        follow_deadline(uow, measure)
    return tuple(sorted(moved, key=lambda one: (one.number, one.before, one.name)))


def follow_measure(
    uow: UnitOfWork,
    measure: Measure,
    cause: Cause,
    *,
    by: Officer,
    facts: Mapping[str, Any],
    seen: str | None = None,
) -> None:
    """Compute one measure's deadlines again, and keep what that moved: one entry of the record.

    `seen`: what was shown of it before (`moves.digest`); refused where it moves anything else.
    """
    ended = not entries.possible(measure, Entry.MOVE_DEADLINES)
    moved = () if ended else reckoning.refresh(uow.session, measure)
    moves.insist_seen(moved, seen)
    told = {**facts, "moved": moves.facts(moved)}
    entry = uow.record(cause.act, by=by, measure=measure.id, facts=told)
    moves.keep(uow, measure.jurisdiction_id, cause, moved, entry=entry)
    if not ended:
        follow_deadline(uow, measure)


def follow_deadline(uow: UnitOfWork, measure: Measure) -> None:
    """Let an open petition end when its deadline now does, and close on the days that now are."""
    petition = petitions.of_measure(uow.session, measure.id)
    ends = deadlines.kept(uow.session, measure.id, DeadlineName.COLLECTION_ENDS)
    if petition is None or ends is None or Stage(measure.stage) is not Stage.COLLECTING:
        return
    if ends.at != petition.closes_at:
        petitions.move_deadline(uow, petition.id, closes_at=ends.at)
    petitions.close_days(uow, petition.id, barring.closed_days(uow.session, measure))
