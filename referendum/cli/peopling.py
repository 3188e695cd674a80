"""The place of a case from history and the people in it, made before it is played."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final
from uuid import UUID, uuid4

from referendum.cli.conducting import SEOUL, Conductor
from referendum.kernel import clock
from referendum.kernel.people import Authority, Officer
from referendum.kernel.uow import Begin
from referendum.lifecycle.acting import Means
from referendum.lifecycle.tables import OrdinanceKept
from referendum.roll import entering_totals, inventing, places
from referendum.roll.places import DistrictPlan
from referendum.roll.tables import District
from referendum.roll.totals import TotalKind
from signatures.lines import PaperLine
from thresholds.casefile import Case
from thresholds.errors import CaseUnreadable, Problem

SEED: Final = 20_110_824
SOURCE: Final = "case file"
EVERYWHERE: Final = "전 지역"
"""The one district of figures that a case states for the whole area only."""
LONG_AGO: Final = date(1990, 1, 1)
Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, out of how much."""


def settle(case: Case, begin: Begin, means: Means) -> Conductor:
    """A fresh database on the case's day, with its place and the numbers of its ordinance."""
    about = case.case
    with begin() as uow:
        clock.start_at(uow.session, datetime.combine(about.as_of, time(9), SEOUL))
    with begin() as uow:
        place = places.add_jurisdiction(
            uow,
            code="kr-rehearsal",
            name_ko="재연",
            name_en="Rehearsal",
            level=about.level.value,
            zone=SEOUL.key,
            population=about.population or 1,
            operated_by=list(Authority),
        ).id
        named = [one.name for one in (case.petition and case.petition.districts) or ()]
        plans = [
            DistrictPlan(code=f"{at:04d}", name_ko=name, name_en=name, valid_from=LONG_AGO)
            for at, name in enumerate([EVERYWHERE, *named])
        ]
        places.add_districts(uow, place, plans)
        numbers = case.ordinance.model_dump(mode="json", exclude_none=True)
        if numbers:
            uow.session.add(
                OrdinanceKept(
                    jurisdiction_id=place,
                    instrument=about.instrument.value,
                    valid_from=LONG_AGO,
                    numbers=numbers,
                    source=SOURCE,
                    assumed=False,
                )
            )
    return Conductor(begin, means, place)


@dataclass(frozen=True, slots=True)
class Residents:
    """The people of a petition's place, each by the number from which they were invented."""

    case: Case
    districts: Sequence[District]
    living: Mapping[UUID, range]

    @classmethod
    def invent(
        cls, case: Case, conductor: Conductor, *, by: Officer, progress: Progress
    ) -> Residents:
        """As many as the case states claimants, which are published first."""
        petition, about = case.petition, case.case
        assert petition is not None
        if petition.claimants is None:
            raise CaseUnreadable([Problem("petition.claimants", "missing")])
        with conductor.begin() as uow:
            districts = places.districts_on(uow.session, conductor.place, about.as_of)
            stated = {one.name: one.claimants for one in petition.districts or ()}
            per_district = {
                one.id: number
                for one in districts
                if (number := stated.get(one.name_ko)) is not None
            }
            published: dict[UUID | None, int] = {None: petition.claimants}
            published.update(per_district.items())
            entering_totals.publish_totals(
                uow,
                jurisdiction_id=conductor.place,
                instrument=about.instrument,
                kind=TotalKind.CLAIMANTS,
                base_year=about.as_of.year - 1,
                numbers=published,
                source=SOURCE,
                published_on=about.as_of,
                by=replace(by, seconded_by=f"officer:{uuid4()}"),
            )
            progress("residents", 0, petition.claimants)
            living = inventing.invent_residents(
                uow,
                conductor.means.vault,
                jurisdiction_id=conductor.place,
                per_district=per_district or {districts[0].id: petition.claimants},
                seed=SEED,
                as_of=about.as_of,
            ).numbers
            progress("residents", petition.claimants, petition.claimants)
        return cls(case, districts, living)

    @property
    def first(self) -> int:
        return next(iter(self.living.values())).start

    def lines(self) -> Iterator[PaperLine]:
        """Good lines of invented residents by district, then bad ones of three kinds."""
        petition = self.case.petition
        assert petition is not None
        assert petition.valid is not None
        good = self._signers(petition.valid)
        bad = (petition.submitted or petition.valid + petition.valid // 2) - petition.valid
        signed_on = self.case.case.as_of.isoformat()
        row = 0
        for row, number in enumerate(good, start=1):
            name, born = inventing.invented_identity(number, SEED)
            yield PaperLine(
                "A", row, name, born.isoformat(), "견본로 1", "", signed_on, has_mark=True
            )
        for extra in range(bad):
            name, born = f"없는사람{extra}", date(1950, 1, 1)
            if extra % 3 == 1 and good:
                name, born = inventing.invented_identity(good[extra % len(good)], SEED)
            address = "" if extra % 3 == 2 else "견본로 1"  # noqa: PLR2004  # the third kind
            yield PaperLine(
                "B",
                row + extra + 1,
                name,
                born.isoformat(),
                address,
                "",
                signed_on,
                has_mark=True,
            )

    def _signers(self, valid: int) -> Sequence[int]:
        """So many residents: as the districts state, else from the first on."""
        petition = self.case.petition
        stated = {one.name: one.valid or 0 for one in (petition and petition.districts) or ()}
        if not any(stated.values()):
            return [number for living in self.living.values() for number in living][:valid]
        return [
            number
            for district in self.districts
            for number in self.living.get(district.id, range(0))[: stated.get(district.name_ko, 0)]
        ][:valid]
