"""Sessions: opening one as a resident or an officer, who one is in it, and its end."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from referendum.api.callers import House
from referendum.api.challenges import DEAD, aim_of
from referendum.api.refusing import Route, possible
from referendum.api.repeating import Done, act, answered
from referendum.api.shapes import Asked, Id, Moment, Text, Told
from referendum.api.straight import Straight
from referendum.doors import csrf, sessions
from referendum.doors.sessions import Passer, Visitor
from referendum.identity import answering, entering, staff
from referendum.identity import errors as refusals
from referendum.identity import sessions as identity_sessions
from referendum.identity.errors import NotSignedIn, Refused, insist
from referendum.identity.sessions import SessionView
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork

router = APIRouter(tags=["identity"], route_class=Route)
first = APIRouter(tags=["identity"], route_class=Straight)


class CodeIn(Asked):
    challenge: Id
    code: Annotated[Text, Field(max_length=40)]


class PasswordIn(Asked):
    username: Annotated[Text, Field(max_length=100)]
    password: Annotated[Text, Field(max_length=1_000)]
    code: Annotated[Text, Field(max_length=40)]


class FreshCodeIn(Asked):
    code: Annotated[Text, Field(max_length=40)]


class OfficerOut(Told):
    """`deputising_for`: in whose stead they act now, with that one's roles.

    `way`: what they gave beside the authenticator's code, `password` or `directory`.
    """

    id: UUID
    authority: str
    deputising_for: UUID | None
    roles: list[str]
    fresh: bool
    way: str | None


class SessionOut(Told):
    """Who is calling. `csrf` goes into the X-CSRF-Token header of whatever changes something."""

    kind: str | None
    place: UUID | None
    assurance: str | None
    officer: OfficerOut | None
    ends_at: Moment | None
    ended: bool
    csrf: str


class FreshOut(Told):
    fresh_until: Moment


@first.post(
    "/sessions",
    status_code=201,
    response_model=SessionOut,
    responses=possible(
        *DEAD,
        refusals.CodeMalformed,
        refusals.CodeWrong,
        refusals.CodeTooSoon,
        refusals.PhoneLocked,
        refusals.NotRecognised,
        refusals.PhoneRests,
        refusals.PhoneStopped,
    ),
)
async def open_session(given: CodeIn, request: Request, house: House, passer: Passer) -> Any:
    """Sign in with the code. A wrong one is counted before it is refused.

    Idempotency keys do not apply: nothing that opens a session is kept.
    """
    token = identity_sessions.new_token()
    tried = answering.prepare(
        house.vault, given.challenge, given.code, aim=aim_of(passer), token=token
    )
    outcome = await house.crowd.answers.submit(tried)
    opened = answering.signed_in(outcome, token)
    response = answered(request, Done(_session(opened.view, None, opened.csrf)))
    sessions.remember(request, response, opened.token)
    return response


@router.post(
    "/staff/sessions",
    status_code=201,
    responses=possible(
        refusals.SignInRefused, refusals.SignInBusy, refusals.SignInLocked, refusals.NameClosed
    ),
)
def sign_in(
    given: PasswordIn,
    request: Request,
    response: Response,
    house: House,
    caller: Visitor,
) -> SessionOut:
    """Sign in as an officer. Whatever is wrong, the answer is the same, and it is counted.

    Idempotency keys do not apply: nothing that opens a session is kept.
    """
    with house.begin() as uow:
        outcome = entering.sign_in(
            uow,
            house.vault,
            username=given.username,
            password=given.password,
            code=given.code,
            whence=sessions.whence(request, caller),
        )
    opened = insist(outcome)
    with house.begin() as uow:
        officer = staff.officer(uow.session, opened.view)
    sessions.remember_officer(request, response, opened.token, given.username)
    return _session(opened.view, officer, opened.csrf)


@router.get("/session")
def show_session(request: Request, response: Response, house: House, caller: Visitor) -> SessionOut:
    """Who is calling, and the token for what they send. A visitor gets a browser's cookie."""
    token = csrf.token_for(request)
    csrf.settle(request, response)
    view = caller.session
    if view is None:
        return SessionOut(
            kind=None,
            place=None,
            assurance=None,
            officer=None,
            ends_at=None,
            ended=caller.ended,
            csrf=token,
        )
    officer = None
    if caller.is_officer:
        with house.look() as uow:
            officer = staff.officer(uow.session, view)
    return _session(view, officer, token)


@router.delete("/session", status_code=204, responses=possible(NotSignedIn))
def end_session(request: Request, response: Response, house: House, caller: Visitor) -> None:
    """Sign out."""
    with house.begin() as uow:
        identity_sessions.revoke(uow.session, _view(caller.session))
    sessions.forget(request, response)


@act(router, "/session/extensions", NotSignedIn, refusals.SessionNotExtendable)
def extend_session(uow: UnitOfWork, request: Request, caller: Visitor) -> SessionOut:
    """More time for a resident, up to ten times."""
    view = identity_sessions.extend(uow, _view(caller.session))
    return _session(view, None, csrf.token_for(request))


@act(
    router,
    "/session/confirmations",
    NotSignedIn,
    refusals.SecondFactorWrong,
    refusals.ConfirmationPaused,
)
def confirm(
    uow: UnitOfWork, given: FreshCodeIn, house: House, caller: Visitor
) -> FreshOut | Refused:
    """A new code of the authenticator, before certifying, importing or overriding."""
    outcome = entering.step_up(uow, house.vault, _view(caller.session), given.code)
    return outcome if isinstance(outcome, Refused) else FreshOut(fresh_until=outcome)


def _view(view: SessionView | None) -> SessionView:
    if view is None:
        raise NotSignedIn
    return view


def _person(mark: str | None) -> UUID | None:
    return UUID(mark.removeprefix("officer:")) if mark else None


def _session(view: SessionView, officer: Officer | None, token: str) -> SessionOut:
    return SessionOut(
        kind=view.kind.value,
        place=view.jurisdiction_id,
        assurance=view.assurance.value if view.assurance else None,
        officer=OfficerOut(
            id=officer.id,
            authority=officer.authority.value,
            deputising_for=_person(officer.deputising_for),
            roles=sorted(role.value for role in officer.roles),
            fresh=officer.fresh,
            way=view.way.value if view.way else None,
        )
        if officer
        else None,
        ends_at=view.ends_at,
        ended=False,
        csrf=token,
    )
