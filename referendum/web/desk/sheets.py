"""Paper at the desk: a sheet keyed in row by row, or a file of many sheets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from starlette.datastructures import FormData

from referendum.lifecycle import keying
from referendum.web.desk.examining import EXAMINATION, Examined, opened
from referendum.web.desk.fields import MIB, Day, Field, File, Given, Id, Text
from referendum.web.desk.form import Context, Desk, Faulty, Form
from referendum.web.sent import text
from signatures import miskeying
from signatures.errors import LinesRefused
from signatures.lines import PaperLine, front_of
from signatures.reading import read_sheets

ROWS: Final = range(1, 11)
WRITTEN: Final = ("name", "birth_date", "address", "district", "signed_on")
"""What stands in a row of a sheet, kept as it is written."""
LARGEST: Final = 256 * MIB
"""Bytes of a file of sheets: twice what a million lines take."""


class Rows(Field):
    """The rows in which anything is written: a bad line is evidence like a good one."""

    def parse(self, form: FormData, _name: str) -> list[PaperLine]:
        return [
            PaperLine(
                sheet=text(form, "sheet"),
                row=row,
                **{name: text(form, f"{name}-{row}") for name in WRITTEN},
                has_mark=text(form, f"mark-{row}") == "yes",
                collector=text(form, "collector") or None,
            )
            for row in ROWS
            if any(text(form, f"{name}-{row}") for name in WRITTEN)
        ]

    def inputs(self, _name: str) -> tuple[str, ...]:
        return tuple(f"{name}-{row}" for row in ROWS for name in WRITTEN)


def _show(desk: Desk, about: Examined) -> Context:
    return {
        "columns": WRITTEN,
        "rows": ROWS,
        "batches": miskeying.batches(desk.session, about.petition.id),
        # What was typed is shown again, but never the back of a resident number.
        "kept": {name: front_of(value) for name, value in desk.typed.items()},
    }


def _key_in(desk: Desk, about: Examined, given: Given) -> None:
    """The sheet's number and the day it came in must be there; rows may say what they like."""
    words, errors = desk.words, dict[str, str]()
    if not given["sheet"]:
        errors["sheet"] = words("signatures.file.sheet_missing")
    if given["received_on"] is None:
        errors["received_on"] = words("desk.paper.day-needed")
    if not given["lines"]:
        errors["name-1"] = words("problem.nothing-brought")
    if errors:
        raise Faulty(errors)
    _bring(desk, about, given["lines"], given["received_on"])


def _take_in(desk: Desk, about: Examined, given: Given) -> None:
    """Take a file of sheets, or name every broken place in it and take nothing."""
    lines = read_sheets(given["file"]).whole()
    if given["received_on"] is None:
        raise Faulty({"file_received": desk.words("desk.paper.day-needed")})
    _bring(desk, about, lines, given["received_on"])


def _bring(desk: Desk, about: Examined, lines: Iterable[PaperLine], received: date) -> None:
    vault, petition = desk.vault, about.petition
    keying.bring(desk.uow, vault, petition.id, lines, by=desk.officer, received_on=received)


def _leave_out(desk: Desk, about: Examined, given: Given) -> None:
    """Take a batch that was keyed wrongly out of every total, with a written reason."""
    keying.mark_miskeyed(
        desk.uow,
        desk.vault,
        about.petition.id,
        given["batch"],
        note=given["note"],
        by=desk.officer,
    )


PAPER: Final = EXAMINATION.below("/paper", "paper", "desk.paper.title", opened, _show)
KEYING: Final = Form(
    PAPER,
    _key_in,
    {"sheet": Text(), "received_on": Day(needed=False), "collector": Text(), "lines": Rows()},
    usual="sheet",
    to=EXAMINATION,
    flash="desk.flash.brought",
)
IMPORTING: Final = Form(
    PAPER,
    _take_in,
    {"file": File(needed=False, most=LARGEST), "received_on": Day(needed=False)},
    path="/import",
    places={"received_on": "file_received"},
    usual="file",
    told_apart=(LinesRefused,),
    to=EXAMINATION,
    flash="desk.flash.brought",
)
LEAVING_OUT: Final = Form(
    PAPER,
    _leave_out,
    {"batch": Id(), "note": Text()},
    path="/miskeyed",
    usual="note",
    flash="desk.flash.batch-left-out",
)
