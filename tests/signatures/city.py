"""A small city whose people sign: its words are the tests' words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Self
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select, text

from referendum.kernel import clock
from referendum.kernel.people import Assurance, Authority, Officer, Resident, Role
from referendum.kernel.record import RecordEntry
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from referendum.roll import importing
from referendum.roll.freezing import Purpose, Wanted, freeze
from referendum.roll.intakes import Mode
from referendum.roll.lines import COLUMNS
from referendum.roll.places import DistrictPlan, add_districts, add_jurisdiction
from referendum.roll.tables import Person
from signatures import (
    closing,
    collecting,
    examinations,
    petitions,
    recounting,
    sheets,
    tallying,
    withdrawing,
)
from signatures.collecting import Consent, Details, NotOnRoll, Signed
from signatures.examinations import ExaminationReport
from signatures.examining import Pass, Terms
from signatures.lines import Origin, PaperLine
from signatures.tables import PaperBatch, Petition
from tests.roll.city import ANYTHING
from thresholds.electorate import AgeDate, Electorate, ResidenceBase
from thresholds.vocabulary import Instrument

SEOUL = ZoneInfo("Asia/Seoul")
BASE = date(2025, 12, 31)
ADULTS = Electorate(
    minimum_age=18,
    age_on=AgeDate.BASE_DATE,
    residence_base=ResidenceBase.PREVIOUS_YEAR_END,
    nationality="KR",
    citation="test",
)
CONSENTS = dict.fromkeys(Consent, "2026-01")
DISTRICTS = ("가람동", "나루동", "다솔동")
ALL_WAYS = frozenset(Origin)


@dataclass(frozen=True, slots=True)
class Inhabitant:
    """A person as the register's file states them."""

    number: str
    name: str
    born: date = date(1980, 5, 17)
    district: str = DISTRICTS[0]
    registered_from: str = "2010-03-02"
    registered_to: str = ""
    lost_from: str = ""
    former: str = ""

    @property
    def cells(self) -> list[str]:
        return [
            self.number,
            self.name,
            self.former,
            self.born.isoformat(),
            f"{self.district} 1",
            self.district,
            "KR",
            "",
            "",
            self.registered_from,
            self.registered_to,
            self.lost_from,
            "",
            "",
        ]


def people(count: int) -> list[Inhabitant]:
    """Adults with names of their own, spread over the districts."""
    return [
        Inhabitant(
            f"P{at:05}",
            "김" + chr(0xAC00 + at // 500) + chr(0xAC00 + at % 500),
            date(1950, 1, 1) + timedelta(days=at % 18_000),
            DISTRICTS[at % len(DISTRICTS)],
        )
        for at in range(count)
    ]


@dataclass
class City:
    """Real rooms throughout; every method is one unit of work."""

    begin: Begin
    vault: Vault
    inhabitants: Sequence[Inhabitant] = field(default_factory=lambda: people(12))
    owner: Authority = Authority.MAYOR

    def __post_init__(self) -> None:
        with self.begin() as uow:
            place = add_jurisdiction(
                uow,
                code="kr-test",
                name_ko="시험시",
                name_en="Testville",
                level="city",
                population=100_000,
                operated_by=[self.owner],
            )
            plans = [
                DistrictPlan(code=f"D{at}", name_ko=name, name_en=name, valid_from=date(2000, 1, 1))
                for at, name in enumerate(DISTRICTS)
            ]
            made = add_districts(uow, place.id, plans)
            self.place = place.id
            self.districts = {district.name_ko: district.id for district in made}
        self.registers(self.inhabitants)

    def again(self, begin: Begin) -> Self:
        """The same city in a copy of its database."""
        same = copy(self)
        same.begin = begin
        same.districts, same.ids = dict(self.districts), dict(self.ids)
        return same

    @property
    def clerk(self) -> Officer:
        return Officer(uuid4(), self.place, self.owner, frozenset(Role), fresh=True)

    def registers(self, inhabitants: Iterable[Inhabitant], *, as_of: date = BASE) -> None:
        page = io.StringIO()
        writer = csv.writer(page)
        writer.writerow(COLUMNS)
        writer.writerows(one.cells for one in inhabitants)
        intake = importing.receive(
            self.begin,
            self.vault,
            [page.getvalue().encode()],
            jurisdiction_id=self.place,
            as_of=as_of,
            mode=Mode.WHOLE,
            by=self.clerk.mark,
            invented=True,
        )
        preview = importing.compare(self.begin, self.vault, intake).preview
        with self.begin() as uow:
            report = importing.import_register(
                uow,
                self.begin,
                self.vault,
                intake,
                by=self.clerk,
                preview=preview,
                limits=ANYTHING,
            )
            assert report.refused == []
            known = select(Person.register_no, Person.id)
            self.ids = {row.register_no: row.id for row in uow.session.execute(known)}

    def opens(
        self,
        *,
        days: int = 90,
        channels: Iterable[Origin] = ALL_WAYS,
        districts: Iterable[str] | None = None,
        minimum: Assurance = Assurance.PHONE_ON_FILE,
    ) -> UUID:
        measure = uuid4()
        with self.begin() as uow:
            area = None if districts is None else [self.districts[name] for name in districts]
            roll = freeze(
                uow,
                Wanted(
                    jurisdiction_id=self.place,
                    purpose=Purpose.SIGNING,
                    instrument=Instrument.REFERENDUM,
                    measure_id=measure,
                    electorate=ADULTS,
                    base_date=BASE,
                    age_date=BASE,
                    districts=area,
                ),
                by=self.clerk,
            )
            now = uow.now()
            petition = petitions.open_petition(
                uow,
                self.vault,
                petitions.Opening(
                    measure_id=measure,
                    jurisdiction_id=self.place,
                    opens_at=now,
                    closes_at=now + timedelta(days=days),
                    roll_id=roll.id,
                    channels=list(channels),
                    text_sha256=bytes(32),
                    owner=self.owner,
                    minimum_assurance=minimum,
                ),
            )
            return petition.id

    def waits(self, **how_long: float) -> None:
        with self.begin() as uow:
            clock.advance(uow.session, timedelta(**how_long))

    def today(self) -> date:
        with self.begin() as uow:
            return uow.now().astimezone(SEOUL).date()

    def resident(self, who: Inhabitant, assurance: Assurance = Assurance.PHONE_ON_FILE) -> Resident:
        return Resident(self.ids[who.number], self.place, assurance)

    def signs(self, petition: UUID, who: Inhabitant, **changed: Any) -> Signed | NotOnRoll:
        with self.begin() as uow:
            return collecting.sign(
                uow,
                self.vault,
                petition,
                changed.pop("resident", self.resident(who)),
                consents=changed.pop("consents", CONSENTS),
                details=Details(who.name, who.born, f"{who.district} 1"),
                electorate=ADULTS,
            )

    def signed(self, petition: UUID, who: Inhabitant) -> Signed:
        answer = self.signs(petition, who)
        assert isinstance(answer, Signed)
        return answer

    def withdraws(self, petition: UUID, who: Inhabitant) -> None:
        with self.begin() as uow:
            withdrawing.withdraw(uow, self.vault, petition, self.resident(who))

    def brings(self, petition: UUID, lines: Sequence[PaperLine], **more: Any) -> PaperBatch:
        received = more.pop("received_on", None)
        with self.begin() as uow:
            return sheets.bring_lines(
                uow,
                self.vault,
                petition,
                lines,
                by=self.clerk,
                received_on=received or uow.now().astimezone(SEOUL).date(),
                **more,
            )

    def examines(self, petition: UUID, **more: Any) -> ExaminationReport:
        asked = self.asks(petition)
        assert self.goes_on(petition, asked, **more)
        return self.ends(asked)

    def asks(self, petition: UUID) -> UUID:
        with self.begin() as uow:
            return examinations.ask(uow, petition, self.clerk)

    def goes_on(self, petition: UUID, asked: UUID, **more: Any) -> bool:
        """The pass that was asked for, from wherever it is."""
        terms = Terms(ADULTS, more.pop("closed_days", closing.NONE))
        return Pass(self.begin, self.vault, petition, asked, terms, self.clerk, **more).run()

    def ends(self, asked: UUID) -> ExaminationReport:
        with self.begin() as uow:
            return examinations.finish(uow, asked)

    def counts(self, petition: UUID) -> tallying.Tally:
        """The exact count, which must agree with the folded one and with every line."""
        with self.begin() as uow:
            assert not tallying.fold(uow, petition)
        with self.begin() as uow:
            # Says nothing while a pass is entered, whose counts are ahead of its lines.
            assert recounting.recount(uow, petition) == []
        with self.begin() as uow:
            exact = tallying.exact(uow.session, petition)
            assert tallying.tally(uow.session, petition) == exact
            assert exact.reconciles
            return exact

    def petition(self, petition: UUID) -> Petition:
        with self.begin() as uow:
            return petitions.get(uow.session, petition)

    def leaves(self, act: str | None = None) -> list[bytes]:
        with self.begin() as uow:
            entries = select(RecordEntry.leaf).order_by(RecordEntry.number)
            if act:
                entries = entries.where(RecordEntry.act == act)
            return list(uow.session.scalars(entries))

    def rows(self, statement: str, **parameters: Any) -> list[Any]:
        with self.begin() as uow:
            return list(uow.session.execute(text(statement), parameters))


def paper(who: Inhabitant, row: int, *, on: date | datetime, **changed: Any) -> PaperLine:
    """The line that this person writes on a sheet, with whatever is wrong with it."""
    line = PaperLine(
        sheet="A-1",
        row=row,
        name=who.name,
        birth_date=who.born.isoformat(),
        address=f"{who.district} 1",
        district=who.district,
        signed_on=on.strftime("%Y-%m-%d"),
        has_mark=True,
    )
    return replace(line, **changed)
