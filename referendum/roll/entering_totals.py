"""Entering published numbers: once each, corrected by what was published instead."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referendum.kernel import proposals
from referendum.kernel.db import violates
from referendum.kernel.people import Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.roll import places
from referendum.roll.errors import (
    DistrictNotFound,
    TotalAboveWhole,
    TotalAbsurd,
    TotalCorrected,
    TotalNotFound,
    TotalPublished,
    TotalYearNotOver,
)
from referendum.roll.places import district
from referendum.roll.tables import District, Jurisdiction, PublishedTotal
from referendum.roll.totals import FIRST_YEAR, LARGEST, LAST_YEAR, TotalKind, holding
from thresholds.vocabulary import Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What an authority announced together: each district's number, under None the whole's."""

    instrument: Instrument
    kind: TotalKind
    base_year: int
    numbers: Mapping[UUID | None, int]
    source: str
    published_on: date


def insist_on_year(uow: UnitOfWork, jurisdiction_id: UUID, kind: TotalKind, base_year: int) -> None:
    """Refuse numbers of a year that is not over: claimants are counted on its last day.

    Electors are counted for a vote, in the course of a year.
    """
    if not FIRST_YEAR <= base_year <= LAST_YEAR:
        raise TotalAbsurd(field="base_year")
    year = places.today(uow, jurisdiction_id).year
    if base_year >= year + (kind is TotalKind.ELECTORS):
        raise TotalYearNotOver(base_year=base_year)


def insist_on_whole(numbers: Mapping[UUID | None, int], names: Mapping[UUID, str]) -> None:
    """Refuse a district of which there are more people than of the whole place."""
    whole = numbers.get(None)
    for district_id, number in numbers.items():
        if district_id is not None and whole is not None and number > whole:
            raise TotalAboveWhole(district=names[district_id], number=number, whole=whole)


def publish_total(
    uow: UnitOfWork,
    *,
    jurisdiction_id: UUID,
    instrument: Instrument,
    kind: TotalKind,
    base_year: int,
    number: int,
    source: str,
    published_on: date,
    by: Officer,
    district_id: UUID | None = None,
) -> PublishedTotal:
    """Enter a number as published, for the whole place or one district, once."""
    (made,) = publish_totals(
        uow,
        jurisdiction_id=jurisdiction_id,
        instrument=instrument,
        kind=kind,
        base_year=base_year,
        numbers={district_id: number},
        source=source,
        published_on=published_on,
        by=by,
    )
    return made


def publish_totals(
    uow: UnitOfWork,
    *,
    jurisdiction_id: UUID,
    instrument: Instrument,
    kind: TotalKind,
    base_year: int,
    numbers: Mapping[UUID | None, int],
    source: str,
    published_on: date,
    by: Officer,
    paper: Mapping[str, str] | None = None,
) -> list[PublishedTotal]:
    """Enter the numbers of one notice: each district's, and under None the whole place's; once.

    All of them or none. An entry of the record tells each, as if they had come one by one, with the
    `paper` that it rests on. Two registrars do: what a petition needs is a share of them.
    """
    by.insist(Role.REGISTRAR)
    proposals.insist_seconded(by, act="totals")
    insist_on_year(uow, jurisdiction_id, kind, base_year)
    # Held to the end: each entry names its district, and the session forgets what nobody holds.
    known = _districts(uow.session, jurisdiction_id, [one for one in numbers if one is not None])
    made = [
        PublishedTotal(
            jurisdiction_id=jurisdiction_id,
            instrument=instrument.value,
            kind=kind.value,
            base_year=base_year,
            district_id=district_id and known[district_id].id,
            number=number,
            source=source,
            published_on=published_on,
        )
        for district_id, number in numbers.items()
    ]
    try:
        _add(uow, *made)
    except IntegrityError as error:
        if violates(error, "uq_published_total_first"):
            raise TotalPublished(base_year=base_year, kind=kind.value) from error
        raise
    _insist_on_whole(uow.session, made[0])
    told = [("total.published", _facts(uow.session, one) | dict(paper or {})) for one in made]
    uow.record_each(told, by=by)
    return made


def publish_notice(
    uow: UnitOfWork,
    notice: Notice,
    *,
    jurisdiction_id: UUID,
    by: Officer,
    paper: Mapping[str, str] | None = None,
) -> list[PublishedTotal]:
    """The same of one notice as it was written down."""
    return publish_totals(
        uow,
        jurisdiction_id=jurisdiction_id,
        instrument=notice.instrument,
        kind=notice.kind,
        base_year=notice.base_year,
        numbers=notice.numbers,
        source=notice.source,
        published_on=notice.published_on,
        by=by,
        paper=paper,
    )


def correct_total(
    uow: UnitOfWork,
    total_id: UUID,
    *,
    number: int,
    source: str,
    published_on: date,
    by: Officer,
    paper: Mapping[str, str] | None = None,
) -> PublishedTotal:
    """Enter what the authority published instead; the number before stays readable.

    Two registrars do, as when it was entered.
    """
    by.insist(Role.REGISTRAR)
    proposals.insist_seconded(by, act="totals")
    before = uow.session.get(PublishedTotal, total_id)
    if before is None:
        raise TotalNotFound(total=str(total_id))
    made = PublishedTotal(
        jurisdiction_id=before.jurisdiction_id,
        instrument=before.instrument,
        kind=before.kind,
        base_year=before.base_year,
        district_id=before.district_id,
        number=number,
        source=source,
        published_on=published_on,
        corrects_id=before.id,
    )
    try:
        _add(uow, made)
    except IntegrityError as error:
        if violates(error, "uq_published_total_corrects_id"):
            raise TotalCorrected(total=str(total_id)) from error
        raise
    _insist_on_whole(uow.session, made)
    facts = _facts(uow.session, made) | {"corrects": str(before.id), "before": before.number}
    uow.record("total.corrected", by=by, facts=facts | dict(paper or {}))
    return made


def _insist_on_whole(session: Session, made: PublishedTotal) -> None:
    """Look at all numbers of that kind and year again, one who enters them at a time."""
    turn = func.hashtextextended(f"totals:{made.jurisdiction_id}", 0)
    session.execute(select(func.pg_advisory_xact_lock(turn)))
    rows = holding(
        made.jurisdiction_id, Instrument(made.instrument), TotalKind(made.kind), made.base_year
    )
    numbers = {row.district_id: row.number for row in session.scalars(rows)}
    named = _districts(session, made.jurisdiction_id, [one for one in numbers if one is not None])
    insist_on_whole(numbers, {one: row.code for one, row in named.items()})


def _districts(
    session: Session, jurisdiction_id: UUID, ids: Collection[UUID]
) -> dict[UUID, District]:
    """Those of the place, by id; one that is not of it is an error."""
    if not ids:
        return {}
    here = select(District).where(District.id.in_(ids), District.jurisdiction_id == jurisdiction_id)
    found = {one.id: one for one in session.scalars(here)}
    for missing in (one for one in ids if one not in found):
        raise DistrictNotFound(district=str(missing))
    return found


def _add(uow: UnitOfWork, *made: PublishedTotal) -> None:
    for one in made:
        if not 0 <= one.number <= LARGEST:
            raise TotalAbsurd(field="number")
        if not one.source.strip():
            raise TotalAbsurd(field="source")
    with uow.session.begin_nested():
        uow.session.add_all(made)


def _facts(session: Session, made: PublishedTotal) -> dict[str, str | int | None]:
    return {
        "base_year": made.base_year,
        "district": district(session, made.district_id).code if made.district_id else None,
        "instrument": made.instrument,
        "jurisdiction": session.get_one(Jurisdiction, made.jurisdiction_id).code,
        "kind": made.kind,
        "number": made.number,
        "published_on": made.published_on.isoformat(),
        "source": made.source,
        "total": str(made.id),
    }
