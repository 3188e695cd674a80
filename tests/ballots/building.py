"""A counting hall whose polling day is still to come: its stations may be arranged."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from ballots import days, dividing, planning, plans, polls, stations
from ballots.dividing import Moved, NewStation
from ballots.planning import Planned
from ballots.stations import BoxView
from ballots.tables import Kind
from referendum.kernel.people import Calendar
from tests.ballots.hall import Hall

AHEAD = timedelta(days=30)


class Building(Hall):
    """The same hall, a month before its day."""

    coming: UUID | None = None

    def day(self) -> UUID:
        if self.coming is None:
            with self.begin() as uow:
                self.coming = days.add_polling_day(
                    uow,
                    jurisdiction_id=self.jurisdiction,
                    day=(uow.now() + AHEAD).date(),
                    by=Calendar(),
                ).id
        return self.coming

    def opens(
        self,
        poll: UUID,
        district: str,
        *,
        number: int | None = None,
        kind: Kind = Kind.REGULAR,
        electors: Any = 0,
        taken_from: UUID | None = None,
        name: str = "제2투표소",
    ) -> BoxView:
        given = NewStation(self.districts[district], kind, name, "Station", number)
        asked = electors if kind is Kind.REGULAR else electors or None
        with self.begin() as uow:
            return dividing.open_station(
                uow, poll, given, electors=asked, taken_from=taken_from, by=self.officer
            )

    def moves(self, poll: UUID, giver: UUID, taker: UUID, electors: Any) -> Moved:
        with self.begin() as uow:
            return dividing.move_electors(
                uow, poll, giver=giver, taker=taker, electors=electors, by=self.officer
            )

    def renames(self, poll: UUID, station: UUID, name_ko: str, name_en: str = "New") -> None:
        with self.begin() as uow:
            dividing.rename_station(
                uow, poll, station, name_ko=name_ko, name_en=name_en, by=self.officer
            )

    def plans(self, poll: UUID, file: str | bytes) -> Planned:
        data = file if isinstance(file, bytes) else file.encode()
        with self.begin() as uow:
            rows = plans.read_plan(data, boxes=stations.boxes_of(uow.session, poll))
            return planning.replace_plan(uow, poll, rows, by=self.officer)

    def opens_the_polls(self, *which: UUID) -> None:
        self.waits(AHEAD + timedelta(days=1))
        for poll in which:
            with self.begin() as uow:
                polls.open_poll(uow, poll, by=Calendar())

    def has(self, poll: UUID) -> dict[str, int | None]:
        """The electors of each box by its label."""
        return {box.label: box.electors for box in self.boxes(poll)}

    def facts(self, act: str) -> list[dict[str, Any]]:
        return [json.loads(leaf)["facts"] for leaf in self.leaves(act)]
