"""How an officer comes to the desk: setting the account up, signing in, a fresh code."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final

import segno
from fastapi import APIRouter, Request
from fastapi import Form as Typed
from starlette.responses import Response

from referendum.doors import sessions
from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.problems import problem_of, with_retry
from referendum.doors.sessions import Visitor
from referendum.identity import entering
from referendum.identity.entering import Offer
from referendum.identity.errors import PasswordTooWeak, Refused, SealNotConfirmed, SecondFactorWrong
from referendum.web.desk.confirming import by_code
from referendum.web.desk.form import Context, Desk, Errors, Form, Page, Went
from referendum.web.fields import Given
from referendum.web.navigation import STAFF_AREA, way_back
from referendum.web.pages import go, page
from referendum.web.sent import text

router = APIRouter(prefix="/desk")

ISSUER: Final = "Referendum"
Text = Annotated[str, Typed()]


@router.get("/set-up/{token}")
def open_set_up(request: Request, token: str, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """The one-time link: a new authenticator secret at each look."""
    services = services_of(request)
    with services.begin() as uow:
        offer = entering.offer_set_up(uow, services.vault, token, issuer=ISSUER)
    return _set_up_page(request, token, offer)


@router.post("/set-up/{token}")
def finish_set_up(
    request: Request,
    token: str,
    caller: Visitor,  # noqa: ARG001  # the door
    password: Text = "",
    again: Text = "",
    code: Text = "",
    closed: Text = "",
) -> Response:
    """Password and first code; the spare codes are shown now and never again."""
    words, services = words_of(request), services_of(request)
    with services.begin() as uow:
        offer = entering.offered(uow.session, services.vault, token, issuer=ISSUER)
    if password != again:
        return _set_up_page(request, token, offer, errors={"again": words("desk.set-up.differs")})
    try:
        with services.begin() as uow:
            spares = entering.set_up(
                uow, services.vault, token, password=password, code=code, closed=closed == "yes"
            )
    except PasswordTooWeak as weak:
        errors = {"password": words(f"identity.password.{weak.facts['reason']}", **weak.facts)}
    except (SecondFactorWrong, SealNotConfirmed) as wrong:
        errors = {str(wrong.field): problem_of(wrong).title(words)}
    else:
        return page(request, "desk/spares.html", spares=spares)
    return _set_up_page(request, token, offer, errors=errors)


def _set_up_page(
    request: Request, token: str, offer: Offer, *, errors: Errors | None = None
) -> Response:
    return page(
        request,
        "desk/set-up.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        token=token,
        username=offer.username,
        secret=offer.secret,
        printed=offer.printed,
        code_picture=segno.make(offer.uri, error="m").svg_data_uri(border=3, scale=5),
        errors=errors or {},
    )


@router.get("/sign-in")
def ask_sign_in(request: Request, caller: Visitor, next: str = "") -> Response:  # noqa: A002  # the address says so
    """Name, password and code, in one form."""
    if caller.is_officer:
        return go(request, way_back(next, otherwise=STAFF_AREA))
    return sign_in_page(request, {"back": next, "username": "", "errors": {}})


@router.post("/sign-in")
def sign_in(
    request: Request,
    caller: Visitor,
    username: Text = "",
    password: Text = "",
    code: Text = "",
    back: Text = "",
) -> Response:
    """Whatever was wrong, the answer is the same; a pause says how long it lasts."""
    services = services_of(request)
    with services.begin() as uow:
        outcome = entering.sign_in(
            uow,
            services.vault,
            username=username,
            password=password,
            code=code,
            whence=sessions.whence(request, caller),
        )
    if isinstance(outcome, Refused):
        problem = problem_of(outcome.because)
        errors = {"username": problem.title(words_of(request))}
        shown: dict[str, Any] = {"back": back, "username": username, "errors": errors}
        refused = sign_in_page(request, shown, status=problem.status.value)
        return with_retry(refused, problem)
    response = go(request, way_back(back, otherwise=STAFF_AREA), flash="desk.flash.signed-in")
    sessions.remember_officer(request, response, outcome.token, username)
    return response


def sign_in_page(
    request: Request, shown: Mapping[str, Any], *, status: int = HTTPStatus.OK
) -> Response:
    """Name, password and code; and the offices that have a directory of their own."""
    offices = [one.value for one in services_of(request).settings.directories]
    return page(request, "desk/sign-in.html", status=status, directories=offices, **shown)


def _whence(desk: Desk, next: str = "") -> str:  # noqa: A002  # the address says so
    """Where a confirmed officer goes on."""
    return next if desk.sent is None else text(desk.sent, "back")


def _back(_desk: Desk, back: str) -> Context:
    return {"back": back, "trail": []}


def _confirmed(_desk: Desk, back: str, _given: Given) -> Went:
    """Good for five minutes."""
    return Went(way_back(back, otherwise=STAFF_AREA), "desk.flash.confirmed")


CONFIRMING: Final = Form(
    Page("/desk/confirm", "confirm", "desk.confirm.title", _whence, _back),
    _confirmed,
    confirm=by_code,
    usual="code",
)
