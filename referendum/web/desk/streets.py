"""The list of streets at the desk: loaded whole, taken away as it stands, begun from a template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from referendum.kernel.people import Role
from referendum.roll import streets
from referendum.web.desk.columns import explain
from referendum.web.desk.form import Context, Desk, Form
from referendum.web.desk.register import REGISTER
from referendum.web.downloads import csv_answer
from referendum.web.fields import File, Given

SAMPLE: Final = (("견본로", "1", "99", 0, ""), ("견본로", "100", "250", 1, "2"))
"""Lines of no city: a street that two districts share."""


@dataclass(frozen=True, slots=True)
class Listed:
    """How many lines the list has that holds."""

    lines: int


def _opened(desk: Desk) -> Listed:
    desk.officer.insist(Role.REGISTRAR)
    return Listed(streets.count(desk.session, desk.place))


def _show(desk: Desk, _about: Listed) -> Context:
    needed = streets.COLUMNS.keys() - {*streets.OPTIONAL}
    columns = explain(desk.words, streets.COLUMNS, needed=needed, holds="files.holds.streets")
    return {"columns": columns}


def _load(desk: Desk, _about: Listed, given: Given) -> None:
    """Put a file in the place of the list, or nothing and all that is wrong with it."""
    streets.load(desk.uow, data=given["streets"], by=desk.officer)


def _present(desk: Desk, _about: Listed) -> Response:
    """The list that holds, to be changed and sent back."""
    korean = desk.words.language == "ko"
    rows = (
        (
            street.name,
            street.first_number or "",
            street.last_number or "",
            district.name_ko if korean else district.name_en,
            street.station or "",
        )
        for street, district in streets.listed(desk.session, desk.place)
    )
    return csv_answer(_headings(desk), rows, name="streets.csv")


def _template(desk: Desk, _about: Listed) -> Response:
    """A file to begin from, with districts of this place."""
    korean = desk.words.language == "ko"
    names = [one.name_ko if korean else one.name_en for one in desk.districts()] or [""]
    rows = [
        (street, first, last, names[district % len(names)], station)
        for street, first, last, district, station in SAMPLE
    ]
    return csv_answer(_headings(desk), rows, name="streets-template.csv")


def _headings(desk: Desk) -> list[str]:
    korean = desk.words.language == "ko"
    return [other[0] if korean else name for name, other in streets.COLUMNS.items()]


STREETS: Final = REGISTER.below("/streets", "streets", "desk.streets.title", _opened, _show)
LOADING: Final = Form(
    STREETS,
    _load,
    {"streets": File(label="desk.streets.file")},
    places={"file": "streets"},
    usual="streets",
    flash="desk.flash.streets-loaded",
)
PRESENT: Final = STREETS.below("/present.csv", "", "desk.streets.title", _opened, _present)
TEMPLATE: Final = STREETS.below("/template.csv", "", "desk.streets.title", _opened, _template)
