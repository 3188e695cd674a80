"""A city with its districts, a registrar, and files of a register made from a few words."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from referendum.roll import importing, intakes
from referendum.roll.intakes import ImportReport, Mode
from referendum.roll.lines import COLUMNS
from referendum.roll.places import read_place, settle
from referendum.roll.tables import District, Person, Residence
from referendum.roll.versions import current
from referendum.roll.weighing import Limits

JANUARY = date(2026, 1, 5)
MARCH = date(2026, 3, 2)

ALL = 1_000_000

ANYTHING = Limits(arrived=ALL, left=ALL, moved=ALL, lost=ALL, phone=ALL)
"""One registrar may change all."""

SOMEBODY: Mapping[str, Any] = {
    "name": "홍길동",
    "birth_date": "1980-05-05",
    "address": "고양시 덕양구 주교동 견본로 1",
    "district": "jugyo",
    "nationality": "KR",
    "registered_from": "2015-03-01",
}


def csv_of(*people: Mapping[str, Any], encoding: str = "utf-8") -> bytes:
    """A file of people told by what differs from SOMEBODY."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows({**SOMEBODY, **person} for person in people)
    return text.getvalue().encode(encoding)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """Of people: added, changed, ended, unchanged."""
    return report.added, report.changed, report.ended, report.unchanged


def told_of(row: Residence, *, without: Collection[str]) -> dict[str, Any]:
    """What a row of the register says, but for some of its columns."""
    named = {column.key for column in Residence.__table__.columns}.difference(without)
    return {name: getattr(row, name) for name in named}


@dataclass(frozen=True)
class City:
    """Imports into one city and looks at what its register holds."""

    begin: Begin
    vault: Vault
    id: UUID
    registrar: Officer
    districts: dict[str, UUID]

    def imports(
        self, *people: Mapping[str, Any], as_of: date = JANUARY, mode: Mode = Mode.WHOLE
    ) -> ImportReport:
        return self.imports_file(csv_of(*people), as_of=as_of, mode=mode)

    def imports_file(
        self,
        data: bytes,
        *,
        as_of: date = JANUARY,
        mode: Mode = Mode.WHOLE,
        preview: str | None = None,
        limits: Limits = ANYTHING,
    ) -> ImportReport:
        """Reads the preview and takes the file in; or as a preview that was read before said."""
        intake = self.brings(data, as_of=as_of, mode=mode)
        if preview is None:
            preview = importing.compare(self.begin, self.vault, intake).preview
        report = self.confirms(intake, preview, limits=limits)
        importing.settle(self.begin, self.vault, intake)
        return report

    def confirms(
        self,
        intake: UUID,
        preview: str | None,
        *,
        by: Officer | None = None,
        limits: Limits = ANYTHING,
    ) -> ImportReport:
        with self.begin() as uow:
            return importing.import_register(
                uow,
                self.begin,
                self.vault,
                intake,
                by=by or self.registrar,
                preview=preview,
                limits=limits,
            )

    def compares(
        self, data: bytes, *, as_of: date = JANUARY, mode: Mode = Mode.WHOLE
    ) -> ImportReport:
        intake = self.brings(data, as_of=as_of, mode=mode)
        report = importing.compare(self.begin, self.vault, intake)
        importing.settle(self.begin, self.vault, intake)
        return report

    def brings(self, data: bytes, *, as_of: date = JANUARY, mode: Mode | None = Mode.WHOLE) -> UUID:
        """Receives a file in pieces of odd sizes; gives its intake."""
        pieces = (data[at : at + 777] for at in range(0, len(data), 777))
        return importing.receive(
            self.begin,
            self.vault,
            pieces,
            jurisdiction_id=self.id,
            as_of=as_of,
            mode=mode,
            by=self.registrar.mark,
            invented=True,
        )

    def stands(self, intake: UUID) -> tuple[str, int]:
        """The stage of a file, and how many of its lines were read."""
        with self.begin() as uow:
            row = intakes.get(uow.session, intake)
            return row.stage, row.lines

    def person(self, register_no: str) -> UUID:
        with self.begin() as uow:
            return uow.session.scalars(
                select(Person.id).where(
                    Person.jurisdiction_id == self.id, Person.register_no == register_no
                )
            ).one()

    def episodes(self, register_no: str) -> list[tuple[date, date | None, str]]:
        """(from, to, district code) of all that the register now states of a person."""
        with self.begin() as uow:
            rows = uow.session.execute(
                select(Residence.registered_from, Residence.registered_to, District.code)
                .join(Person, Person.id == Residence.person_id)
                .join(District, District.id == Residence.district_id)
                .where(
                    Person.jurisdiction_id == self.id,
                    Person.register_no == register_no,
                    current(self.id),
                )
                .order_by(Residence.registered_from)
            )
            return [(opens, closes, code) for opens, closes, code in rows]


def founded(begin: Begin, vault: Vault) -> City:
    with begin() as uow:
        place = settle(uow, read_place(), operated_by=[Authority.MAYOR])
        rows = select(District).where(District.jurisdiction_id == place.id)
        districts = {row.code: row.id for row in uow.session.scalars(rows)}
    registrar = Officer(
        id=uuid4(),
        jurisdiction=place.id,
        authority=Authority.MAYOR,
        roles=frozenset({Role.REGISTRAR}),
        fresh=True,
    )
    return City(begin, vault, place.id, registrar, districts)
