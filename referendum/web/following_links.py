"""The link in every letter: it confirms, changes the language, and stops, without signing in."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Visitor
from referendum.i18n.words import Language
from referendum.lifecycle import locating
from referendum.lifecycle.news import following
from referendum.lifecycle.news.errors import FollowingNotFound
from referendum.web import followed
from referendum.web.pages import go, page

router = APIRouter(prefix="/follow")

FORM: Final = Form()


@router.get("/{token}")
def show(request: Request, token: str, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """What it is of, with one button. Nothing is done by opening it: machines open links too."""
    services, words = services_of(request), words_of(request)
    shown: dict[str, Any] = {}
    with services.look() as uow:
        row = following.shown(uow.session, services.vault, token)
        if row is None:
            return page(request, "follow/stopped.html")
        shown["what"] = followed.called(uow.session, following.subject_of(row), words)
        if row.measure_id is not None:
            shown["number"] = locating.get(uow.session, row.measure_id).number
    template = "follow/own.html" if row.confirmed else "follow/confirm.html"
    return page(request, template, row=row, token=token, **shown)


@router.post("/{token}")
def confirm(request: Request, token: str, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """The mailbox's holder wants it."""
    services = services_of(request)
    try:
        with services.begin() as uow:
            row = following.confirm(uow, services.vault, token)
            kept = following.token_of(services.vault, row.id)
    except FollowingNotFound:
        return go(request, f"/follow/{token}")
    return go(request, f"/follow/{kept}")


@router.post("/{token}/language")
def speak(
    request: Request,
    token: str,
    caller: Visitor,  # noqa: ARG001  # the door
    language: Annotated[str, FORM] = "",
) -> Response:
    """From the next letter on in another language; what is none of ours changes nothing."""
    services = services_of(request)
    if language not in set(Language):
        return go(request, f"/follow/{token}")
    try:
        with services.begin() as uow:
            following.speak(uow, services.vault, token, language=language)
    except FollowingNotFound:
        return go(request, f"/follow/{token}")
    return go(request, f"/follow/{token}", flash="follow.flash.language")


@router.post("/{token}/stop")
def stop(request: Request, token: str, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """Nothing goes there any more, at once."""
    services = services_of(request)
    with services.begin() as uow:
        following.stop(uow, services.vault, token)
    return go(request, f"/follow/{token}")
