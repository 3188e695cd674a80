"""The demo's city: Goyang's districts, invented residents and officers, and its measures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum, auto
from typing import Final
from uuid import UUID, uuid4

import pyotp
from sqlalchemy import func, select

from referendum.bootstrap import Services
from referendum.cli import sample_pages
from referendum.cli.conducting import SEOUL, Conductor
from referendum.cli.sample_desks import SAMPLE_DESKS
from referendum.cli.sample_measures import ACCOUNTS, SampleMeasures, Tell
from referendum.cli.sample_projects import SampleProjects
from referendum.identity import demonstrating, entering, inviting
from referendum.identity.accounts import Wanted
from referendum.identity.tables import Staff
from referendum.kernel import clock, log
from referendum.kernel.people import Authority, Officer, Role
from referendum.lifecycle import locating
from referendum.lifecycle.office import contacts
from referendum.lifecycle.tables import Designation, OrdinanceKept
from referendum.roll import eligibility, entering_totals, importing, places, specimens
from referendum.roll.places import PlacePlan
from referendum.roll.tables import Jurisdiction, Person, Residence
from referendum.roll.totals import TotalKind
from signatures import petitions, tallying
from thresholds import library
from thresholds.vocabulary import Instrument, Office

PEOPLE: Final = 20_000
SEED: Final = 44
HISTORY: Final = timedelta(days=280)
"""How far back the demo's history begins, so that one measure has already been voted on."""
ORDINANCES: Final = ("kr-goyang-initiative-today", "kr-goyang-referendum-today")
"""Whose numbers the demo's own ordinances have."""

OPERATORS: Final = tuple(Authority)
NOTICE: Final = "시연용 공고 (가상)"


@dataclass
class Seeding:
    """Fills an empty database through the same functions as the pages use."""

    services: Services
    tell: Tell
    place: UUID = field(init=False)
    plan: PlacePlan = field(init=False)
    people: list[tuple[UUID, UUID]] = field(init=False)
    """(person, district) of adults, in the order of the register."""

    def run(self) -> None:
        """The whole city; its clock ends at the real time."""
        self.tell("city")
        self._city()
        self.tell("residents")
        self._residents()
        self.tell("officers")
        self._officers()
        self.tell("totals")
        self._totals()
        conductor = Conductor(self.services.begin, self.services.means, self.place)
        projects = SampleProjects(
            self.services.begin, self.officer, self._real_now().astimezone(SEOUL).date()
        )
        projects.list_first()
        SampleMeasures(conductor, self._real_now(), self.people, self.tell).play()
        projects.list_now()
        with self.services.begin() as uow:
            for measure in locating.listed(uow.session, self.place, limit=50):
                petition = petitions.of_measure(uow.session, measure.id)
                if petition is not None:
                    tallying.fold(uow, petition.id)
        with self.services.begin() as uow:
            clock.advance(uow.session, max(-clock.ahead(uow.session), timedelta(0)))
        log.catch_up(self.services.begin, self.services.log_key)

    # The city

    def _city(self) -> None:
        self.plan = places.read_place()
        with self.services.begin() as uow:
            clock.start_at(uow.session, self._real_now() - HISTORY)
        with self.services.begin() as uow:
            self.place = places.settle(uow, self.plan, operated_by=OPERATORS).id
            for authority in OPERATORS:
                contacts.write(uow, self.place, authority, SAMPLE_DESKS[authority], mark="operator")
            sample_pages.write(uow, self.place)
            for instrument in (Instrument.INITIATIVE, Instrument.REFERENDUM):
                uow.session.add(
                    Designation(
                        jurisdiction_id=self.place,
                        instrument=instrument.value,
                        system="시연용 서명 시스템 (가상 지정)",
                        from_day=date(2026, 1, 1),
                        document_number="시연용 지정서",
                        document_date=date(2026, 1, 1),
                        recorded_by="operator",
                        demo=True,
                    )
                )
            for ordinance in map(library.by_id, ORDINANCES):
                uow.session.add(
                    OrdinanceKept(
                        jurisdiction_id=self.place,
                        instrument=ordinance.instrument.value,
                        valid_from=ordinance.valid_from,
                        numbers=ordinance.choices.model_dump(mode="json", exclude_none=True),
                        source="시연용 가정: 실제 조례의 수가 아님",
                        assumed=True,
                    )
                )

    def _residents(self) -> None:
        with self.services.begin() as uow:
            as_of = uow.now().astimezone(SEOUL).date()
        lines = specimens.sample_lines(self.plan, people=PEOPLE, seed=SEED, as_of=as_of)
        begin, vault = self.services.begin, self.services.vault
        intake = importing.receive(
            begin,
            vault,
            (line.encode() for line in lines),
            jurisdiction_id=self.place,
            as_of=as_of,
            by=self.officer.mark,
            invented=True,
        )
        found = importing.compare(begin, vault, intake)
        with begin() as uow:
            importing.import_register(
                uow,
                begin,
                vault,
                intake,
                by=self.officer,
                preview=found.preview,
                limits=self.services.register_limits,
            )
        importing.settle(begin, vault, intake)
        grown = as_of - timedelta(days=21 * 365)
        with self.services.begin() as uow:
            rows = uow.session.execute(
                select(Residence.person_id, Residence.district_id)
                .join(Person, Person.id == Residence.person_id)
                .where(
                    Residence.birth_date < grown,
                    Residence.nationality == "KR",
                    Residence.registered_to.is_(None),
                    Residence.registered_from < as_of - timedelta(days=700),
                    Residence.lost_from.is_(None),
                    Residence.phone_index.is_not(None),
                )
                .order_by(Person.register_no)
            )
            self.people = [(row[0], row[1]) for row in rows]

    def _officers(self) -> None:
        vault = self.services.vault
        for username, name, office, authority, roles in ACCOUNTS:
            with self.services.begin() as uow:
                link = demonstrating.account(
                    uow,
                    vault,
                    Wanted(username=username, display_name=name, office_title=office, roles=roles),
                    of=self.place,
                    authority=authority,
                    invented=self.services.invents_people,
                )
            with self.services.begin() as uow:
                account = uow.session.get_one(Staff, link.staff_id)
                # Of no network (RFC 2606): a mailbox that *Messages* shows the mail of.
                inviting.keep_mailbox(uow.session, vault, account, f"{username}@city.example")
                offer = entering.offer_set_up(uow, vault, link.token, issuer="Referendum")
                entering.set_up(
                    uow,
                    vault,
                    link.token,
                    password=demonstrating.password(vault, username, demo=True),
                    code=pyotp.TOTP(offer.secret).at(self._real_now()),
                )

    def _totals(self) -> None:
        """Publish invented totals for the last two base years, as the notices of a real city."""
        year = self._real_now().year
        for base_year in (year - 2, year - 1):
            for instrument in Instrument:
                self._publish(instrument, base_year)

    def _publish(self, instrument: Instrument, base_year: int) -> None:
        base, published = date(base_year, 12, 31), date(base_year + 1, 1, 8)
        rulebook = library.in_force(
            country="kr",
            level="city",
            instrument=instrument,
            on=published,
            office=Office.MAYOR if instrument is Instrument.RECALL else None,
        )
        assert rulebook.signing is not None
        refused = eligibility.refusal_in_sql(rulebook.signing.electorate, base=base, age_on=base)
        with self.services.begin() as uow:
            rows = uow.session.execute(
                select(Residence.district_id, func.count())
                .where(refused.is_(None))
                .group_by(Residence.district_id)
            )
            figures: dict[UUID | None, int] = {row[0]: row[1] for row in rows}
            figures[None] = sum(figures.values())
            entering_totals.publish_totals(
                uow,
                jurisdiction_id=self.place,
                instrument=instrument,
                kind=TotalKind.CLAIMANTS,
                base_year=base_year,
                numbers=figures,
                source=NOTICE,
                published_on=published,
                by=self.officer,
            )

    @property
    def officer(self) -> Officer:
        """The one who imports and publishes, with another who has looked at it."""
        seconded = f"officer:{uuid4()}"
        roles = frozenset(Role)
        return Officer(
            uuid4(), self.place, Authority.MAYOR, roles, fresh=True, seconded_by=seconded
        )

    def _real_now(self) -> datetime:
        with self.services.begin() as uow:
            real: datetime = uow.session.execute(select(func.clock_timestamp())).scalar_one()
        return real


class Filled(Enum):
    """How far a database has a city in it."""

    NOT = auto()
    HALF = auto()
    """A filling that was broken off: its clock has not come to the real time."""
    WHOLE = auto()


def filled(services: Services) -> Filled:
    """Whether the database already has its city."""
    with services.begin() as uow:
        if uow.session.scalar(select(Jurisdiction.id).limit(1)) is None:
            return Filled.NOT
        return Filled.HALF if clock.ahead(uow.session) < timedelta(0) else Filled.WHOLE
