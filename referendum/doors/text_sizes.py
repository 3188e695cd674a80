"""How large a visitor wants to read: one of three sizes, kept without an account or a script."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import Response

from referendum.doors.languages import READ, YEAR


class TextSize(StrEnum):
    """As the stylesheet names them; a browser's own zoom comes on top of each."""

    USUAL = "usual"
    LARGE = "large"
    LARGER = "larger"


PARAMETER: Final = "text"
COOKIE: Final = "text"
KNOWN: Final = frozenset(one.value for one in TextSize)


def size_of(request: Request) -> TextSize:
    """`?text=`, then the cookie, then as everybody reads it."""
    return chosen(request.query_params.get(PARAMETER), request.cookies.get(COOKIE))


def chosen(asked: str | None, kept: str | None) -> TextSize:
    """The same of the two things that say it."""
    return next((TextSize(one) for one in (asked, kept) if one in KNOWN), TextSize.USUAL)


def switched(request: Request, size: TextSize) -> str:
    """The address of this same page in another size."""
    return f"{request.url.path}?{_asked_in(size, request.url.query)}"


def remember_choice(request: Request, response: Response, *, secure: bool) -> None:
    """Keep what was chosen by `?text=`, so that the links of the page need not carry it."""
    choice = request.query_params.get(PARAMETER)
    if choice in KNOWN and choice != request.cookies.get(COOKIE):
        response.set_cookie(COOKIE, choice, max_age=YEAR, secure=secure, samesite="lax")


@lru_cache(READ)
def _asked_in(size: TextSize, query: str) -> str:
    given = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in given if name != PARAMETER]
    return urlencode([*kept, (PARAMETER, size.value)])
