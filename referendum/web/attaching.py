"""Attachments of a draft, for whoever writes it: brought, told of, put in order, taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.problems import problem_of
from referendum.doors.sessions import Signer
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Resident
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import drafting, versions
from referendum.lifecycle.attachments import attaching
from referendum.lifecycle.attachments.attaching import LIMITS, MOST, Attached, Telling
from referendum.lifecycle.attachments.errors import AttachmentNotFound
from referendum.lifecycle.attachments.imaging import FIELD, MEGABYTE
from referendum.lifecycle.attachments.imaging import MOST as FILE_MOST
from referendum.lifecycle.errors import NotADraft
from referendum.lifecycle.joint_tables import DraftVersion
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from referendum.web.attachments import At, answer, preview
from referendum.web.drafting import cleaned
from referendum.web.measures import Number
from referendum.web.pages import go, page
from referendum.web.sent import Sent, file
from referendum.web.workspace import own

router = APIRouter(prefix="/workspace/{number}/attachments")

TOLD: Final = ("title_ko", "title_en", "description_ko", "description_en")
"""The fields of the form, as they follow each other on the page, after the file."""
Act = Callable[[UnitOfWork, Measure], Measure]


@router.get("")
def show(request: Request, number: Number, resident: Signer) -> Response:
    """What is attached, and a form for one more."""
    return _page(request, number, resident)


@router.post("")
def add(request: Request, number: Number, resident: Signer, form: Sent) -> Response:
    """Put a file last; what is wrong with it is said beside its field, and nothing is kept."""
    telling, brought = _telling(form), file(form)
    if not brought:
        missing = {FIELD: words_of(request)("attachments.error.file")}
        return _page(request, number, resident, errors=missing, values=_values(form))

    def run(uow: UnitOfWork, measure: Measure) -> Measure:
        return attaching.add(uow, measure.id, content=brought, telling=telling, by=resident)

    return _done(request, number, resident, run, form=form, flash="attachments.flash.added")


@router.post("/undo")
def undo(
    request: Request, number: Number, resident: Signer, version: Annotated[int, Form(ge=1)]
) -> Response:
    """Have the attachments back as they were before the last change of the draft."""

    def run(uow: UnitOfWork, measure: Measure) -> Measure:
        return drafting.restore(uow, measure.id, number=version, by=resident)

    return _done(request, number, resident, run, flash="attachments.flash.undone")


@router.get("/{at}")
def ask(request: Request, number: Number, at: At, resident: Signer) -> Response:
    """One of them, with what is said of it."""
    return _one(request, number, at, resident)


@router.post("/{at}")
def tell(request: Request, number: Number, at: At, resident: Signer, form: Sent) -> Response:
    """Say something else of it."""
    telling = _telling(form)

    def run(uow: UnitOfWork, measure: Measure) -> Measure:
        return attaching.tell(uow, measure.id, at, telling=telling, by=resident)

    return _done(request, number, resident, run, form=form, at=at, flash="attachments.flash.told")


@router.post("/{at}/up")
def move_up(request: Request, number: Number, at: At, resident: Signer) -> Response:
    """Put it before the one that stands before it."""

    def run(uow: UnitOfWork, measure: Measure) -> Measure:
        return attaching.move_up(uow, measure.id, at, by=resident)

    return _done(request, number, resident, run, flash="attachments.flash.moved")


@router.post("/{at}/remove")
def remove(request: Request, number: Number, at: At, resident: Signer) -> Response:
    """Take it away; the page offers to undo that."""

    def run(uow: UnitOfWork, measure: Measure) -> Measure:
        return attaching.remove(uow, measure.id, at, by=resident)

    return _done(request, number, resident, run, flash="attachments.flash.removed")


@router.get("/{at}/file")
def content(request: Request, number: Number, at: At, resident: Signer) -> Response:
    """The file itself, for the draft's authors."""
    with services_of(request).begin() as uow:
        measure = _draft(uow, number, resident)
        one, kept = attaching.numbered(uow.session, measure, at)
        return answer(one, kept.content, public=False)


@router.get("/{at}/preview")
def small(request: Request, number: Number, at: At, resident: Signer) -> Response:
    """A picture made smaller, for the draft's authors."""
    with services_of(request).begin() as uow:
        measure = _draft(uow, number, resident)
        one, kept = attaching.numbered(uow.session, measure, at)
        return preview(one, kept.preview, public=False)


def _draft(uow: UnitOfWork, number: int, resident: Resident) -> Measure:
    measure = own(uow.session, resident, number)
    if measure.stage != Stage.DRAFT:
        raise NotADraft(stage=measure.stage)
    return measure


def _done(
    request: Request,
    number: int,
    resident: Resident,
    run: Act,
    *,
    flash: str,
    form: FormData | None = None,
    at: int | None = None,
) -> Response:
    """Carry it out and go back to the list; a refusal about a field is said beside it."""
    try:
        with services_of(request).begin() as uow:
            run(uow, _draft(uow, number, resident))
    except DomainError as refused:
        if refused.field is None or form is None:
            raise
        told = {refused.field: problem_of(refused).title(words_of(request))}
        values = _values(form)
        if at is None:
            return _page(request, number, resident, errors=told, values=values)
        return _one(request, number, at, resident, errors=told, values=values)
    return go(request, f"/workspace/{number}/attachments", flash=flash)


def _page(
    request: Request,
    number: int,
    resident: Resident,
    *,
    errors: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
) -> Response:
    with services_of(request).begin() as uow:
        measure = _draft(uow, number, resident)
        attached = attaching.of_measure(measure)
        kept = versions.of_draft(uow.session, measure.id)
    return page(
        request,
        "workspace/attachments.html",
        status=422 if errors else 200,
        measure=measure,
        attached=attached,
        before=taken_back(measure, kept),
        errors=errors or {},
        values=values or dict.fromkeys(TOLD, ""),
        **_limits(),
    )


def _one(
    request: Request,
    number: int,
    at: int,
    resident: Resident,
    *,
    errors: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
) -> Response:
    with services_of(request).begin() as uow:
        measure = _draft(uow, number, resident)
        attached = attaching.of_measure(measure)
    if at > len(attached):
        raise AttachmentNotFound(number=at)
    one = attached[at - 1]
    return page(
        request,
        "workspace/attachment.html",
        status=422 if errors else 200,
        measure=measure,
        one=one,
        errors=errors or {},
        values=values or _said_of(one),
        **_limits(),
    )


def taken_back(measure: Measure, kept: Sequence[DraftVersion]) -> int | None:
    """The version that the last change of the attachments can be undone to, if that came last."""
    last = next(iter(kept), None)
    if last is None or list(last.words.get("attachments") or ()) == measure.attachments:
        return None
    return last.number


def _said_of(one: Attached) -> dict[str, str]:
    return {name: getattr(one.telling, name) for name in TOLD}


def _limits() -> dict[str, Any]:
    return {"limits": LIMITS, "most": MOST, "megabytes": FILE_MOST // MEGABYTE}


def _values(form: FormData) -> dict[str, str]:
    return {name: cleaned(form.get(name)) for name in TOLD}


def _telling(form: FormData) -> Telling:
    return Telling(**_values(form))
