"""Published totals: the numbers an authority announced, and their corrections."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Row, Select, String, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from referendum.roll.errors import TotalNotFound
from referendum.roll.tables import District, PublishedTotal
from thresholds.vocabulary import Instrument

LARGEST: Final = 100_000_000
FIRST_YEAR: Final = 2003
"""The base year of the first totals there can be: REF is in force from 2004-07-30."""
LAST_YEAR: Final = 2199


class TotalKind(StrEnum):
    """Two numbers with different base days; one never stands for the other."""

    CLAIMANTS = "claimants"
    ELECTORS = "electors"


_CORRECTION: Final = aliased(PublishedTotal)
NUMBERS: Final = select(
    PublishedTotal.instrument,
    PublishedTotal.base_year,
    PublishedTotal.district_id,
    PublishedTotal.number,
).where(
    PublishedTotal.jurisdiction_id == bindparam("jurisdiction"),
    PublishedTotal.kind == bindparam("kind"),
    PublishedTotal.instrument == func.any(bindparam("instruments", type_=ARRAY(String()))),
    PublishedTotal.base_year == func.any(bindparam("years", type_=ARRAY(Integer()))),
    ~select(_CORRECTION.id).where(_CORRECTION.corrects_id == PublishedTotal.id).exists(),
)


@dataclass(frozen=True, slots=True)
class Sum:
    """What the districts of a year come to, beside what was published of the whole place."""

    whole: int | None
    districts: int
    counted: int
    """How many districts have a number."""

    @property
    def differs(self) -> bool:
        return self.whole is not None and self.whole != self.districts


def sum_of(numbers: Mapping[UUID | None, int]) -> Sum:
    """The comparison, which is told and refuses nothing: a notice may be of some districts."""
    parts = [number for district_id, number in numbers.items() if district_id is not None]
    return Sum(numbers.get(None), sum(parts), len(parts))


def total(
    session: Session,
    *,
    jurisdiction_id: UUID,
    instrument: Instrument,
    kind: TotalKind,
    base_year: int,
    district_id: UUID | None = None,
) -> PublishedTotal | None:
    """The number that holds, with its latest correction; None where none was published."""
    rows = holding(jurisdiction_id, instrument, kind, base_year)
    return session.scalars(
        rows.where(PublishedTotal.district_id.is_not_distinct_from(district_id))
    ).first()


def latest(
    session: Session, *, jurisdiction_id: UUID, instrument: Instrument, kind: TotalKind
) -> PublishedTotal | None:
    """The number of the last year for which the whole place has one."""
    newest = (
        select(PublishedTotal.base_year)
        .where(
            PublishedTotal.jurisdiction_id == jurisdiction_id,
            PublishedTotal.instrument == instrument.value,
            PublishedTotal.kind == kind.value,
            PublishedTotal.district_id.is_(None),
        )
        .order_by(PublishedTotal.base_year.desc())
        .limit(1)
    )
    year = session.scalar(newest)
    if year is None:
        return None
    return total(
        session,
        jurisdiction_id=jurisdiction_id,
        instrument=instrument,
        kind=kind,
        base_year=year,
    )


def district_totals(
    session: Session,
    *,
    jurisdiction_id: UUID,
    instrument: Instrument,
    kind: TotalKind,
    base_year: int,
) -> dict[UUID, int]:
    """The numbers that hold, for each district that has one."""
    rows = district_rows(
        session,
        jurisdiction_id=jurisdiction_id,
        instrument=instrument,
        kind=kind,
        base_year=base_year,
    )
    return {district: row.number for district, row in rows.items()}


def district_rows(
    session: Session,
    *,
    jurisdiction_id: UUID,
    instrument: Instrument,
    kind: TotalKind,
    base_year: int,
) -> dict[UUID, PublishedTotal]:
    """The same with where and when each was published."""
    rows = holding(jurisdiction_id, instrument, kind, base_year)
    found = session.scalars(rows.where(PublishedTotal.district_id.is_not(None)))
    return {row.district_id: row for row in found if row.district_id is not None}


@dataclass(frozen=True, slots=True)
class YearsNumbers:
    """What was published of one instrument's people on one base day: of the whole, and by parts."""

    whole: int | None
    by_district: Mapping[UUID, int]


def numbers(
    session: Session,
    *,
    jurisdiction_id: UUID,
    kind: TotalKind,
    instruments: Collection[Instrument],
    base_years: Collection[int],
) -> dict[tuple[Instrument, int], YearsNumbers]:
    """By instrument and base year the numbers that hold; nothing where nothing was published."""
    asked = {
        "jurisdiction": jurisdiction_id,
        "kind": kind.value,
        "instruments": [instrument.value for instrument in instruments],
        "years": list(base_years),
    }
    return by_year(session.execute(NUMBERS, asked))


def by_year(
    rows: Iterable[Row[str, int, UUID | None, int]],
) -> dict[tuple[Instrument, int], YearsNumbers]:
    """The same of the rows of `NUMBERS`, read before."""
    found: dict[tuple[Instrument, int], dict[UUID | None, int]] = {}
    for instrument, year, district_id, number in rows:
        found.setdefault((Instrument(instrument), year), {})[district_id] = number
    return {
        key: YearsNumbers(
            rows.get(None), {district: rows[district] for district in rows if district is not None}
        )
        for key, rows in found.items()
    }


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every number that was ever published of a place, read at once."""

    rows: Mapping[UUID, PublishedTotal]

    def holding(
        self, instrument: Instrument, kind: TotalKind, base_year: int
    ) -> dict[UUID | None, PublishedTotal]:
        """The numbers that hold by district; the whole place's under None."""
        corrected = {row.corrects_id for row in self.rows.values()}
        asked = (instrument.value, kind.value, base_year)
        return {
            row.district_id: row
            for row in self.rows.values()
            if (row.instrument, row.kind, row.base_year) == asked and row.id not in corrected
        }

    def history(self, number: PublishedTotal) -> list[PublishedTotal]:
        """A number and all that it corrected, the newest first."""
        chain = [number]
        while chain[-1].corrects_id is not None:
            chain.append(self.rows[chain[-1].corrects_id])
        return chain


def ledger(session: Session, jurisdiction_id: UUID) -> Ledger:
    """In one statement, however many years there are."""
    here = select(PublishedTotal).where(PublishedTotal.jurisdiction_id == jurisdiction_id)
    return Ledger({row.id: row for row in session.scalars(here)})


def history_of(session: Session, total_id: UUID) -> list[PublishedTotal]:
    """A number and all that it corrected, the newest first."""
    found = session.get(PublishedTotal, total_id)
    if found is None:
        raise TotalNotFound(total=str(total_id))
    chain = [found]
    while chain[-1].corrects_id is not None:
        chain.append(session.get_one(PublishedTotal, chain[-1].corrects_id))
    return chain


def all_holding(
    session: Session, jurisdiction_id: UUID
) -> list[tuple[PublishedTotal, District | None]]:
    """All numbers that hold, newest year first, the whole place (None) before its districts."""
    rows = (
        _uncorrected(jurisdiction_id)
        .add_columns(District)
        .outerjoin(District, District.id == PublishedTotal.district_id)
        .order_by(
            PublishedTotal.base_year.desc(),
            PublishedTotal.instrument,
            PublishedTotal.kind,
            District.position.nulls_first(),
            District.code,
        )
    )
    return [(row[0], row[1]) for row in session.execute(rows)]


def holding(
    jurisdiction_id: UUID, instrument: Instrument, kind: TotalKind, base_year: int
) -> Select[PublishedTotal]:
    """The rows that hold of one year: those that no later one corrects."""
    return _uncorrected(jurisdiction_id).where(
        PublishedTotal.instrument == instrument.value,
        PublishedTotal.kind == kind.value,
        PublishedTotal.base_year == base_year,
    )


def _uncorrected(jurisdiction_id: UUID) -> Select[PublishedTotal]:
    later = aliased(PublishedTotal)
    return select(PublishedTotal).where(
        PublishedTotal.jurisdiction_id == jurisdiction_id,
        ~select(later.id).where(later.corrects_id == PublishedTotal.id).exists(),
    )
