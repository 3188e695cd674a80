"""What an officer did: shown to them and to their administrators, by day, and to take away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from uuid import UUID

from sqlalchemy import select
from starlette.responses import Response

from referendum.doors.errors import InputNotUsable
from referendum.identity import auditing
from referendum.identity.auditing import Done
from referendum.identity.staff import names_of
from referendum.identity.tables import Staff
from referendum.kernel.canonical import canonical
from referendum.kernel.days import day_of
from referendum.lifecycle.tables import Measure
from referendum.roll import places
from referendum.web.desk.form import Context, Desk, Page
from referendum.web.downloads import csv_answer

MOST: Final = 200
"""How many a page shows; the file has all."""
COLUMNS: Final = ("at", "act", "act_name", "measure", "facts")


@dataclass(frozen=True, slots=True)
class Deeds:
    """One officer's acts."""

    account: Staff
    deeds: Sequence[Done]
    day: str


def _opened(desk: Desk, staff_id: UUID, day: str = "") -> Deeds:
    wanted = day_of(day) if day else None
    if day and wanted is None:
        raise InputNotUsable(field="day")
    account = auditing.looked_at(desk.session, staff_id, by=desk.officer)
    zone = places.zone_of(desk.session, desk.place)
    done = auditing.done(desk.session, staff_id, by=desk.officer, zone=zone, day=wanted)
    return Deeds(account, list(done), wanted.isoformat() if wanted else "")


def _show(desk: Desk, about: Deeds) -> Context:
    deeds = list(islice(about.deeds, MOST))
    return {
        "trail": [(desk.words(OFFICER.title), "")],
        "deeds": deeds,
        "many": len(about.deeds),
        "numbers": _numbers(desk, deeds),
        "absent": names_of(
            desk.session,
            {one.facts["deputising_for"] for one in deeds if "deputising_for" in one.facts},
        ),
    }


def _download(desk: Desk, about: Deeds) -> Response:
    """Formulas in it are harmless; the facts are those of the record, which holds no names."""
    words, numbers = desk.words, _numbers(desk, about.deeds)
    rows = [
        (
            one.at.isoformat(),
            one.act,
            words(f"record.act.{one.act}") if words.has(f"record.act.{one.act}") else "",
            numbers.get(one.measure, ""),
            canonical(one.facts).decode(),
        )
        for one in about.deeds
    ]
    return csv_answer(COLUMNS, rows, name=f"acts-{about.account.username}.csv")


def _numbers(desk: Desk, deeds: Sequence[Done]) -> dict[UUID | None, int]:
    ids = {one.measure for one in deeds}
    rows = desk.session.execute(select(Measure.id, Measure.number).where(Measure.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


OFFICER: Final = Page("/desk/officers/{staff_id}/acts", "deeds", "desk.deeds.title", _opened, _show)
FILE: Final = OFFICER.below(".csv", "", "desk.deeds.title", _opened, _download)
