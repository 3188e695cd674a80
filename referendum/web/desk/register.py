"""The register at the desk: a file is read and reported on before anything changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import select

from referendum.identity import phones, unlocking
from referendum.identity.staff import names_of
from referendum.kernel.people import Role
from referendum.kernel.receiving import PIECE
from referendum.lifecycle.tables import Designation
from referendum.roll import importing, intakes, versions
from referendum.roll.intakes import ImportReport, Progress, Stage
from referendum.roll.lines import COLUMNS
from referendum.web.dated import Day
from referendum.web.desk.broken import of_file
from referendum.web.desk.confirming import by_code
from referendum.web.desk.form import Context, Desk, Does, Form, Page, Went
from referendum.web.fields import Figure, File, Given, Text

SMALL: Final = 1 << 20
"""Bytes: some thousand people, who are compared before a page would be waited for."""


@dataclass(frozen=True, slots=True)
class Register:
    """The people of a place as a registrar sees them: how many there are now."""

    people_now: int


def _opened(desk: Desk) -> Register:
    desk.officer.insist(Role.REGISTRAR)
    return Register(versions.people_now(desk.session, desk.place))


def _show(desk: Desk, _about: Register) -> Context:
    """The versions so far, the door for a new file, and the designations on record."""
    place = desk.place
    history = versions.history(desk.session, place)
    here = select(Designation).where(Designation.jurisdiction_id == place)
    return {
        "columns": [
            korean[0] if desk.words.language == "ko" else name for name, korean in COLUMNS.items()
        ],
        "intakes": intakes.open_ones(desk.session, place),
        "history": history,
        "people": names_of(desk.session, [one.imported_by for one in history]),
        "designations": desk.session.scalars(here).all(),
    }


@dataclass(frozen=True, slots=True)
class Following:
    """A file on its way: how far it is, and its report once it is read."""

    intake: UUID
    far: Progress
    report: ImportReport
    moving: bool
    done: bool
    many: bool


def _followed(desk: Desk, intake: UUID) -> Following:
    desk.officer.insist(Role.REGISTRAR)
    row = intakes.of_place(desk.session, desk.place, intake)
    far, report = intakes.progress(row), intakes.report(desk.session, row)
    percent = desk.services.settings.register_ending_percent
    return Following(
        intake,
        far,
        report,
        moving=not far.ended and far.stage is not Stage.WAITING,
        done=far.stage is Stage.DONE,
        many=100 * report.ended > percent * row.people_before,
    )


def _show_report(desk: Desk, about: Following) -> Context:
    return {"broken": of_file(about.far.refusal, about.far.facts, desk.words)}


def _preview(desk: Desk, _about: Register, given: Given) -> Went:
    """Take in a file, sealed, and report what it would change; a large one in the background."""
    begin, vault = desk.services.begin, desk.vault
    intake = importing.receive(
        begin,
        vault,
        iter(partial(given["file"].read, PIECE), b""),
        jurisdiction_id=desk.place,
        as_of=given["as_of"],
        by=desk.officer.mark,
        invented=desk.services.invents_people,
    )
    if _is_small(desk, intake):
        importing.compare(begin, vault, intake)
    else:
        importing.carry_on_later(desk.uow, intake)
    return Went(f"{REGISTER.path}/intakes/{intake}")


def _take_in(desk: Desk, about: Following, given: Given) -> None:
    """A file that was reported on, with a fresh code: it becomes the next version."""
    if _is_small(desk, about.intake):
        importing.import_register(
            desk.uow,
            desk.services.begin,
            desk.vault,
            about.intake,
            by=desk.officer,
            as_version=given["version"],
            ending_percent=desk.services.settings.register_ending_percent,
        )
    else:
        importing.confirm(desk.uow, about.intake, by=desk.officer, as_version=given["version"])


def _unlock(desk: Desk, _about: Register, given: Given) -> Went:
    """Its holder came to the desk, and was seen to be the holder."""
    number = phones.mobile(given["phone"], invented=desk.services.invents_people)
    unlocked = unlocking.unlock_phone(
        desk.uow, desk.vault, number, by=desk.officer, limits=desk.services.limits
    )
    return Went(REGISTER, f"desk.flash.phone-{'unlocked' if unlocked else 'free'}")


def _is_small(desk: Desk, intake: UUID) -> bool:
    """Whether a file is done with while its sender waits."""
    return intakes.get(desk.session, intake).file_size <= SMALL


REGISTER: Final = Page("/desk/register", "register", "desk.nav.register", _opened, _show)
FOLLOWED: Final = REGISTER.below(
    "/intakes/{intake}", "register-report", "roll.report.title", _followed, _show_report
)
PREVIEW: Final = Form(
    REGISTER,
    _preview,
    {
        "file": File(whole=False, label="desk.register.file"),
        "as_of": Day(label="desk.register.as-of"),
    },
    path="/preview/import",
    usual="file",
)
IMPORTING: Final = Form(
    FOLLOWED,
    _take_in,
    {"version": Figure(needed=True)},
    path="/import",
    confirm=by_code,
    usual="version",
)
UNLOCKING: Final = Form(
    REGISTER,
    _unlock,
    {"phone": Text(needed=True)},
    path="/phones/unlocking",
    confirm=by_code,
    usual="phone",
)
REMOVAL: Final = Form(FOLLOWED, Does(intakes.give_up, ("intake",)), path="/removal", to=REGISTER)
