"""Paper at the desk: a sheet keyed in row by row, or a file of many sheets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.kernel.receiving import PIECE
from referendum.lifecycle import entries, keying, undoing
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.tables import Measure
from referendum.roll import places
from referendum.web.dated import Day
from referendum.web.desk.broken import of_file
from referendum.web.desk.columns import Explained, explain, filled_in, first_district
from referendum.web.desk.examining import EXAMINATION, opened
from referendum.web.desk.form import Context, Desk, Does, Form, Went
from referendum.web.fields import Field, File, Given, Id, Text
from referendum.web.measures import LARGEST, Number
from referendum.web.sent import text
from signatures import intakes, miskeying, taking_in
from signatures.errors import NothingBrought
from signatures.lines import ROWS as LINES
from signatures.lines import WRITTEN, PaperLine, without_back
from signatures.reading import COLUMNS, read_sheets
from signatures.tables import PaperBatchMark, Petition

ROWS: Final = range(1, LINES + 1)
PAGE: Final = 20
"""Batches that are listed at once: each sheet that is keyed in is one."""


class Rows(Field):
    """The rows in which anything is written: a bad line is evidence like a good one."""

    def parse(self, form: FormData, _name: str) -> list[PaperLine]:
        written = [
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
        if not written:
            raise NothingBrought(field="name-1")
        return written

    def inputs(self, _name: str) -> tuple[str, ...]:
        return tuple(f"{name}-{row}" for row in ROWS for name in WRITTEN)


@dataclass(frozen=True, slots=True)
class Keyed:
    """What has been brought to a petition, the last first, from a batch on."""

    measure: Measure
    petition: Petition
    before: int | None


def _opened(
    desk: Desk, number: Number, before: Annotated[int | None, Query(ge=1, le=LARGEST)] = None
) -> Keyed:
    about = opened(desk, number)
    return Keyed(about.measure, about.petition, before)


def _show(desk: Desk, about: Keyed) -> Context:
    found = miskeying.batches(desk.session, about.petition.id, before=about.before, limit=PAGE + 1)
    return {
        "can_bring": entries.possible(about.measure, Entry.BRING_LINES),
        "put_back": _can_be_put_back(desk, about, [mark for _, mark in found if mark]),
        "can_leave_out": entries.possible(about.measure, Entry.TAKE_BACK_BATCH),
        "columns": WRITTEN,
        "file_columns": _columns(desk),
        "rows": ROWS,
        "files": intakes.open_ones(desk.session, about.petition.id),
        "batches": found[:PAGE],
        "before": about.before,
        "further": found[PAGE - 1][0].number if len(found) > PAGE else None,
        # What was typed is shown again, but nowhere the back of a resident number.
        "written": {name: without_back(value) for name, value in desk.typed.items()},
    }


def _columns(desk: Desk) -> list[Explained]:
    return explain(desk.words, COLUMNS, needed=("sheet", "row", "mark"), holds="files.holds.lines")


def _template(desk: Desk, _about: Keyed) -> Response:
    """The heading, and a line of nobody as an example."""
    today = places.today(desk.uow, desk.place)
    row = {
        "sheet": "1",
        "row": 1,
        "name": "홍길동",
        "birth_date": "1990. 1. 31.",
        "address": "견본로 1",
        "district": first_district(desk),
        "signed_on": today,
        "mark": "예" if desk.words.language == "ko" else "yes",
        "collector": "",
    }
    return filled_in(_columns(desk), [row], name="sheets-template.csv")


def _can_be_put_back(desk: Desk, about: Keyed, marks: Sequence[PaperBatchMark]) -> set[UUID]:
    """The batches that were taken back since the measure's last step."""
    if not entries.possible(about.measure, Entry.TAKE_BACK_BATCH):
        return set()
    return {
        mark.batch_id
        for mark in marks
        if undoing.step_since(desk.session, about.measure.id, mark.marked_at) is None
    }


def _key_in(desk: Desk, about: Keyed, given: Given) -> None:
    """The sheet's number and the day it came in must be there; rows may say what they like."""
    _bring(desk, about, given["lines"], given["received_on"])


def _take_in(desk: Desk, about: Keyed, given: Given) -> Went | None:
    """Take a file of sheets, or name every broken place in it and take nothing.

    A large one is received, sealed, and taken in the background.
    """
    start = given["file"].read(keying.SMALL + 1)
    small = len(start) <= keying.SMALL
    lines = read_sheets(start).whole() if small else ()
    if small:
        _bring(desk, about, lines, given["received_on"])
        return None
    begin, vault = desk.services.begin, desk.vault
    with begin() as uow:
        intake = keying.begin_file(
            uow, vault, about.petition.id, by=desk.officer, received_on=given["received_on"]
        )
    rest = iter(partial(given["file"].read, PIECE), b"")
    taking_in.receive(begin, vault, intake, chain([start], rest))
    keying.carry_on_later(desk.uow, intake)
    return Went(f"/desk/measures/{about.measure.number}/examination/paper/files/{intake}")


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A file of sheets: how far it is."""

    measure: Measure
    petition: Petition
    far: intakes.Progress


def _followed(desk: Desk, number: Number, intake: UUID) -> OnItsWay:
    about = opened(desk, number)
    far = intakes.of_petition(desk.session, about.petition.id, intake)
    return OnItsWay(about.measure, about.petition, far)


def _show_file(desk: Desk, about: OnItsWay) -> Context:
    return {"broken": of_file(about.far.refusal, about.far.facts, desk.words)}


def _bring(desk: Desk, about: Keyed, lines: Iterable[PaperLine], received: date) -> None:
    vault, petition = desk.vault, about.petition
    keying.bring(desk.uow, vault, petition.id, lines, by=desk.officer, received_on=received)


PAPER: Final = EXAMINATION.below("/paper", "paper", "desk.paper.title", _opened, _show)
TEMPLATE: Final = PAPER.below("/template.csv", "", "desk.paper.title", _opened, _template)
CAME: Final = Day(label="desk.paper.received")
KEYING: Final = Form(
    PAPER,
    _key_in,
    {
        "sheet": Text(needed=True, label="signatures.field.sheet"),
        "received_on": CAME,
        "collector": Text(),
        "lines": Rows(),
    },
    usual="sheet",
    to=EXAMINATION,
    flash="desk.flash.brought",
)
IMPORTING: Final = Form(
    PAPER,
    _take_in,
    {"file": File(whole=False), "received_on": CAME},
    path="/import",
    places={"received_on": "file_received"},
    usual="file",
    to=EXAMINATION,
    flash="desk.flash.brought",
)
FOLLOWED: Final = PAPER.below(
    "/files/{intake}", "sheet-file", "desk.paper.file-on-its-way", _followed, _show_file
)
REMOVAL: Final = Form(FOLLOWED, Does(intakes.give_up, ("far.id",)), path="/removal", to=PAPER)
LEAVING_OUT: Final = Form(
    PAPER,
    Does(keying.mark_miskeyed, ("petition.id",)),
    {"batch": Id(), "note": Text(needed=True, label="desk.paper.why")},
    path="/miskeyed",
    usual="note",
    flash="desk.flash.batch-left-out",
)
PUTTING_BACK: Final = Form(
    PAPER,
    Does(keying.restore_batch, ("petition.id",)),
    {"batch": Id(), "note": Text(needed=True, label="desk.paper.why-back")},
    path="/restored",
    usual="note",
    flash="desk.flash.batch-put-back",
)
