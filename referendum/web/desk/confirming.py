"""An officer shows again who they are, in the form in which it is asked for."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request
from starlette.datastructures import FormData

from referendum.doors.cookies import services_of
from referendum.doors.sessions import Caller
from referendum.identity import entering, staff
from referendum.identity.errors import NotSignedIn, insist
from referendum.identity.sessions import SessionView
from referendum.kernel.people import Officer
from referendum.web.sent import text


def by_code(request: Request, caller: Caller, sent: FormData) -> Officer:
    """The officer, who gave a code just now or gives one in this form (committed at once)."""
    if _session(caller).fresh:
        return _officer(request, caller)
    return _stepped_up(request, caller, text(sent, "code"))


def by_password_and_code(request: Request, caller: Caller, sent: FormData) -> Officer:
    """The officer, whose password and code are both given in this form, however fresh they are."""
    password = sent.get("password")
    given = password if isinstance(password, str) else ""
    return _stepped_up(request, caller, text(sent, "code"), password=given)


def _stepped_up(
    request: Request, caller: Caller, code: str, *, password: str | None = None
) -> Officer:
    services = services_of(request)
    with services.begin() as uow:
        outcome = entering.step_up(uow, services.vault, _session(caller), code, password=password)
    insist(outcome)
    request.state.fresh = True
    return replace(_officer(request, caller), fresh=True)


def _officer(request: Request, caller: Caller) -> Officer:
    with services_of(request).begin() as uow:
        return staff.officer(uow.session, _session(caller))


def _session(caller: Caller) -> SessionView:
    if caller.session is None:
        raise NotSignedIn
    return caller.session
