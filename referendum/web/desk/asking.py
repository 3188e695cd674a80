"""What an officer's form says, and what is wrong with it in words."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any, Final, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.errors import InputNotUsable
from referendum.doors.languages import words_of
from referendum.doors.problems import problem_of
from referendum.doors.sessions import Caller
from referendum.identity import entering, staff
from referendum.identity.errors import NotSignedIn, insist
from referendum.kernel.errors import DomainError, Fact, Refusal
from referendum.kernel.people import Officer
from referendum.lifecycle.acting import Document
from referendum.lifecycle.errors import DocumentNeeded
from referendum.web.pages import page

Kind = TypeVar("Kind", bound=StrEnum)
Errors = dict[str, str]
"""By the field that must be mended: what is wrong with it."""

ELSEWHERE: Final = frozenset({"role-missing", "not-your-act", "other-authority"})
"""Refusals that no entry in a form can mend: they get a page of their own."""

FIELDS: Final[Mapping[str, str]] = {
    "second-factor-wrong": "code",
    "sign-in-locked": "code",
    "document-needed": "document_number",
    "vote-day-not-allowed": "day",
    "correction-reason-needed": "reason",
    "reason-needed": "reason",
    "reason-too-long": "reason",
    "does-not-add-up": "papers",
    "decision-needs-note": "note",
    "total-absurd": "number",
    "not-on-the-list": "excluded",
}
"""Where the fault of a refusal lies, unless its facts name a field."""

FIGURE: Final = re.compile(r"(?P<minus>[-−]?)(?P<digits>[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})")


async def sent(request: Request) -> AsyncIterator[FormData]:
    """The whole form, for those whose fields depend on data; its files are gone afterwards."""
    form = await request.form()
    try:
        yield form
    finally:
        await form.close()


Sent = Annotated[FormData, Depends(sent)]


def text(form: FormData, name: str) -> str:
    """What was typed into a field; nothing where it is missing."""
    given = form.get(name)
    return given.strip() if isinstance(given, str) else ""


def file(form: FormData, name: str = "file") -> bytes:
    """The bytes of an uploaded file; none where no file was chosen."""
    given = form.get(name)
    return given.file.read() if isinstance(given, UploadFile) else b""


def typed(form: FormData) -> dict[str, str]:
    """All that was typed, to be shown again beside what is wrong with it."""
    return {name: given for name, given in form.items() if isinstance(given, str)}


def told(
    request: Request,
    error: DomainError,
    *,
    field: str = "form",
    in_words: Mapping[str, Fact] | None = None,
) -> tuple[Errors, int]:
    """A refusal at the field it is about, and the status it has; raised anew if not the form's.

    `in_words` are facts as people know them, in place of codes.
    """
    if error.code in ELSEWHERE or error.refusal in (Refusal.NOT_FOUND, Refusal.NOT_KNOWN):
        raise error
    problem = problem_of(error)
    named = error.facts.get("field")
    place = FIELDS.get(error.code) or (named if isinstance(named, str) else field)
    said = words_of(request)(f"problem.{error.code}", **{**error.facts, **(in_words or {})})
    return {place: said}, problem.status.value


def desk_page(
    request: Request,
    template: str,
    officer: Officer,
    *,
    status: int = HTTPStatus.OK,
    errors: Errors | None = None,
    **context: Any,
) -> Response:
    """A page of the desk: it knows whether a code was given again just now."""
    fresh = officer.fresh or getattr(request.state, "fresh", False)
    return page(
        request,
        template,
        status=status,
        officer=officer,
        fresh=fresh,
        errors=errors or {},
        **context,
    )


def freshly(request: Request, caller: Caller, code: str) -> Officer:
    """The officer, who gave a code just now or gives one in this form (committed at once)."""
    if caller.session is None:
        raise NotSignedIn
    services, view = services_of(request), caller.session
    if not view.fresh:
        with services.begin() as uow:
            outcome = entering.step_up(uow, services.vault, view, code)
        insist(outcome)
        view = replace(view, fresh=True)
    request.state.fresh = True
    with services.begin() as uow:
        return staff.officer(uow.session, view)


def day_of(text: str) -> date | None:
    """A day from a date field; None where it is empty or none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def moment_of(text: str, zone: ZoneInfo) -> datetime | None:
    """A moment from a field for local date and time; None where it is empty or none."""
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=zone)
    except ValueError:
        return None


def document_of(form: FormData, *, act: str) -> Document:
    """The paper that an act stands on; refused where its number or its day is missing."""
    number, day = text(form, "document_number"), day_of(text(form, "document_day"))
    if not number or day is None:
        raise DocumentNeeded(act=act, authority="officer")
    return Document(number, day)


def choice(kinds: type[Kind], given: str) -> Kind:
    """One of a closed set; anything else was not chosen from our page."""
    try:
        return kinds(given)
    except ValueError:
        raise InputNotUsable from None


def whole(text: str) -> int | None:
    """A whole number as people write it, with separators or without; None where it is none."""
    match = FIGURE.fullmatch(text.strip())
    if match is None:
        return None
    number = int(match["digits"].replace(",", ""))
    return -number if match["minus"] else number


def crumb(request: Request, number: int) -> tuple[str, str]:
    """The way back to a measure at the desk."""
    return words_of(request)("desk.measure.number", number=number), f"/desk/measures/{number}"
