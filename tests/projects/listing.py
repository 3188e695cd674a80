"""Writes the city's list of projects as a file, and takes it in."""

from __future__ import annotations

import csv
import io
from typing import Any

from referendum.kernel.people import Authority
from referendum.projects import importing
from referendum.projects.importing import ImportReport
from referendum.projects.lines import COLUMNS
from referendum.projects.tables import Project
from tests.town import Town

LINE = {
    "code": "GY-2027-001",
    "name": "가상 환승 주차장 건립",
    "name_en": "An invented park-and-ride",
    "kind": "교통",
    "department": "교통정책과",
    "total_budget": "6,200,000,000",
    "yearly_budget": "1,000,000,000",
    "stage": "설계",
    "districts": "",
    "decision_date": "2027-09-01",
    "summary": "지어낸 사업입니다.",
}
MATTER = {"total_budget": "", "yearly_budget": ""}


def line(number: int = 1, **cells: str) -> dict[str, str]:
    return {**LINE, "code": f"GY-2027-{number:03d}", **cells}


def file_of(
    *lines: dict[str, str], encoding: str = "utf-8", heading: tuple[str, ...] = tuple(COLUMNS)
) -> bytes:
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow(heading)
    rows.writerows([one[name] for name in COLUMNS] for one in lines)
    return written.getvalue().encode(encoding)


def takes(town: Town, *lines: dict[str, str], **given: Any) -> ImportReport:
    with town.begin() as uow:
        return importing.import_projects(
            uow, data=file_of(*lines), by=town.officer(Authority.MAYOR), **given
        )


def looks(town: Town, data: bytes) -> ImportReport:
    with town.begin() as uow:
        return importing.compare(uow.session, jurisdiction_id=town.place, data=data)


def projects(town: Town) -> dict[str, Project]:
    with town.begin() as uow:
        return {one.code: one for one in uow.session.query(Project)}
