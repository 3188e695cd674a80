"""The register at the desk: a file is read and reported on before anything changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import select

from referendum.kernel.people import Role
from referendum.lifecycle.tables import Designation
from referendum.roll import comparing, importing, versions
from referendum.roll.comparing import ImportReport
from referendum.web.desk.confirming import by_code
from referendum.web.desk.fields import Day, Figure, File, Given, Text
from referendum.web.desk.form import Desk, Faulty, Form, Page, Shown
from referendum.web.desk.measure import names_of
from referendum.web.desk.routing import routed

HOME: Final = "/desk/register"
FAULTS: Final = 500
"""How many faults a report lists; whoever has more has the wrong file."""
MANY: Final = 10
"""A tenth of all people ending at once is more often a broken file than a moving city."""


@dataclass(frozen=True, slots=True)
class Register:
    """The people of a place as a registrar sees them: how many there are now."""

    people_now: int


def _opened(desk: Desk) -> Register:
    desk.officer.insist(Role.REGISTRAR)
    return Register(versions.people_now(desk.session, desk.officer.jurisdiction))


def _show(desk: Desk, _about: Register) -> Mapping[str, Any]:
    """The versions so far, the door for a new file, and the designations on record."""
    place = desk.officer.jurisdiction
    history = versions.history(desk.session, place)
    here = select(Designation).where(Designation.jurisdiction_id == place)
    first = desk.refused[0].facts.get("first") if desk.refused else None
    return {
        "history": history,
        "people": names_of(desk.session, [one.imported_by for one in history]),
        "designations": desk.session.scalars(here).all(),
        "examples": first if isinstance(first, list) else [],
    }


def _preview(desk: Desk, about: Register, given: Given) -> Shown:
    """What the file would change. Nothing is kept of it, not even until the next request."""
    report = comparing.compare(
        desk.session,
        desk.services.vault,
        jurisdiction_id=desk.officer.jurisdiction,
        data=given["file"],
        as_of=given["as_of"],
        invented=desk.services.invents_people,
    )
    return _reported(report, many=report.ended * MANY > about.people_now)


def _take_in(desk: Desk, _about: Register, given: Given) -> Shown:
    """The same file once more, with a fresh code: it becomes the next version."""
    if sha256(given["file"]).hexdigest() != given["sha256"]:
        raise Faulty({"file": desk.words("desk.register.other-file")})
    report = importing.import_register(
        desk.uow,
        jurisdiction_id=desk.officer.jurisdiction,
        data=given["file"],
        as_of=given["as_of"],
        by=desk.officer,
        vault=desk.services.vault,
        as_version=given["version"],
        invented=desk.services.invents_people,
    )
    return _reported(report, done=True)


def _reported(report: ImportReport, *, done: bool = False, many: bool = False) -> Shown:
    context = {
        "report": report,
        "done": done,
        "many": many,
        "refused": report.refused[:FAULTS],
        "noted": report.noted[:FAULTS],
        "most": FAULTS,
    }
    return Shown(REPORT, context)


REGISTER: Final = Page("desk/register.html", "desk.nav.register", _opened, _show)
REPORT: Final = Page(
    "desk/register-report.html",
    "roll.report.title",
    _opened,
    above=(("desk.nav.register", HOME),),
)
PREVIEW: Final = Form(
    REGISTER, _preview, {"file": File(), "as_of": Day()}, path="/preview/import", usual="file"
)
IMPORTING: Final = Form(
    REGISTER,
    _take_in,
    {"file": File(), "as_of": Day(), "sha256": Text(), "version": Figure()},
    path="/import",
    confirm=by_code,
    places={"code": "file"},
    usual="file",
)

router = routed(HOME, PREVIEW, IMPORTING)
