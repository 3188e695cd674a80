"""The desk's pages of both sides' texts and of the lot that puts the options in order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.kernel.draw import Source
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting
from referendum.lifecycle.acting import Document
from referendum.lifecycle.advisory import arguing, drawing
from referendum.lifecycle.advisory.arguing import OptionUnknown, Point
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.errors import DocumentNeeded, ParticularMissing
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import Measure
from referendum.web.advising import checks
from referendum.web.desk.acts import names_of, on_desk
from referendum.web.desk.asking import (
    Errors,
    Sent,
    choice,
    crumb,
    day_of,
    desk_page,
    text,
    told,
    typed,
)
from referendum.web.pages import go
from thresholds.vocabulary import DeadlineName

router = APIRouter(prefix="/desk/measures/{number}")


@router.get("/arguments")
def show(request: Request, number: int, officer: Staff) -> Response:
    """Every side's space as it stands, and by when."""
    with services_of(request).begin() as uow:
        measure = _advisory(uow, officer, number)
        due = deadlines.kept(uow.session, measure.id, DeadlineName.ARGUMENTS_END)
        context: dict[str, Any] = {
            "measure": measure,
            "due": due,
            "closed": due is None or due.at <= uow.now() or measure.stage != "called",
            "spaces": arguing.spaces(uow.session, measure),
        }
    title = words_of(request)("argument.desk.title")
    trail = [crumb(request, number), (title, "")]
    return desk_page(
        request, "desk/arguments.html", officer, trail=trail, limits=_limits(), **context
    )


@router.get("/arguments/{option}")
def write(request: Request, number: int, option: str, officer: Staff) -> Response:
    """One side's text in its form."""
    return _form(request, officer, number, option)


@router.post("/arguments/{option}")
def keep(request: Request, number: int, option: str, officer: Staff, form: Sent) -> Response:
    """Keep a new version, or say at its field why not."""
    try:
        with services_of(request).begin() as uow:
            measure = _advisory(uow, officer, number)
            arguing.enter(
                uow,
                measure.id,
                option=option,
                said_by=text(form, "said_by"),
                points=_points(form),
                document=_document(form),
                by=officer,
            )
    except DomainError as refused:
        errors, status = told(request, refused)
        return _form(
            request, officer, number, option, values=typed(form), errors=errors, status=status
        )
    return go(request, f"/desk/measures/{number}/arguments", flash="argument.flash.kept")


@router.get("/draw")
def show_draw(request: Request, number: int, officer: Staff) -> Response:
    """What was named beforehand, what was read, and the form for what comes next."""
    return _draw_page(request, officer, number)


@router.post("/draw")
def commit(request: Request, number: int, officer: Staff, form: Sent) -> Response:
    """Name the future draw, once."""
    try:
        with services_of(request).begin() as uow:
            measure = _advisory(uow, officer, number)
            _insist_on(form, "kind", "name", "draw_number")
            drawing.commit(
                uow,
                measure.id,
                kind=choice(Source, text(form, "kind")),
                name=text(form, "name"),
                number=text(form, "draw_number"),
                day=_day(form),
                by=officer,
            )
    except DomainError as refused:
        return _draw_refused(request, officer, number, form, refused)
    return go(request, f"/desk/measures/{number}/draw", flash="lot.flash.committed")


@router.post("/draw/values")
def enter_value(request: Request, number: int, officer: Staff, form: Sent) -> Response:
    """Enter the published value; the second officer's draws the order."""
    try:
        with services_of(request).begin() as uow:
            measure = _advisory(uow, officer, number)
            _insist_on(form, "value", "published_in")
            found = drawing.enter_value(
                uow,
                measure.id,
                value=text(form, "value"),
                published_in=text(form, "published_in"),
                by=officer,
            )
    except DomainError as refused:
        return _draw_refused(request, officer, number, form, refused)
    flash = "lot.flash.drawn" if found.drawn else "lot.flash.entered"
    return go(request, f"/desk/measures/{number}/draw", flash=flash)


def _advisory(uow: UnitOfWork, officer: Officer, number: int) -> Measure:
    """The measure, for a clerk of the office whose vote it is."""
    measure = on_desk(uow.session, officer, number)
    drawing.insist_on_office(uow.session, measure, officer, act="enter_argument")
    return measure


def _limits() -> dict[str, int]:
    return {
        "points": arguing.POINTS,
        "characters": arguing.CHARACTERS,
        "characters_en": arguing.CHARACTERS_EN,
        "name": arguing.NAME,
    }


def _points(form: FormData) -> list[Point]:
    rows = range(1, arguing.POINTS + 1)
    return [Point(text(form, f"point_{row}_ko"), text(form, f"point_{row}_en")) for row in rows]


def _document(form: FormData) -> Document:
    number, day = text(form, "document_number"), day_of(text(form, "document_day"))
    if not number or day is None:
        raise DocumentNeeded(act="enter_argument", authority="officer")
    return Document(number, day)


def _insist_on(form: FormData, *fields: str) -> None:
    for field in fields:
        if not text(form, field):
            raise ParticularMissing(field=field)


def _day(form: FormData) -> date:
    day = day_of(text(form, "day"))
    if day is None:
        raise ParticularMissing(field="day")
    return day


def _form(
    request: Request,
    officer: Officer,
    number: int,
    option: str,
    *,
    values: Mapping[str, str] | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    words = words_of(request)
    with services_of(request).begin() as uow:
        measure = _advisory(uow, officer, number)
        found = {one.option["key"]: one for one in arguing.spaces(uow.session, measure)}
        if option not in found:
            raise OptionUnknown(option=option)
        due = deadlines.kept(uow.session, measure.id, DeadlineName.ARGUMENTS_END)
    space = found[option]
    name = space.option["ko"] if words.language == "ko" else space.option["en"] or option
    trail = [
        crumb(request, number),
        (words("argument.desk.title"), f"/desk/measures/{number}/arguments"),
        (name, ""),
    ]
    return desk_page(
        request,
        "desk/argument.html",
        officer,
        status=status,
        errors=errors,
        trail=trail,
        measure=measure,
        space=space,
        due=due,
        limits=_limits(),
        values=values if values is not None else _values(space),
    )


def _values(space: arguing.Space) -> dict[str, str]:
    """The text as it stands, to be changed."""
    row = space.argument
    if row is None:
        return {}
    values = {
        "said_by": row.said_by,
        "document_number": row.document_number,
        "document_day": row.document_date.isoformat(),
    }
    for at, point in enumerate(row.points, 1):
        values |= {f"point_{at}_ko": point["ko"], f"point_{at}_en": point["en"]}
    return values


def _draw_refused(
    request: Request, officer: Officer, number: int, form: FormData, refused: DomainError
) -> Response:
    field = {"draw-day-not-allowed": "day", "draw-value-unlike-source": "value"}
    errors, status = told(request, refused, field=field.get(refused.code, "form"))
    return _draw_page(request, officer, number, values=typed(form), errors=errors, status=status)


def _draw_page(
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
        measure = _advisory(uow, officer, number)
        if not acting.times_taken(uow.session, measure.id, Act.CALL):
            raise drawing.DrawNotCommitted
        lot = drawing.lot(uow.session, measure)
        first, last = drawing.days_allowed(uow, measure)
        context: dict[str, Any] = {
            "measure": measure,
            "lot": lot,
            "checks": checks(lot, measure),
            "first": first,
            "last": last,
            "open": measure.stage == "called",
            "held": lot.committed is not None and lot.committed.day < first,
            "mine": [one for one in lot.values if one.entered_by == officer.mark],
            "people": names_of(uow.session, [one.entered_by for one in lot.values]),
        }
    return desk_page(
        request,
        "desk/draw.html",
        officer,
        status=status,
        errors=errors,
        trail=[crumb(request, number), (words("lot.title"), "")],
        kinds=[(one.value, words(f"lot.kind.{one.value}"), words(f"lot.kind-note.{one.value}"))
               for one in Source],
        values=values or {},
        **context,
    )  # fmt: skip
