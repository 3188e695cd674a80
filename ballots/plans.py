"""The plan of a poll's stations, as a file of comma-separated values says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar
from uuid import UUID

from ballots import dividing
from ballots.batches import fault
from ballots.checking import whole
from ballots.errors import (
    BoxWithoutElectors,
    DistrictNotInPoll,
    KindUnknown,
    RowLengthWrong,
    StationPlanEmpty,
    StationPlanRefused,
    StationPlanTooLong,
)
from ballots.naming import districts_of, kind_of
from ballots.reading import sheet, whole_figure
from ballots.stations import BoxView
from ballots.tables import Kind
from referendum.kernel.errors import DomainError
from referendum.kernel.faults import Fault, Faults, Quote
from referendum.roll.usual_names import Gazetteer

COLUMNS: Final = ("district", "number", "kind", "name_ko", "name_en", "electors")
MORE: Final = ("address",)
"""What a file may have beside them."""
WITHOUT: Final = ("kind", "name_en")
"""What it may do without: then all are of the day itself, or have their Korean names."""
LONGEST: Final = 5_000
"""Stations in a plan. Korea's largest cities have a few hundred."""
Key = tuple[UUID, int, Kind]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A station as a line of the file says it. Early and postal boxes have no electors."""

    line: int
    district_id: UUID
    district: str
    number: int
    kind: Kind
    name_ko: str
    name_en: str
    electors: int | None
    address: str | None = None

    @property
    def key(self) -> Key:
        return self.district_id, self.number, self.kind

    @property
    def label(self) -> str:
        return f"{self.district}/{self.number}"


def read_plan(data: bytes, *, boxes: Sequence[BoxView]) -> list[PlanRow]:
    """The rows of a plan for the poll that has these boxes, or every fault of its lines.

    Columns as in `COLUMNS`, in any order, and `MORE` where there are some; a district by its code
    or its name.
    """
    needed = [name for name in COLUMNS if name not in WITHOUT]
    plan = sheet(data, needed=needed, optional=(*WITHOUT, *MORE))
    if plan is None or not plan.rows:
        raise StationPlanEmpty
    if len(plan.rows) > LONGEST:
        raise StationPlanTooLong(longest=LONGEST, lines=len(plan.rows))
    called, there = districts_of(boxes), {box.district_id: box for box in boxes}
    found, faults = [], []
    for row in plan.rows:
        try:
            reading = _Reading(row.line, dict.fromkeys(COLUMNS, "") | plan.cells(row))
        except RowLengthWrong as refused:
            faults.append(fault(row.line, refused))
            continue
        found += reading.row(called, there)
        faults += reading.faults
    insist_on_faultless(faults)
    return found


def insist_on_faultless(faults: Sequence[Fault]) -> None:
    """Refuse a plan with faults, all at once."""
    if faults:
        raise StationPlanRefused.because(Faults.of(faults))


@dataclass(slots=True)
class _Reading:
    """One line, and all that is wrong with it."""

    line: int
    cells: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)

    def row(self, called: Gazetteer[UUID], there: Mapping[UUID, BoxView]) -> list[PlanRow]:
        """What it says, or nothing where it has a fault."""
        cells = self.cells
        district = self._read("district", lambda: _district(called, cells["district"]))
        kind = self._read("kind", lambda: _kind(cells["kind"]))
        label = f"{there[district].district if district else '–'}/{cells['number']}"
        number = self._figure("number", label, least=1)
        electors = None
        if kind is Kind.REGULAR:
            electors = self._figure("electors", label, least=0)
        elif kind and cells["electors"]:
            self._refuse("electors", BoxWithoutElectors(field="electors", station=label))
        name_ko = self._name("name_ko", cells["name_ko"])
        name_en = self._name("name_en", cells["name_en"].strip() or cells["name_ko"])
        given = cells.get("address")
        address = self._name("address", given) if given else None
        if self.faults or not (district and kind and number and name_ko and name_en):
            return []
        code = there[district].district
        row = PlanRow(
            *(self.line, district, code, number, kind, name_ko, name_en, electors, address)
        )
        return [row]

    def _figure(self, column: str, label: str, *, least: int) -> int | None:
        def figure() -> int:
            found = whole_figure(self.cells[column], column, station=label)
            return whole(found, field=column, station=label, least=least)

        return self._read(column, figure)

    def _name(self, column: str, given: str) -> str | None:
        return self._read(column, lambda: dividing.name(given, field=column))

    def _read(self, column: str, reads: Callable[[], T]) -> T | None:
        try:
            return reads()
        except DomainError as refused:
            self._refuse(column, refused)
            return None

    def _refuse(self, column: str, refused: DomainError) -> None:
        quote = Quote.of(self.cells.get(column, ""), self.cells["name_ko"])
        self.faults.append(fault(self.line, refused, column=column, quote=quote))


def _district(called: Gazetteer[UUID], cell: str) -> UUID:
    found = called.get(cell)
    if found is None:
        raise DistrictNotInPoll(field="district", district=cell or "–")
    return found


def _kind(cell: str) -> Kind:
    found = kind_of(cell)
    if found is None:
        raise KindUnknown(field="kind", kind=cell)
    return found
