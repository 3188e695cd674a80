"""The words in which the tests of a vote are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Self
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from ballots import canvassing, days, polls, returns, stations
from ballots.stations import BoxView
from ballots.tables import CountReturn, Kind, TurnoutReturn
from referendum.i18n.words import Language, Words
from referendum.kernel import clock
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, Calendar, Officer, Role
from referendum.kernel.record import RecordEntry
from referendum.kernel.uow import Begin
from referendum.roll.tables import District, Jurisdiction

THIRD = {"share": "1/3", "comparison": "at_least", "citation": "REC §22"}
VOTED = date(2007, 12, 12)


@dataclass(frozen=True)
class Wanted:
    """A box a test wants: in which district, with how many electors."""

    district: str
    electors: int | None
    number: int = 1
    kind: Kind = Kind.REGULAR


@dataclass
class Refused:
    """What a refusal said, once it was made."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[Language, str] = field(default_factory=dict)


@contextmanager
def refused(code: str) -> Iterator[Refused]:
    """The block is refused with this code, and there are words for it in both languages."""
    outcome = Refused()
    with pytest.raises(DomainError) as caught:
        yield outcome
    assert caught.value.code == code, caught.value.facts
    outcome.facts = caught.value.facts
    outcome.said = {
        language: Words.load(language)(f"problem.{code}", **outcome.facts) for language in Language
    }


@dataclass
class Hall:
    """A city's counting hall on one polling day."""

    begin: Begin
    officer: Officer
    jurisdiction: UUID
    districts: dict[str, UUID] = field(default_factory=dict)

    @classmethod
    def built(cls, begin: Begin) -> Self:
        place = uuid4()
        with begin() as uow:
            uow.session.add(
                Jurisdiction(
                    id=place,
                    code=f"kr-test-{place.hex[:6]}",
                    name_ko="시험시",
                    name_en="Trial City",
                    level="city",
                    zone="Asia/Seoul",
                    population=100_000,
                    operated_by=[],
                )
            )
        officer = Officer(
            uuid4(), place, Authority.ELECTION_COMMISSION, frozenset({Role.CANVASSER})
        )
        return cls(begin, officer, place)

    def district(self, code: str) -> UUID:
        if code not in self.districts:
            row = District(
                id=uuid4(),
                jurisdiction_id=self.jurisdiction,
                code=code,
                name_ko=f"{code}동",
                name_en=code.title(),
                valid_from=date(2000, 1, 1),
            )
            with self.begin() as uow:
                uow.session.add(row)
            self.districts[code] = row.id
        return self.districts[code]

    def day(self) -> UUID:
        with self.begin() as uow:
            named = days.day_of(uow.session, self.jurisdiction, VOTED)
            if named is None:
                named = days.add_polling_day(
                    uow, jurisdiction_id=self.jurisdiction, day=VOTED, by=Calendar()
                )
            return named.id

    def sets_a_poll(
        self,
        *boxes: Wanted,
        options: Sequence[str] = ("yes", "no"),
        gate: Mapping[str, Any] | None = None,
        electors: int | None = None,
        measure: UUID | None = None,
    ) -> UUID:
        """A poll with its boxes, not opened yet."""
        day, by = self.day(), Calendar()
        total = sum(box.electors or 0 for box in boxes)
        with self.begin() as uow:
            poll = polls.set_poll(
                uow,
                measure_id=measure or uuid4(),
                polling_day_id=day,
                options=options,
                electors=electors or total or 1,
                gate=gate,
                by=by,
            )
        for box in boxes:
            self.places_a_box(poll.id, box)
        return poll.id

    def places_a_box(self, poll: UUID, box: Wanted) -> None:
        district, day, by = self.district(box.district), self.day(), Calendar()
        with self.begin() as uow:
            named = [
                row.id
                for row in stations.stations_of(uow.session, day)
                if (row.district_id, row.number, row.kind) == (district, box.number, box.kind)
            ]
            station_id = (
                named[0]
                if named
                else stations.add_station(
                    uow,
                    polling_day_id=day,
                    district_id=district,
                    number=box.number,
                    name_ko=f"{box.district} 제{box.number}투표소",
                    name_en=f"{box.district} {box.number}",
                    kind=box.kind,
                    by=by,
                ).id
            )
            stations.add_box(uow, poll_id=poll, station_id=station_id, electors=box.electors, by=by)

    def votes(self, poll: UUID) -> None:
        """The day passes: the poll opens and closes at its hours."""
        with self.begin() as uow:
            polls.open_poll(uow, poll, by=Calendar())
            polls.close_poll(uow, poll, by=Calendar())

    def held(self, *boxes: Wanted, **poll: Any) -> UUID:
        """A poll that has closed, with nothing entered yet."""
        made = self.sets_a_poll(*boxes, **poll)
        self.votes(made)
        return made

    def boxes(self, poll: UUID) -> list[BoxView]:
        with self.begin() as uow:
            return stations.boxes_of(uow.session, poll)

    def turnout(
        self, box: UUID, issued: Any, cast: Any, *, reason: str | None = None
    ) -> TurnoutReturn:
        with self.begin() as uow:
            return returns.enter_turnout(
                uow, box, issued=issued, cast=cast, reason=reason, by=self.officer
            )

    def corrects_turnout(
        self, box: UUID, issued: Any, cast: Any, *, reason: str | None = "misread"
    ) -> TurnoutReturn:
        with self.begin() as uow:
            return returns.correct_turnout(
                uow, box, issued=issued, cast=cast, reason=reason, by=self.officer
            )

    def count(
        self, box: UUID, papers: Any, votes: Any, invalid: Any, *, reason: str | None = None
    ) -> CountReturn:
        with self.begin() as uow:
            return returns.enter_count(
                uow,
                box,
                papers=papers,
                votes=votes,
                invalid=invalid,
                reason=reason,
                by=self.officer,
            )

    def corrects_count(
        self,
        box: UUID,
        papers: Any,
        votes: Any,
        invalid: Any,
        *,
        reason: str | None = "misread",
    ) -> CountReturn:
        with self.begin() as uow:
            return returns.correct_count(
                uow,
                box,
                papers=papers,
                votes=votes,
                invalid=invalid,
                reason=reason,
                by=self.officer,
            )

    def canvass(self, poll: UUID) -> canvassing.Canvass:
        with self.begin() as uow:
            return canvassing.canvass(uow.session, poll)

    def waits(self, by: timedelta) -> None:
        with self.begin() as uow:
            clock.advance(uow.session, by)

    def acts(self) -> list[str]:
        """What the record says was done with returns."""
        with self.begin() as uow:
            written = select(RecordEntry.act).order_by(RecordEntry.number)
            return [act for act in uow.session.scalars(written) if act.startswith("return")]

    def leaves(self, act: str) -> list[str]:
        with self.begin() as uow:
            here = select(RecordEntry.leaf).where(RecordEntry.act == act)
            return [leaf.decode() for leaf in uow.session.scalars(here)]
