"""The desk's page of the mayor's answer, and of what is added to it later."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import stages
from referendum.lifecycle.acting import Document
from referendum.lifecycle.advisory import answering, drawing, undertaking
from referendum.lifecycle.advisory.answering import Decision, Reply
from referendum.lifecycle.errors import ParticularMissing
from referendum.lifecycle.stages import ActNotAllowed
from referendum.lifecycle.tables import Measure
from referendum.web.desk.acts import on_desk
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

router = APIRouter(prefix="/desk/measures/{number}/answer")


@router.get("")
def ask(request: Request, number: int, officer: Staff) -> Response:
    """The answer's form; once it is given, the form of an addition."""
    return _page(request, officer, number)


@router.post("")
def keep(request: Request, number: int, officer: Staff, form: Sent) -> Response:
    """Give the answer, or add to the one that was given."""
    try:
        with services_of(request).begin() as uow:
            measure = _answerable(uow, officer, number)
            if answering.given(uow.session, measure.id):
                answering.add(uow, measure.id, reply=_reply(form), by=officer)
                flash = "answer.flash.added"
            else:
                decision = text(form, "decision")
                if not decision:
                    raise ParticularMissing(field="decision")
                answering.answer(
                    uow,
                    measure.id,
                    decision=choice(Decision, decision),
                    reply=_reply(form),
                    by=officer,
                )
                flash = "answer.flash.given"
    except DomainError as refused:
        errors, status = told(request, refused)
        return _page(request, officer, number, values=typed(form), errors=errors, status=status)
    return go(request, f"/desk/measures/{number}/answer", flash=flash)


def _reply(form: FormData) -> Reply:
    number, day = text(form, "document_number"), day_of(text(form, "document_day"))
    return Reply(
        reasons_ko=text(form, "reasons_ko"),
        reasons_en=text(form, "reasons_en"),
        answered_by=text(form, "answered_by"),
        office=text(form, "office"),
        document=Document(number, day) if number and day else None,
    )


def _answerable(uow: UnitOfWork, officer: Officer, number: int) -> Measure:
    measure = on_desk(uow.session, officer, number)
    drawing.insist_on_office(uow.session, measure, officer, act=stages.Act.ANSWER.value)
    if answering.owed(uow.session, measure, uow.now()) is None:
        raise ActNotAllowed(stage=measure.stage, act=stages.Act.ANSWER.value, possible=[])
    return measure


def _page(
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
        measure = _answerable(uow, officer, number)
        owed = answering.owed(uow.session, measure, uow.now())
        reached = undertaking.public(uow.session, measure)
    return desk_page(
        request,
        "desk/answer.html",
        officer,
        status=status,
        errors=errors,
        trail=[crumb(request, number), (words("answer.title"), "")],
        measure=measure,
        owed=owed,
        reached=reached,
        decisions=[
            (one.value, words(f"answer.decision.{one.value}"), words(f"answer.means.{one.value}"))
            for one in Decision
        ],
        longest=answering.LONGEST,
        values=values or {},
    )
