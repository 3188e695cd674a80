"""Whether a form was sent from our own page: the sender's origin, and a token only we gave out.

The token derives from a cookie that no script can read: the session's, or before signing in the
browser's. So it is bound to that session and nothing has to be stored.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from referendum.doors import cookies
from referendum.doors.errors import ForeignForm
from referendum.doors.sessions import caller_of
from referendum.identity.sessions import csrf_matches, csrf_of, new_token

FIELD: Final = "csrf"
HEADER: Final = "X-CSRF-Token"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


async def checked(request: Request) -> None:
    """On every route of the pages: whatever changes something carries our token."""
    if request.method in SAFE:
        return
    _insist_on_own_origin(request)
    given: object = request.headers.get(HEADER)
    if not given:
        # A refusal may show again what was written: it must find what was read here.
        request.state.sent = form = await request.form()
        given = form.get(FIELD)
    _insist_on_token(request, given if isinstance(given, str) else "")


async def checked_with_session(request: Request) -> None:
    """On every route of the API: without our session's cookie there is nothing to abuse."""
    if request.method in SAFE or cookies.read(request, cookies.SESSION) is None:
        return
    _insist_on_own_origin(request)
    _insist_on_token(request, request.headers.get(HEADER, ""))


def token_for(request: Request) -> str:
    """The token for the forms of a page, making a cookie for this browser if it has none."""
    caller = caller_of(request)
    session = cookies.read(request, cookies.SESSION)
    if session is not None and caller is not None and caller.session is not None:
        return csrf_of(session)
    browser = cookies.read(request, cookies.BROWSER) or getattr(request.state, "browser", None)
    if browser is None:
        browser = request.state.browser = new_token()
    return csrf_of(browser)


def settle(request: Request, response: Response) -> None:
    """Send the browser's cookie along, where `token_for` had to make one."""
    if made := getattr(request.state, "browser", None):
        cookies.write(request, response, cookies.BROWSER, made)


def _insist_on_own_origin(request: Request) -> None:
    """Browsers say where a request comes from; where one says nothing, the token decides."""
    if site := request.headers.get("sec-fetch-site"):
        if site not in {"same-origin", "none"}:
            raise ForeignForm
        return
    if origin := request.headers.get("origin"):
        public = urlsplit(cookies.services_of(request).settings.public_url)
        own = {f"{request.url.scheme}://{request.url.netloc}", f"{public.scheme}://{public.netloc}"}
        if origin not in own:
            raise ForeignForm


def _insist_on_token(request: Request, given: str) -> None:
    secrets = (cookies.read(request, name) for name in (cookies.SESSION, cookies.BROWSER))
    if not any(csrf_matches(secret, given) for secret in secrets if secret):
        raise ForeignForm
