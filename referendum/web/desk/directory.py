"""Sign-in by an office's own directory: there, back, the code; and how an account is linked."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from fastapi import Form as Typed
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors import sessions
from referendum.doors.cookies import services_of
from referendum.doors.errors import ForeignForm
from referendum.doors.languages import words_of
from referendum.doors.problems import problem_of, with_retry
from referendum.doors.sessions import Caller, Visitor
from referendum.identity import directories, linking
from referendum.identity.directories import Directory
from referendum.identity.directory_errors import DirectoryAnswerRefused, DirectoryNotSet
from referendum.identity.errors import NotSignedIn, Refused
from referendum.identity.linking import Errand, Marks, Visit
from referendum.identity.timing import machine_now
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, Officer
from referendum.web.desk.confirming import by_password_and_code
from referendum.web.desk.entering import sign_in_page
from referendum.web.desk.form import WHOLE, Context, Desk, Form, Page, Shown, every_officer
from referendum.web.fields import Given
from referendum.web.navigation import STAFF_AREA
from referendum.web.pages import go, page

router = APIRouter(prefix="/desk/directory")

Text = Annotated[str, Typed()]


@router.post("/visits")
def set_out(request: Request, caller: Visitor, authority: Text = "") -> Response:
    """A page with the way there: a form of ours may lead nowhere else."""
    services = services_of(request)
    if caller.browser is None:
        raise ForeignForm
    try:
        office = Authority(authority)
        directory, way = _asked(request, office)
        with services.begin() as uow:
            visit = linking.begin(uow, services.vault, office, browser=caller.browser)
        return page(request, "desk/directory-go.html", way=_way(request, directory, way, visit))
    except ValueError:
        return _refused(request, DirectoryNotSet())
    except DomainError as refused:
        return _refused(request, refused)


@router.get("/return")
def come_back(
    request: Request, caller: Visitor, state: str = "", code: str = "", iss: str = ""
) -> Response:
    """Once, in the browser that went: what the directory says is checked, and then asked on."""
    services = services_of(request)
    if not state:
        return sign_in_page(request, {"back": "", "username": "", "errors": {}})
    try:
        with services.begin() as uow:
            visit = linking.back(uow, services.vault, state, browser=_marks(caller))
        directory, subject = _recognised(request, visit, code, iss)
        with services.begin() as uow:
            if visit.errand is Errand.SIGN_IN:
                linking.recognise(uow, services.vault, visit, directory.issuer, subject)
            elif caller.session is None:
                raise NotSignedIn
            else:
                linking.link(
                    uow, services.vault, visit, directory.issuer, subject, view=caller.session
                )
    except DomainError as refused:
        if caller.is_officer:
            raise
        return _refused(request, refused)
    if visit.errand is Errand.LINK:
        return go(request, DIRECTORY.path, flash="directory.flash.linked")
    return page(request, "desk/directory-code.html", state=state, errors={})


@router.post("/code")
def give_code(request: Request, caller: Visitor, state: Text = "", code: Text = "") -> Response:
    """The authenticator's code, without which no directory lets anybody in."""
    services = services_of(request)
    try:
        with services.begin() as uow:
            outcome, username = linking.sign_in(
                uow,
                services.vault,
                state,
                browser=_marks(caller),
                code=code,
                whence=sessions.whence(request, caller),
            )
    except DomainError as refused:
        return _refused(request, refused)
    if isinstance(outcome, Refused):
        problem = problem_of(outcome.because)
        again: dict[str, Any] = {
            "state": state,
            "errors": {"code": problem.title(words_of(request))},
        }
        shown = page(request, "desk/directory-code.html", status=problem.status.value, **again)
        return with_retry(shown, problem)
    response = go(request, STAFF_AREA, flash="desk.flash.signed-in")
    sessions.remember_officer(request, response, outcome.token, username)
    return response


def _asked(request: Request, authority: Authority) -> tuple[Directory, directories.Stated]:
    directory = services_of(request).settings.directories.get(authority)
    if directory is None:
        raise DirectoryNotSet
    return directory, directories.stated(directory)


def _way(request: Request, directory: Directory, way: directories.Stated, visit: Visit) -> str:
    return directories.address(
        directory,
        way,
        back=services_of(request).addresses.directory_return(),
        state=visit.state,
        nonce=visit.nonce,
        verifier=visit.verifier,
    )


def _recognised(request: Request, visit: Visit, code: str, iss: str) -> tuple[Directory, str]:
    """What the directory says, asked while no connection of the database is held."""
    services = services_of(request)
    directory, way = _asked(request, visit.authority)
    if not code:
        raise DirectoryAnswerRefused(reason="denied")
    if iss and iss != directory.issuer:
        raise DirectoryAnswerRefused(reason="issuer")
    with services.look() as uow:
        now = int(machine_now(uow.session).timestamp())
    subject = directories.subject(
        directory,
        way,
        back=services.addresses.directory_return(),
        code=code,
        nonce=visit.nonce,
        verifier=visit.verifier,
        now=now,
    )
    return directory, subject


def _marks(caller: Caller) -> Marks:
    own = caller.session.id_hash if caller.session else None
    return frozenset(mark for mark in (caller.browser, own) if mark is not None)


def _refused(request: Request, why: DomainError) -> Response:
    """The page of sign-in again, with what is missing: password and code work all the same."""
    problem = problem_of(why)
    errors = {WHOLE: problem.title(words_of(request))}
    shown = {"back": "", "username": "", "errors": errors}
    return with_retry(sign_in_page(request, shown, status=problem.status.value), problem)


def _own(desk: Desk, _nothing: None) -> Context:
    return {
        "linked": linking.linked(desk.session, desk.officer.id),
        "there": desk.officer.authority in desk.services.settings.directories,
    }


def _by_both(request: Request, caller: Caller, sent: FormData) -> Officer:
    """Password and code, and then the directory: asked before the page's transaction begins."""
    officer = by_password_and_code(request, caller, sent)
    request.state.directory = _asked(request, officer.authority)
    return officer


def _link(desk: Desk, _nothing: None, _given: Given) -> Shown:
    """Signed in with password and code, both given just now: the way there is shown."""
    caller = sessions.caller_of(desk.request)
    if caller is None or caller.session is None:
        raise NotSignedIn
    authority = desk.officer.authority
    directory, way = desk.request.state.directory
    visit = linking.begin(
        desk.uow,
        desk.vault,
        authority,
        browser=caller.session.id_hash,
        view=replace(caller.session, fresh=True),
    )
    return Shown(GOING, {"way": _way(desk.request, directory, way, visit)})


DIRECTORY: Final = Page("/desk/directory", "directory", "directory.title", every_officer, _own)
GOING: Final = DIRECTORY.below("", "directory-go", "directory.go-title", every_officer)
"""The answer alone to whoever makes a link."""
LINKING: Final = Form(DIRECTORY, _link, {}, confirm=_by_both)
