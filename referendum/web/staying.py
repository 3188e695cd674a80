"""Staying signed in for longer, and signing out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from referendum.doors import cookies, sessions
from referendum.doors.sessions import Visitor
from referendum.identity import sessions as identity_sessions
from referendum.identity.errors import NotSignedIn
from referendum.web.navigation import way_back
from referendum.web.pages import go

router = APIRouter(prefix="/session")


@router.post("/extension")
def extend(request: Request, caller: Visitor, back: Annotated[str, Form()] = "/") -> Response:
    """More time, as WCAG 2.2 success criterion 2.2.1 asks."""
    if caller.session is None:
        raise NotSignedIn
    with cookies.services_of(request).begin() as uow:
        identity_sessions.extend(uow, caller.session)
    return go(request, way_back(back), flash="web.flash.extended")


@router.post("/end")
def sign_out(request: Request, caller: Visitor) -> Response:
    """End the session here and in the database. Without one there is nothing to end."""
    if caller.session is not None:
        with cookies.services_of(request).begin() as uow:
            identity_sessions.revoke(uow.session, caller.session)
    response = go(request, "/", flash="web.flash.signed-out")
    sessions.forget(request, response)
    return response
