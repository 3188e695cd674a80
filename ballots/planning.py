"""Putting a plan of stations in place: checked against the electors, whole or not at all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ballots import polls, stations
from ballots.batches import fault
from ballots.errors import (
    BoxRepeated,
    DistrictNotPlanned,
    DistrictSumDiffers,
    StationShared,
)
from ballots.plans import COLUMNS, Key, PlanRow, insist_on_faultless
from ballots.stations import BoxView
from ballots.tables import Box, Kind, Poll, Station
from referendum.kernel.canonical import canonical
from referendum.kernel.faults import Fault, Quote
from referendum.kernel.people import Actor
from referendum.kernel.tree import grow, root_of
from referendum.kernel.uow import UnitOfWork

WHOLE_FILE: Final = 0
"""The line of a fault that lies in no line."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What was put in place: how many stations, and the Merkle root of the plan in the record."""

    stations: int
    root: str
    record_entry_id: UUID


def replace_plan(uow: UnitOfWork, poll_id: UUID, rows: Sequence[PlanRow], *, by: Actor) -> Planned:
    """Put the plan in the place of the poll's stations: all of it, or nothing and all faults.

    Each district keeps its electors. A station that stays keeps its box; one that no vote of the
    day uses any more goes. Other polls of the day keep theirs as they are.
    """
    poll = polls.get_to_arrange(uow, poll_id, by)
    named = {
        (one.district_id, one.number, Kind(one.kind)): one
        for one in stations.stations_of(uow.session, poll.polling_day_id)
    }
    before = stations.boxes_of(uow.session, poll_id)
    shared = _shared(uow.session, poll)
    insist_on_faultless([*_row_faults(rows, named, shared), *_sum_faults(rows, before)])
    _put(uow.session, poll, rows, named)
    return _record(uow, poll, rows, by=by)


def _row_faults(
    rows: Sequence[PlanRow], named: Mapping[Key, Station], shared: set[UUID]
) -> list[Fault]:
    faults = []
    times = Counter(row.key for row in rows)
    first = {row.key: row.line for row in reversed(rows)}
    for row in rows:
        station = named.get(row.key)
        if times[row.key] > 1 and row.line != first[row.key]:
            faults.append(
                fault(
                    row.line,
                    BoxRepeated(field="number", station=row.label),
                    quote=Quote.of(str(row.number), row.name_ko),
                )
            )
        elif station is not None and station.id in shared:
            now, new = (station.name_ko, station.name_en), (row.name_ko, row.name_en)
            if now != new or (row.address and row.address != station.address):
                told = StationShared(field="name_ko", station=row.label, name=" / ".join(now))
                quote = Quote.of(row.name_ko, station.name_ko)
                faults.append(fault(row.line, told, quote=quote))
    return faults


def _sum_faults(rows: Sequence[PlanRow], before: Sequence[BoxView]) -> list[Fault]:
    """Every district of the poll is planned, and its stations have its electors together."""
    planned: defaultdict[UUID, list[PlanRow]] = defaultdict(list)
    for row in rows:
        planned[row.district_id].append(row)
    faults = []
    electors = stations.electors_by_district(before)
    for district_id, code in {box.district_id: box.district for box in before}.items():
        expected = electors[district_id] or 0
        here = planned[district_id]
        found = sum(row.electors or 0 for row in here)
        if not here:
            missing = DistrictNotPlanned(district=code, electors=expected)
            faults.append(fault(WHOLE_FILE, missing))
        elif found != expected:
            differs = DistrictSumDiffers(
                field="electors", district=code, planned=found, electors=expected
            )
            faults.append(fault(here[0].line, differs))
    return faults


def _put(
    session: Session, poll: Poll, rows: Sequence[PlanRow], named: Mapping[Key, Station]
) -> None:
    """Boxes that stay are kept, so that what points to them still does."""
    standing = {
        (box.station_id, box.kind): box
        for box in session.scalars(select(Box).where(Box.poll_id == poll.id))
    }
    for row in rows:
        station = named.get(row.key) or Station(
            polling_day_id=poll.polling_day_id,
            district_id=row.district_id,
            number=row.number,
            kind=row.kind.value,
        )
        station.name_ko, station.name_en = row.name_ko, row.name_en
        station.address = row.address or station.address
        session.add(station)
        session.flush()
        box = standing.pop((station.id, row.kind.value), None) or Box(
            poll_id=poll.id, station_id=station.id, kind=row.kind.value
        )
        box.electors = row.electors
        session.add(box)
    for box in standing.values():
        session.delete(box)
    session.flush()
    left = [box.station_id for box in standing.values()]
    unused = Station.id.in_(left) & Station.id.not_in(select(Box.station_id))
    session.execute(delete(Station).where(unused))


def _shared(session: Session, poll: Poll) -> set[UUID]:
    """The stations where another poll, not cancelled, has a box."""
    others = (
        select(Box.station_id)
        .join(Poll, Box.poll_id == Poll.id)
        .where(
            Poll.polling_day_id == poll.polling_day_id,
            Poll.id != poll.id,
            Poll.cancelled_at.is_(None),
        )
    )
    return set(session.scalars(others))


def _record(uow: UnitOfWork, poll: Poll, rows: Sequence[PlanRow], *, by: Actor) -> Planned:
    """One entry for the whole plan: the sums per district, and the root over its lines."""
    ordered = sorted(rows, key=lambda row: (row.district, row.number, row.kind))
    leaves = [canonical(_told(row)) for row in ordered]
    root = root_of(0, len(leaves), grow(0, leaves, {})).hex()
    districts: dict[str, Counter[str]] = {}
    for row in ordered:
        sums = districts.setdefault(row.district, Counter())
        sums.update(stations=1, electors=row.electors or 0)
    facts = {
        "poll": str(poll.id),
        "stations": len(ordered),
        "root": root,
        "districts": {code: dict(sums) for code, sums in districts.items()},
    }
    entry = uow.record("stations.planned", by=by, measure=poll.measure_id, facts=facts)
    return Planned(stations=len(ordered), root=root, record_entry_id=entry)


def _told(row: PlanRow) -> dict[str, str | int | None]:
    """A line as the root has it: an address where the file gives one."""
    told = {name: getattr(row, name) for name in COLUMNS}
    return {**told, "address": row.address} if row.address else told
