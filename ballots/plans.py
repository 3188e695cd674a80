"""The plan of a poll's stations, as a file of comma-separated values says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ballots import dividing
from ballots.batches import fault
from ballots.checking import whole
from ballots.errors import (
    BoxWithoutElectors,
    DistrictNotInPoll,
    KindUnknown,
    StationPlanEmpty,
    StationPlanRefused,
    StationPlanTooLong,
)
from ballots.naming import districts_of, kind_of
from ballots.reading import sheet, whole_figure
from ballots.stations import BoxView
from ballots.tables import Kind
from referendum.kernel.errors import DomainError
from referendum.kernel.faults import Fault, Faults
from referendum.roll.usual_names import Gazetteer

COLUMNS: Final = ("district", "number", "kind", "name_ko", "name_en", "electors")
MORE: Final = ("address",)
"""What a file may have beside them."""
LONGEST: Final = 5_000
"""Stations in a plan. Korea's largest cities have a few hundred."""
Key = tuple[UUID, int, Kind]


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
    plan = sheet(data, needed=COLUMNS, optional=MORE)
    if plan is None or not plan.rows:
        raise StationPlanEmpty
    if len(plan.rows) > LONGEST:
        raise StationPlanTooLong(longest=LONGEST, lines=len(plan.rows))
    called, there = districts_of(boxes), {box.district_id: box for box in boxes}
    found, faults = [], []
    for row in plan.rows:
        try:
            found.append(_row(row.line, plan.cells(row), called, there))
        except DomainError as refused:
            faults.append(fault(row.line, refused))
    insist_on_faultless(faults)
    return found


def insist_on_faultless(faults: Sequence[Fault]) -> None:
    """Refuse a plan with faults, all at once."""
    if faults:
        raise StationPlanRefused(**Faults.of(faults).facts())


def _row(
    line: int,
    cells: Mapping[str, str],
    called: Gazetteer[UUID],
    there: Mapping[UUID, BoxView],
) -> PlanRow:
    district = called.get(cells["district"])
    if district is None:
        raise DistrictNotInPoll(field="district", district=cells["district"] or "–")
    box, kind = there[district], kind_of(cells["kind"])
    if kind is None:
        raise KindUnknown(field="kind", kind=cells["kind"])
    label = f"{box.district}/{cells['number']}"

    def figure(column: str, *, least: int) -> int:
        return whole(
            whole_figure(cells[column], column, station=label),
            field=column,
            station=label,
            least=least,
        )

    if kind != Kind.REGULAR and cells["electors"]:
        raise BoxWithoutElectors(field="electors", station=label)
    return PlanRow(
        line=line,
        district_id=box.district_id,
        district=box.district,
        number=figure("number", least=1),
        kind=kind,
        name_ko=dividing.name(cells["name_ko"], field="name_ko"),
        name_en=dividing.name(cells["name_en"].strip() or cells["name_ko"], field="name_en"),
        electors=figure("electors", least=0) if kind == Kind.REGULAR else None,
        address=dividing.name(given, field="address") if (given := cells.get("address")) else None,
    )
