"""Examining signatures: the automatic pass and its course, one decision for each line left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import examined, petitioning, reading, reviewing
from referendum.lifecycle import reviewing as asking_for
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from referendum.web.desk.asking import Errors, crumb, told
from referendum.web.desk.measure import names_of
from referendum.web.desk.queue import EXAMINED_AT
from referendum.web.desk.routing import desk_page
from referendum.web.pages import go, wants_fragment
from referendum.web.sent import Sent, text, typed, whole
from signatures import examinations, settling, tallying
from signatures.errors import ExaminationUnderWay
from signatures.lines import Reason, Status
from signatures.tables import Petition

router = APIRouter(prefix="/desk/measures/{number}/examination")

PAGE: Final = 20
CHOOSABLE: Final = tuple(
    reason
    for reason in Reason
    if reason.voids and reason not in (Reason.DUPLICATE, Reason.WITHDRAWN)
)
"""Why an officer may void a line; duplicates and withdrawals are found otherwise."""


@router.get("")
def show(request: Request, number: int, officer: Staff, after: int = 0) -> Response:
    """The counts by reason, and the lines that wait."""
    return _overview(request, officer, number, after=after)


@router.post("/run")
def run(request: Request, number: int, officer: Staff) -> Response:
    """Start the automatic pass over every line not yet decided; the page shows how it goes."""
    flash = "desk.flash.examination-asked"
    try:
        with services_of(request).begin() as uow:
            measure = reading.numbered(uow.session, officer.jurisdiction, number)
            asking_for.ask(uow, measure.id, officer)
    except ExaminationUnderWay:
        flash = "desk.flash.examination-running"
    except DomainError as refused:
        errors, status = told(request, refused)
        return _overview(request, officer, number, errors=errors, status=status)
    return go(request, f"/desk/measures/{number}/examination", flash=flash)


@router.get("/progress")
def progress(request: Request, number: int, officer: Staff) -> Response:
    """How the pass is going, for the page that asks again and again."""
    if not wants_fragment(request):
        return go(request, f"/desk/measures/{number}/examination")
    with services_of(request).begin() as uow:
        measure, petition = opened(uow, officer, number)
        course = examinations.latest(uow.session, petition.id)
    just_ended = course is None or not course.under_way
    return desk_page(
        request,
        "desk/course.html",
        officer,
        measure=measure,
        course=course,
        just_ended=just_ended,
    )


@router.post("/remaining")
def void_remaining(request: Request, number: int, officer: Staff, form: Sent) -> Response:
    """Void all that cannot be told whose they are, with one written reason."""
    services = services_of(request)
    try:
        with services.begin() as uow:
            _, petition = opened(uow, officer, number)
            note = text(form, "note")
            settling.void_remaining(uow, services.vault, petition.id, note=note, by=officer)
    except DomainError as refused:
        errors, status = told(request, refused)
        return _overview(request, officer, number, values=typed(form), errors=errors, status=status)
    return go(request, f"/desk/measures/{number}/examination", flash="desk.flash.voided")


@router.get("/line")
def find(request: Request, number: int, officer: Staff, line: str = "") -> Response:
    """To the line of a number, decided or not."""
    wanted = whole(line)
    if wanted is None:
        errors = {"line": words_of(request)("desk.examine.no-number")}
        return _overview(request, officer, number, errors=errors, status=422)
    with services_of(request).begin() as uow:
        _, petition = opened(uow, officer, number)
        try:
            found = examined.numbered(uow.session, petition, wanted, by=officer)
        except DomainError as refused:
            errors = {"line": words_of(request)(f"problem.{refused.code}")}
            return _overview(request, officer, number, errors=errors, status=404)
    return go(request, f"/desk/measures/{number}/examination/lines/{found}")


@router.get("/lines/{line_id}")
def ask(request: Request, number: int, line_id: UUID, officer: Staff) -> Response:
    """What is written, whom the register knows by it, and the decision to be made."""
    return _line_page(request, officer, number, line_id)


@router.post("/lines/{line_id}")
def decide(request: Request, number: int, line_id: UUID, officer: Staff, form: Sent) -> Response:
    """Look again under another reading, or decide: valid for a person, or void for a reason."""
    values = typed(form)
    if text(form, "what") == "search":
        return _line_page(request, officer, number, line_id, values=values)
    services = services_of(request)
    try:
        with services.begin() as uow:
            _, petition = opened(uow, officer, number)
            settling.decide(
                uow, services.vault, petition.id, line_id, by=officer, **_decision(form)
            )
    except DomainError as refused:
        errors, status = told(request, refused)
        return _line_page(
            request, officer, number, line_id, values=values, errors=errors, status=status
        )
    return go(request, f"/desk/measures/{number}/examination", flash="desk.flash.decided")


def opened(uow: UnitOfWork, officer: Officer, number: int) -> tuple[Measure, Petition]:
    """The petition, for examiners of the deciding authority; all others are refused here."""
    measure = reading.numbered(uow.session, officer.jurisdiction, number)
    reviewing.insist_on_examiner(measure, officer)
    return measure, petitioning.petition_of(uow.session, measure)


def _decision(form: FormData) -> dict[str, Any]:
    """`valid:<person>` or `void:<reason>` as the form's one choice says it."""
    verdict, _, rest = text(form, "decision").partition(":")
    note = text(form, "note") or None
    if verdict == "valid":
        try:
            return {"status": Status.VALID, "person_id": UUID(rest), "note": note}
        except ValueError:
            return {"status": Status.OPEN}
    reason = next((one for one in CHOOSABLE if one.value == text(form, "reason")), None)
    if verdict == "void" and reason:
        return {"status": Status.VOID, "reason": reason, "note": note}
    return {"status": Status.OPEN}


def trail_of(request: Request, number: int, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way here from the desk."""
    base = f"/desk/measures/{number}"
    title = words_of(request)("desk.examine.title")
    return [crumb(request, number), (title, f"{base}/examination"), *more]


def _overview(
    request: Request,
    officer: Officer,
    number: int,
    *,
    after: int = 0,
    values: Mapping[str, str] | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    services = services_of(request)
    with services.begin() as uow:
        measure, petition = opened(uow, officer, number)
        lines = settling.open_lines(
            uow.session, services.vault, petition.id, by=officer, after=after, limit=PAGE + 1
        )
        counted = tallying.exact(uow.session, petition.id)
        course = examinations.latest(uow.session, petition.id)
    further = lines[PAGE - 1].number if len(lines) > PAGE else None
    return desk_page(
        request,
        "desk/examination.html",
        officer,
        status=status,
        errors=errors,
        trail=trail_of(request, number),
        measure=measure,
        petition=petition,
        tally=counted,
        course=course,
        just_ended=False,
        lines=lines[:PAGE],
        further=further,
        after=after,
        unexamined=counted.open_by_reason.get(Reason.UNEXAMINED, 0),
        unidentified=counted.open_by_reason.get(Reason.UNIDENTIFIABLE, 0),
        can_run=Stage(measure.stage) in EXAMINED_AT,
        values=values or {},
    )


def _line_page(
    request: Request,
    officer: Officer,
    number: int,
    line_id: UUID,
    *,
    values: Mapping[str, str] | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    services, values = services_of(request), values or {}
    with services.begin() as uow:
        measure, petition = opened(uow, officer, number)
        seen = examined.line(uow.session, services.vault, petition, line_id, by=officer)
        found = examined.candidates(
            uow.session,
            services.vault,
            petition,
            seen,
            by=officer,
            name=values.get("name"),
            birth_date=values.get("birth_date"),
        )
        people = names_of(uow.session, [one.decided_by for one in seen.history])
    title = words_of(request)("desk.examine.line", number=seen.number)
    return desk_page(
        request,
        "desk/line.html",
        officer,
        status=status,
        errors=errors,
        trail=trail_of(request, number, (title, "")),
        measure=measure,
        seen=seen,
        candidates=found,
        people=people,
        reasons=list(_reasons(request, measure, CHOOSABLE)),
        values=values,
    )


def _reasons(
    request: Request, measure: Measure, reasons: Sequence[Reason]
) -> Iterator[tuple[str, str]]:
    """Each reason with the article that it rests on."""
    words = words_of(request)
    for reason in reasons:
        article = words(f"signatures.article.{measure.instrument}.{reason.ground}")
        yield reason.value, f"{words(f'signatures.reason.{reason.value}')} ({article})"
