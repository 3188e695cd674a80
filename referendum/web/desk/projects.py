"""The list of projects at the desk: a file read and reported on, one by hand, a vote or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff, Visitor
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.lifecycle.advisory import narrowing
from referendum.lifecycle.advisory.considered import UNDECIDED, Considered
from referendum.lifecycle.advisory.considering import Board
from referendum.lifecycle.advisory.narrowing import Narrowing
from referendum.projects import exporting, importing
from referendum.projects.importing import ImportReport
from referendum.projects.keeping import insist_on_office
from referendum.roll import places
from referendum.web.desk.asking import Errors, freshly, told
from referendum.web.desk.measure import names_of
from referendum.web.desk.routing import desk_page
from referendum.web.downloads import file_answer
from referendum.web.measures import LARGEST
from referendum.web.projects import names_of as district_names
from referendum.web.sent import Sent, file, text, typed, whole

router = APIRouter(prefix="/desk/projects")

PAGE: Final = 30
FAULTS: Final = 500
SHOWN: Final = 100
"""How many of each sort of change a report lists by name; the counts are whole."""


@router.get("")
def show(
    request: Request,
    officer: Staff,
    q: Annotated[str, Query(max_length=100)] = "",
    after: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
) -> Response:
    """What waits for a decision, the door for a file, and every project."""
    return _page(request, officer, q=q.replace("\0", ""), after=after)


@router.get("/list.csv")
def download(request: Request, officer: Staff) -> Response:
    """The list as it is now, to be changed and sent back."""
    insist_on_office(officer)
    with services_of(request).begin() as uow:
        data = exporting.as_file(uow.session, officer.jurisdiction)
    return file_answer(data, name="projects.csv")


@router.post("/preview/import")
def preview(request: Request, officer: Staff, form: Sent) -> Response:
    """What the file would change. Nothing is kept of it, not even until the next request."""
    insist_on_office(officer)
    data = file(form)
    if not data:
        return _refuse(request, officer, {"file": words_of(request)("desk.register.no-file")})
    try:
        with services_of(request).begin() as uow:
            report = importing.compare(uow.session, jurisdiction_id=officer.jurisdiction, data=data)
    except DomainError as refused:
        errors, status = told(request, refused, field="file")
        return _refuse(request, officer, errors, status=status, refusal=refused)
    return _report(request, officer, report)


@router.post("/import")
def take_in(request: Request, caller: Visitor, officer: Staff, form: Sent) -> Response:
    """The same file once more, with a fresh code: it becomes the list."""
    insist_on_office(officer)
    data, words = file(form), words_of(request)
    if not data:
        return _refuse(request, officer, {"file": words("desk.register.no-file")})
    if sha256(data).hexdigest() != text(form, "sha256"):
        return _refuse(request, officer, {"file": words("desk.register.other-file")})
    try:
        clerk = freshly(request, caller, text(form, "code"))
        with services_of(request).begin() as uow:
            report = importing.import_projects(
                uow, data=data, by=clerk, on_basis=whole(text(form, "basis"))
            )
    except DomainError as refused:
        errors, status = told(request, refused, field="file")
        return _refuse(request, officer, errors, status=status, refusal=refused)
    return _report(request, officer, report, done=True)


def _page(
    request: Request,
    officer: Officer,
    *,
    q: str = "",
    after: int = 0,
    errors: Errors | None = None,
    status: int = 200,
    refusal: DomainError | None = None,
) -> Response:
    insist_on_office(officer)
    words = words_of(request)
    with services_of(request).begin() as uow:
        board = Board.of(uow.session, officer.jurisdiction)
        found = narrowing.listed(board, Narrowing(text=q))
        history = importing.history(uow.session, officer.jurisdiction)
        area = places.districts_on(uow.session, officer.jurisdiction, board.today)
        context: dict[str, Any] = {
            "promise": board.promise,
            "history": history,
            "people": names_of(uow.session, [one.imported_by for one in history]),
            "names": district_names(area, words),
        }
    return desk_page(
        request,
        "desk/projects.html",
        officer,
        status=status,
        errors=errors,
        trail=[(words("desk.nav.projects"), "")],
        waiting=_waiting(found) if not (q or after) else [],
        found=found[after : after + PAGE],
        total=len(found),
        q=q,
        following=after + PAGE if len(found) > after + PAGE else None,
        columns=_columns(refusal),
        **context,
    )


def _waiting(found: Sequence[Considered]) -> list[Considered]:
    """What the promise covers and nobody has decided on."""
    return [one for one in found if one.state in UNDECIDED][:SHOWN]


def _refuse(
    request: Request,
    officer: Officer,
    errors: Errors,
    *,
    status: int = 422,
    refusal: DomainError | None = None,
) -> Response:
    return _page(request, officer, errors=errors, status=status, refusal=refusal)


def _columns(refusal: DomainError | None) -> Mapping[str, Sequence[str]]:
    """The columns that a refused file lacks, has too many of, or has twice."""
    facts = refusal.facts if refusal else {}
    told_of = {name: facts.get(name) for name in ("missing", "unknown", "repeated")}
    return {
        name: [str(one) for one in given]
        for name, given in told_of.items()
        if isinstance(given, list) and given
    }


def _report(
    request: Request, officer: Officer, report: ImportReport, *, done: bool = False
) -> Response:
    words = words_of(request)
    with services_of(request).begin() as uow:
        today = Board.of(uow.session, officer.jurisdiction).today
        area = places.districts_on(uow.session, officer.jurisdiction, today)
    return desk_page(
        request,
        "desk/projects-report.html",
        officer,
        trail=[
            (words("desk.nav.projects"), "/desk/projects"),
            (words("projects.report.title"), ""),
        ],
        report=report,
        done=done,
        refused=report.refused[:FAULTS],
        most=SHOWN,
        names=district_names(area, words),
    )


def typed_text(form: FormData) -> dict[str, str]:
    """What was typed, with plain line ends."""
    return {name: said.replace("\r\n", "\n") for name, said in typed(form).items()}
