"""Who is calling, and which door they came through. Every route names one of the doors."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, Final

from fastapi import Depends
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from referendum.doors import cookies
from referendum.identity import pausing, sessions, staff
from referendum.identity.errors import NotSignedIn
from referendum.identity.pausing import Whence
from referendum.identity.sessions import SPANS, SessionKind, SessionView
from referendum.kernel.people import Officer, Resident
from referendum.kernel.uow import Begin


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent this request."""

    address: str
    """The network address, for limits only: never stored or logged as it is."""
    browser: bytes | None = field(repr=False)
    """What binds a one-time code to this browser; None before any form was shown to it."""
    session: SessionView | None
    ended: bool
    """A session cookie came with the request, but no session: over, signed out or forged."""

    @property
    def seconds_left(self) -> int:
        """How long the session lasts if nothing more is done; 0 without one."""
        if self.session is None:
            return 0
        return int((self.session.ends_at - self.session.seen_at).total_seconds())

    @property
    def minutes_left(self) -> int:
        """The same as people say it: the last minute is one."""
        return (self.seconds_left + 59) // 60

    @property
    def is_resident(self) -> bool:
        return self.session is not None and self.session.kind is SessionKind.RESIDENT

    @property
    def is_officer(self) -> bool:
        return self.session is not None and self.session.kind is SessionKind.STAFF


async def anyone(request: Request) -> Caller:
    """The door that is open to all. Asks the database only where there is a session cookie."""
    if cookies.read(request, cookies.SESSION) is None:
        return meet(request)
    return await run_in_threadpool(meet, request)


async def is_officer(request: Request) -> bool:
    """Whether an officer sends this, before any of it is read."""
    return (await anyone(request)).is_officer


async def is_known(request: Request) -> bool:
    """Whether somebody sends this who has shown who they are, before any of it is read."""
    return (await anyone(request)).session is not None


def meet(request: Request) -> Caller:
    """Who sent this request, kept with it for whatever comes after."""
    token = cookies.read(request, cookies.SESSION)
    view = _find(cookies.services_of(request).begin, token) if token else None
    return _met(request, view, ended=token is not None and view is None)


def recognise(request: Request, view: SessionView) -> Caller:
    """The same where a step has found the session by itself."""
    return _met(request, view, ended=False)


@dataclass(frozen=True, slots=True)
class Passing:
    """Whoever sent this request, before anything is looked up."""

    address: str
    """The network address, for limits only: never stored or logged as it is."""
    browser: bytes | None = field(repr=False)
    """What binds a one-time code to this browser; None before any form was shown to it."""
    token: str | None = field(repr=False)
    """The session's cookie. Whether there is such a session the step itself finds out."""


async def passing(request: Request) -> Passing:
    """The door of the hot path, open to all, which asks the database nothing."""
    browser = cookies.read(request, cookies.BROWSER)
    return Passing(
        address=request.client.host if request.client else "unknown",
        browser=sessions.mark(browser) if browser else None,
        token=cookies.read(request, cookies.SESSION),
    )


async def signer(caller: Annotated[Caller, Depends(anyone)]) -> Resident:
    """The door for residents who have shown who they are."""
    if caller.session is None:
        raise NotSignedIn
    return caller.session.resident


def officer(request: Request, caller: Annotated[Caller, Depends(anyone)]) -> Officer:
    """The door for an authority's staff. Which role an act asks for, the act itself says."""
    if caller.session is None or not caller.is_officer:
        raise NotSignedIn
    with cookies.services_of(request).begin() as uow:
        return staff.officer(uow.session, caller.session)


Visitor = Annotated[Caller, Depends(anyone)]
Passer = Annotated[Passing, Depends(passing)]
Signer = Annotated[Resident, Depends(signer)]
Staff = Annotated[Officer, Depends(officer)]

DOORS: Final = frozenset({anyone, passing, signer, officer})
"""Each route depends on one of these; a test looks."""


def caller_of(request: Request) -> Caller | None:
    """The caller, once a door was passed: an error page may come before that."""
    caller: Caller | None = getattr(request.state, "caller", None)
    return caller


def resident_of(request: Request) -> Resident:
    """The resident whom the door has looked up; NotSignedIn where it is none."""
    caller = caller_of(request)
    if caller is None or caller.session is None:
        raise NotSignedIn
    return caller.session.resident


def remember(request: Request, response: Response, token: str) -> None:
    """Give the browser its session."""
    cookies.write(request, response, cookies.SESSION, token)


def whence(request: Request, caller: Caller) -> Whence:
    """Where a sign-in of an officer comes from."""
    return Whence(caller.address, cookies.read(request, cookies.DEVICE))


def remember_officer(request: Request, response: Response, token: str, username: str) -> None:
    """Give the browser its session, and what tells it from a stranger's the next time."""
    remember(request, response, token)
    before = cookies.read(request, cookies.DEVICE)
    device = pausing.device_of(cookies.services_of(request).vault, username, before)
    cookies.write(request, response, cookies.DEVICE, device, days=pausing.DEVICE_DAYS)


def forget(request: Request, response: Response) -> None:
    """Take the session's cookie away; revoking the session itself is identity's."""
    cookies.clear(request, response, cookies.SESSION)


def _met(request: Request, view: SessionView | None, *, ended: bool) -> Caller:
    browser = cookies.read(request, cookies.BROWSER)
    caller = request.state.caller = Caller(
        address=request.client.host if request.client else "unknown",
        browser=sessions.mark(browser) if browser else None,
        session=view,
        ended=ended,
    )
    return caller


def _find(begin: Begin, token: str) -> SessionView | None:
    with begin() as uow:
        view = sessions.find_session(uow.session, token)
        if view is not None and sessions.touch(uow.session, view):
            idle_until = min(view.seen_at + SPANS[view.kind].idle, view.expires_at)
            return replace(view, idle_until=idle_until)
        return view
