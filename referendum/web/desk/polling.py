"""The returns of a vote: entering, correcting and importing them, box by box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import Response

from ballots import batches, canvassing, days, returns, stations, versions
from ballots import reading as files
from ballots.errors import BoxNotFound, FigureNotWhole, ReturnsRefused
from ballots.stations import BoxView
from ballots.tables import CountReturn, Poll, TurnoutReturn
from ballots.versions import Versions
from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.i18n.words import Language
from referendum.kernel.errors import DomainError, Fact
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import counting, polling, reading
from referendum.lifecycle.advisory import drawing
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from referendum.web.desk.asking import Errors, crumb, told
from referendum.web.desk.measure import names_of
from referendum.web.desk.routing import desk_page
from referendum.web.pages import go
from referendum.web.sent import Sent, file, text, typed, whole

router = APIRouter(prefix="/desk/measures/{number}/polling")

SHOWN: Final = 100
"""How many faults of a file are listed: nobody reads further."""


class Kind(StrEnum):
    """The two returns of a box."""

    TURNOUT = "turnout"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Row:
    """One box with the latest of what is known of it."""

    box: BoxView
    turnout: TurnoutReturn | None
    count: CountReturn | None


@router.get("")
def show(request: Request, number: int, officer: Staff) -> Response:
    """Every box, what is missing, and what the gate says."""
    return _overview(request, officer, number)


@router.post("/{kind}/import")
def import_file(request: Request, number: int, kind: Kind, officer: Staff, form: Sent) -> Response:
    """Many first returns at once: all of them, or none and where the file is wrong."""
    try:
        with services_of(request).begin() as uow:
            measure = reading.numbered(uow.session, officer.jurisdiction, number)
            counting.insist_on_canvasser(uow.session, measure.id, officer)
            _take_in(uow, polling.poll_of(uow.session, measure), kind, file(form), officer)
    except ReturnsRefused as refused:
        faults = _faults(request, officer, number, refused)
        return _overview(request, officer, number, kind=kind, faults=faults, status=422)
    except DomainError as refused:
        errors, status = told(request, refused, field=f"file-{kind}")
        return _overview(request, officer, number, errors=errors, status=status)
    return go(request, f"/desk/measures/{number}/polling", flash="desk.flash.returns-kept")


@router.get("/boxes/{box_id}/{kind}")
def ask(request: Request, number: int, box_id: UUID, kind: Kind, officer: Staff) -> Response:
    """One return of one box: to be entered, or corrected with a reason."""
    return _form(request, officer, number, box_id, kind)


@router.post("/boxes/{box_id}/{kind}")
def keep(
    request: Request, number: int, box_id: UUID, kind: Kind, officer: Staff, form: Sent
) -> Response:
    """Keep it; refused figures stay in the form beside what is wrong with them."""
    try:
        with services_of(request).begin() as uow:
            measure = reading.numbered(uow.session, officer.jurisdiction, number)
            counting.insist_on_canvasser(uow.session, measure.id, officer)
            poll = polling.poll_of(uow.session, measure)
            box = _box(uow.session, poll, box_id)
            corrected = _keep(uow, poll, box, kind, form, officer)
    except DomainError as refused:
        errors, status = _told(request, officer, number, box_id, refused)
        return _form(
            request, officer, number, box_id, kind, values=typed(form), errors=errors, status=status
        )
    flash = "desk.flash.return-corrected" if corrected else "desk.flash.return-kept"
    return go(request, f"/desk/measures/{number}/polling#box-{box_id}", flash=flash)


def _keep(
    uow: UnitOfWork, poll: Poll, box: BoxView, kind: Kind, form: FormData, by: Officer
) -> bool:
    """The first return of a box, or another version of it; True where it was a correction."""
    reason = text(form, "reason") or None
    before = versions.of_box(uow.session, box.id)
    if kind is Kind.TURNOUT:
        turnout = {name: _figure(form, name, box) for name in ("issued", "cast")}
        if before.turnouts:
            returns.correct_turnout(uow, box.id, **turnout, reason=reason, by=by)
        else:
            returns.enter_turnout(uow, box.id, **turnout, reason=reason, by=by)
        return bool(before.turnouts)
    enter = returns.correct_count if before.counts else returns.enter_count
    enter(
        uow,
        box.id,
        papers=_figure(form, "papers", box),
        votes={option: _figure(form, f"votes-{option}", box) for option in poll.options},
        invalid=_figure(form, "invalid", box),
        reason=reason,
        by=by,
    )
    return bool(before.counts)


def _figure(form: FormData, name: str, box: BoxView) -> int | None:
    """A figure as typed: nothing is None and not zero; letters are refused at their field."""
    typed_in = text(form, name)
    number = whole(typed_in)
    if typed_in and number is None:
        raise FigureNotWhole(field=name.removeprefix("votes-"), station=box.label)
    return number


def _take_in(uow: UnitOfWork, poll: Poll, kind: Kind, data: bytes, by: Officer) -> None:
    boxes = stations.boxes_of(uow.session, poll.id)
    if kind is Kind.TURNOUT:
        batches.enter_turnouts(uow, poll.id, files.read_turnouts(data, boxes=boxes), by=by)
    else:
        rows = files.read_counts(data, boxes=boxes, options=poll.options)
        batches.enter_counts(uow, poll.id, rows, by=by)


def _overview(
    request: Request,
    officer: Officer,
    number: int,
    *,
    kind: Kind | None = None,
    faults: Sequence[tuple[int, str]] = (),
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    with services_of(request).begin() as uow:
        session = uow.session
        measure = reading.numbered(session, officer.jurisdiction, number)
        counting.insist_on_counting(session, measure, officer)
        poll = polling.poll_of(session, measure)
        closed = poll.closed_at is not None
        turnouts = versions.latest_turnouts(session, poll.id) if closed else {}
        counts = versions.latest_counts(session, poll.id) if closed else {}
        boxes = stations.boxes_of(session, poll.id)
        context = {
            "measure": measure,
            "poll": poll,
            "day": days.get_day(session, poll.polling_day_id),
            "rows": [Row(box, turnouts.get(box.id), counts.get(box.id)) for box in boxes],
            "canvass": canvassing.canvass(session, poll.id) if closed else None,
            "counting": Stage(measure.stage) is Stage.COUNTING,
            "labels": _labels(request, measure),
            "order": [option["key"] for option in drawing.options(session, measure)],
        }
    title = words_of(request)("desk.polling.title")
    trail = [crumb(request, number), (title, "")]
    return desk_page(
        request,
        "desk/polling.html",
        officer,
        status=status,
        errors=errors,
        trail=trail,
        refused_kind=kind,
        faults=faults[:SHOWN],
        **context,
    )


def _form(
    request: Request,
    officer: Officer,
    number: int,
    box_id: UUID,
    kind: Kind,
    *,
    values: Mapping[str, str] | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    words = words_of(request)
    with services_of(request).begin() as uow:
        session = uow.session
        measure = reading.numbered(session, officer.jurisdiction, number)
        counting.insist_on_counting(session, measure, officer)
        poll = polling.poll_of(session, measure)
        box = _box(session, poll, box_id)
        found = returns.versions(session, box_id)
        history = found.turnouts if kind is Kind.TURNOUT else found.counts
        people = names_of(session, [f"officer:{one.keyed_by}" for one in history])
        order = [option["key"] for option in drawing.options(session, measure)]
    base = f"/desk/measures/{number}"
    title = words("desk.polling.title")
    return desk_page(
        request,
        "desk/return.html",
        officer,
        status=status,
        errors=errors,
        trail=[
            crumb(request, number),
            (title, f"{base}/polling"),
            (_name(box, words.language), ""),
        ],
        measure=measure,
        poll=poll,
        order=order,
        box=box,
        box_name=_name(box, words.language),
        kind=kind.value,
        history=history,
        cast=found.turnouts[-1].cast if found.turnouts else None,
        people=people,
        labels=_labels(request, measure),
        values=values if values is not None else _latest(found, kind),
    )


def _latest(found: Versions, kind: Kind) -> dict[str, str]:
    """The figures that hold now, to begin a correction with."""
    if kind is Kind.TURNOUT and found.turnouts:
        turnout = found.turnouts[-1]
        return {"issued": str(turnout.issued), "cast": str(turnout.cast)}
    if kind is Kind.COUNT and found.counts:
        count = found.counts[-1]
        votes = {f"votes-{option}": str(number) for option, number in count.votes.items()}
        return {"papers": str(count.papers), "invalid": str(count.invalid), **votes}
    return {}


def _box(session: Session, poll: Poll, box_id: UUID) -> BoxView:
    found = stations.boxes_of(session, poll.id, box_id=box_id)
    if not found:
        raise BoxNotFound(box=str(box_id))
    return found[0]


def _name(box: BoxView, language: Language) -> str:
    return box.name_ko if language is Language.KO else box.name_en


def _labels(request: Request, measure: Measure) -> dict[str, str]:
    """What people call the figures: options by their words on the ballot."""
    words = words_of(request)
    names = ("electors", "issued", "cast", "papers", "invalid", "reason")
    language = words.language.value
    options = {one["key"]: one[language] or one["ko"] for one in measure.options}
    return options | {name: words(f"ballots.figure.{name}") for name in names}


def _told(
    request: Request, officer: Officer, number: int, box_id: UUID, refused: DomainError
) -> tuple[Errors, int]:
    """The refusal at its figure, with the station's and the figure's own names in it."""
    with services_of(request).begin() as uow:
        measure = reading.numbered(uow.session, officer.jurisdiction, number)
        poll = polling.poll_of(uow.session, measure)
        box = _box(uow.session, poll, box_id)
        labels, options = _labels(request, measure), set(poll.options)
    facts = _in_words(refused.facts, labels, {box.label: _name(box, words_of(request).language)})
    errors, status = told(request, refused, in_words=facts)
    return {f"votes-{name}" if name in options else name: said for name, said in errors.items()}, (
        status
    )


def _in_words(
    facts: Mapping[str, Fact], labels: Mapping[str, str], places: Mapping[str, str]
) -> dict[str, Fact]:
    """Codes of figures, options and stations by the names that people know."""
    found: dict[str, Fact] = {}
    for name, known in (
        ("field", labels),
        ("figure", labels),
        ("option", labels),
        ("station", places),
    ):
        given = facts.get(name)
        if isinstance(given, str):
            found[name] = known.get(given, given)
    return found


def _faults(
    request: Request, officer: Officer, number: int, refused: ReturnsRefused
) -> list[tuple[int, str]]:
    """Every fault of a file as its line and a sentence that names the place."""
    words = words_of(request)
    with services_of(request).begin() as uow:
        measure = reading.numbered(uow.session, officer.jurisdiction, number)
        poll = polling.poll_of(uow.session, measure)
        boxes = stations.boxes_of(uow.session, poll.id)
        labels = _labels(request, measure)
    places = {box.label: _name(box, words.language) for box in boxes}
    problems: Any = refused.facts["problems"]
    return [_fault(words, problem, labels, places) for problem in problems]


def _fault(
    words: Any, problem: Mapping[str, Any], labels: Mapping[str, str], places: Mapping[str, str]
) -> tuple[int, str]:
    facts = {**problem, **_in_words(problem, labels, places)}
    column = problem.get("column")
    said = words(f"problem.{problem['code']}", **facts)
    return problem["line"], f"{labels.get(column, column)}: {said}" if column else said
