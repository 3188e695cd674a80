"""The list of projects at the desk: a file read and reported on, and what waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final

from fastapi import Query
from starlette.responses import Response

from referendum.identity.staff import names_of
from referendum.lifecycle.advisory import narrowing
from referendum.lifecycle.advisory.considered import UNDECIDED
from referendum.lifecycle.advisory.considering import Board
from referendum.lifecycle.advisory.narrowing import Narrowing
from referendum.projects import exporting, importing
from referendum.projects.errors import ProjectFileFaulty
from referendum.projects.importing import ImportReport
from referendum.projects.keeping import insist_on_office
from referendum.projects.lines import COLUMNS
from referendum.web.desk.broken import Broken, of_file
from referendum.web.desk.columns import Explained, explain, filled_in, first_district
from referendum.web.desk.confirming import by_code
from referendum.web.desk.form import Context, Desk, Faulty, Form, Page, Shown
from referendum.web.downloads import file_answer
from referendum.web.fields import Figure, File, Given, Text
from referendum.web.measures import LARGEST
from referendum.web.projects import names_of as district_names

PAGE: Final = 30
SHOWN: Final = 100
"""How many of each sort of change a report lists by name; the counts are whole."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The list of an office, and what of it is looked at."""

    board: Board
    q: str = ""
    after: int = 0


def _opened(
    desk: Desk,
    q: Annotated[str, Query(max_length=100)] = "",
    after: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
) -> Looked:
    insist_on_office(desk.officer)
    board = Board.of(desk.session, desk.place)
    return Looked(board, q.replace("\0", ""), after)


def _download(desk: Desk, _looked: Looked) -> Response:
    """The list as it is now, to be changed and sent back."""
    data = exporting.as_file(desk.session, desk.place)
    return file_answer(data, name="projects.csv")


def _columns(desk: Desk) -> list[Explained]:
    needed = ("code", "name", "kind", "department", "stage")
    return explain(desk.words, COLUMNS, needed=needed, holds="files.holds.projects")


def _template(desk: Desk, _looked: Looked) -> Response:
    """The heading, and a project of nobody as an example."""
    korean = desk.words.language == "ko"
    kinds, stages = ("교통", "설계") if korean else ("transport", "designed")
    row = {
        "code": "SAMPLE-1",
        "name": "견본 자전거길",
        "name_en": "Sample cycle path",
        "kind": kinds,
        "department": "견본과",
        "total_budget": "620백만원",
        "yearly_budget": "100,000,000",
        "stage": stages,
        "districts": first_district(desk),
        "decision_date": "2027. 5. 1.",
        "summary": desk.words("files.example.summary"),
    }
    return filled_in(_columns(desk), [row], name="projects-template.csv")


def _list(desk: Desk, looked: Looked) -> Context:
    """What waits for a decision, the door for a file, and every project."""
    found = narrowing.listed(looked.board, Narrowing(text=looked.q))
    history = importing.history(desk.session, desk.place)
    after = looked.after
    waiting = [] if looked.q or after else [one for one in found if one.state in UNDECIDED]
    return {
        "promise": looked.board.promise,
        "columns": _columns(desk),
        "history": history,
        "people": names_of(desk.session, [one.imported_by for one in history]),
        "names": district_names(desk.districts(), desk.words),
        "waiting": waiting[:SHOWN],
        "found": found[after : after + PAGE],
        "total": len(found),
        "following": after + PAGE if len(found) > after + PAGE else None,
    }


def _preview(desk: Desk, _looked: Looked, given: Given) -> Shown:
    """What the file would change. Nothing is kept of it, not even until the next request."""
    place = desk.place
    report = importing.compare(desk.session, jurisdiction_id=place, data=given["file"])
    return _reported(desk, report, done=False)


def _take_in(desk: Desk, _looked: Looked, given: Given) -> Shown:
    """The same file once more, with a fresh code: it becomes the list."""
    data = given["file"]
    if sha256(data).hexdigest() != given["sha256"]:
        raise Faulty({"file": desk.words("desk.projects.other-file")})
    report = importing.import_projects(
        desk.uow, data=data, by=desk.officer, on_basis=given["basis"]
    )
    return _reported(desk, report, done=True)


def _reported(desk: Desk, report: ImportReport, *, done: bool) -> Shown:
    context = {
        "report": report,
        "done": done,
        "broken": _broken(desk, report.refusal) if report.refused else None,
        "most": SHOWN,
        "names": district_names(desk.districts(), desk.words),
    }
    return Shown(REPORT, context)


def _broken(desk: Desk, refusal: ProjectFileFaulty) -> Broken | None:
    return of_file(refusal.code, refusal.facts, desk.words, quotes=refusal.quotes)


PROJECTS: Final = Page("/desk/projects", "projects", "desk.nav.projects", _opened, _list)
REPORT: Final = PROJECTS.below("", "projects-report", "projects.report.title", _opened)
LIST: Final = File(label="desk.projects.file")
PREVIEW: Final = Form(PROJECTS, _preview, {"file": LIST}, path="/preview/import", usual="file")
IMPORTING: Final = Form(
    PROJECTS,
    _take_in,
    {"file": LIST, "sha256": Text(), "basis": Figure()},
    path="/import",
    confirm=by_code,
    places={"code": "file"},
    usual="file",
)

TEMPLATE: Final = PROJECTS.below("/template.csv", "", "desk.nav.projects", _opened, _template)
FILE: Final = PROJECTS.below("/list.csv", "", "desk.nav.projects", _opened, _download)
