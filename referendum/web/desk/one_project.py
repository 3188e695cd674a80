"""One project at the desk: added or changed by hand, a vote on it drafted, or one not called."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from fastapi import APIRouter, Request
from sqlalchemy import select
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.lifecycle.acting import Document
from referendum.lifecycle.advisory import declining
from referendum.lifecycle.advisory.considering import Board
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from referendum.projects import exporting, keeping
from referendum.projects.keeping import insist_on_office
from referendum.projects.lines import COLUMNS, LONGEST
from referendum.projects.tables import Project
from referendum.roll import places
from referendum.web.desk.asking import Errors, day_of, told
from referendum.web.desk.projects import typed_text
from referendum.web.desk.routing import desk_page
from referendum.web.measures import Number
from referendum.web.pages import go
from referendum.web.projects import KINDS, STAGES, shown
from referendum.web.sent import Sent, text

router = APIRouter(prefix="/desk/projects")

DISTRICTS: Final = "districts"


@router.get("/new")
def write(request: Request, officer: Staff) -> Response:
    """The empty form."""
    insist_on_office(officer)
    return _form(request, officer, None, dict.fromkeys(COLUMNS, ""), ())


@router.post("/new")
def add(request: Request, officer: Staff, form: Sent) -> Response:
    """Put a project or a matter on the list."""
    insist_on_office(officer)
    ticked = [str(one) for one in form.getlist(DISTRICTS)]
    values = typed_text(form)
    errors = _faults(request, officer, _cells(request, officer, values, ticked), values)
    if not errors:
        try:
            with services_of(request).begin() as uow:
                made = keeping.add(
                    uow,
                    cells=_cells(request, officer, values, ticked),
                    reason=text(form, "reason"),
                    by=officer,
                )
        except DomainError as refused:
            errors, _ = told(request, refused, field="code")
        else:
            return go(request, f"/desk/projects/{made.number}", flash="desk.flash.project-kept")
    return _form(request, officer, None, values, ticked, errors=errors)


@router.get("/{number}")
def show(request: Request, number: Number, officer: Staff) -> Response:
    """One project with what the office may do about it."""
    insist_on_office(officer)
    return _standing(request, officer, number)


@router.get("/{number}/edit")
def edit(request: Request, number: Number, officer: Staff) -> Response:
    """The form as the register has it."""
    insist_on_office(officer)
    with services_of(request).begin() as uow:
        project = keeping.numbered(uow.session, officer.jurisdiction, number)
        cells = exporting.cells_of(project, {})
    values = dict(zip(COLUMNS, cells, strict=True))
    return _form(request, officer, project, values, project.districts or ())


@router.post("/{number}/edit")
def save(request: Request, number: Number, officer: Staff, form: Sent) -> Response:
    """Rewrite it, with the reason."""
    insist_on_office(officer)
    ticked = [str(one) for one in form.getlist(DISTRICTS)]
    values = typed_text(form)
    cells = _cells(request, officer, values, ticked)
    errors = _faults(request, officer, cells, values)
    with services_of(request).begin() as uow:
        project = keeping.numbered(uow.session, officer.jurisdiction, number)
    if not errors:
        try:
            with services_of(request).begin() as uow:
                keeping.change(
                    uow, project.id, cells=cells, reason=text(form, "reason"), by=officer
                )
        except DomainError as refused:
            errors, _ = told(request, refused, field="code")
        else:
            return go(request, f"/desk/projects/{number}", flash="desk.flash.project-kept")
    return _form(request, officer, project, values, ticked, errors=errors)


@router.post("/{number}/vote")
def draft(request: Request, number: Number, officer: Staff) -> Response:
    """Begin the draft of an advisory vote, which the office then writes out."""
    insist_on_office(officer)
    services = services_of(request)
    try:
        with services.begin() as uow:
            project = keeping.numbered(uow.session, officer.jurisdiction, number)
            measure = declining.draft_vote(uow, project.id, by=officer, demo=services.is_demo)
    except DomainError as refused:
        errors, status = told(request, refused)
        return _standing(request, officer, number, errors=errors, status=status)
    return go(request, f"/desk/measures/{measure.number}/draft", flash="workspace.flash.saved")


@router.post("/{number}/not-calling")
def decline(request: Request, number: Number, officer: Staff, form: Sent) -> Response:
    """Decide not to call a vote: public, with its reasons and its paper."""
    insist_on_office(officer)
    values, errors = typed_text(form), _papers(request, typed_text(form))
    day = day_of(values.get("document_day", ""))
    if errors or day is None:
        return _standing(request, officer, number, values=values, errors=errors, status=422)
    try:
        with services_of(request).begin() as uow:
            project = keeping.numbered(uow.session, officer.jurisdiction, number)
            declining.decide_not_to_call(
                uow,
                project.id,
                reason=values["reason"],
                document=Document(values["document_number"], day),
                by=officer,
            )
    except DomainError as refused:
        errors, status = told(request, refused, field="reason")
        return _standing(request, officer, number, values=values, errors=errors, status=status)
    return go(request, f"/desk/projects/{number}", flash="desk.flash.project-not-called")


def _cells(
    request: Request, officer: Officer, values: Mapping[str, str], ticked: Collection[str]
) -> dict[str, str]:
    """The form as the cells of a line: ticked districts by their names."""
    with services_of(request).begin() as uow:
        today = Board.of(uow.session, officer.jurisdiction).today
        area = places.districts_on(uow.session, officer.jurisdiction, today)
    named = "|".join(one.name_ko for one in area if str(one.id) in ticked)
    return {name: values.get(name, "") for name in COLUMNS} | {DISTRICTS: named}


def _faults(
    request: Request, officer: Officer, cells: Mapping[str, str], values: Mapping[str, str]
) -> Errors:
    """Every faulty field with its sentence, in the order of the form."""
    words = words_of(request)
    with services_of(request).begin() as uow:
        _, faults = keeping.read(uow.session, officer.jurisdiction, cells)
    errors = {}
    for column, reason in sorted(faults, key=lambda one: list(COLUMNS).index(one[0])):
        field = words(f"projects.column.{column}")
        errors[column] = words(
            "desk.projects.fault", field=field, fault=words(f"projects.fault.{reason.value}")
        )
    if not values.get("reason", "").strip():
        errors["reason"] = words("desk.projects.no-reason")
    return errors


def _papers(request: Request, values: Mapping[str, str]) -> Errors:
    words = words_of(request)
    missing = {
        "reason": not values.get("reason", "").strip(),
        "document_number": not values.get("document_number", "").strip(),
        "document_day": day_of(values.get("document_day", "")) is None,
    }
    return {name: words(f"desk.projects.missing.{name}") for name, gone in missing.items() if gone}


def _standing(
    request: Request,
    officer: Officer,
    number: int,
    *,
    values: Mapping[str, str] | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    words = words_of(request)
    with services_of(request).begin() as uow:
        project = keeping.numbered(uow.session, officer.jurisdiction, number)
        context = shown(uow.session, project, words)
        drafts = uow.session.scalars(
            select(Measure)
            .where(Measure.project_id == project.id, Measure.stage == Stage.DRAFT.value)
            .order_by(Measure.number)
        ).all()
    return desk_page(
        request,
        "desk/project.html",
        officer,
        status=status,
        errors=errors,
        trail=[
            (words("desk.nav.projects"), "/desk/projects"),
            (words("projects.one", number=number), ""),
        ],
        drafts=drafts,
        values=values or {},
        **context,
    )


def _form(
    request: Request,
    officer: Officer,
    project: Project | None,
    values: Mapping[str, str],
    ticked: Collection[str],
    *,
    errors: Errors | None = None,
) -> Response:
    words = words_of(request)
    with services_of(request).begin() as uow:
        today = Board.of(uow.session, officer.jurisdiction).today
        area = places.districts_on(uow.session, officer.jurisdiction, today)
    title = words("desk.projects.edit") if project else words("desk.projects.add")
    return desk_page(
        request,
        "desk/project-form.html",
        officer,
        status=422 if errors else 200,
        errors=errors,
        trail=[(words("desk.nav.projects"), "/desk/projects"), (title, "")],
        title=title,
        project=project,
        values=values,
        ticked=set(map(str, ticked)),
        districts=area,
        kinds=[(one, words(f"projects.kind.{one}")) for one in KINDS],
        stages=[(one, words(f"projects.stage.{one}")) for one in STAGES],
        limits=LONGEST,
    )
