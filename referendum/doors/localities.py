"""The district that a browser remembers: what the first page and the list are narrowed by.

The cookie holds the public code of a district and nothing else. It names nobody, and two thousand
neighbours send the same one; so an answer that depends on it can still be shared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

PARAMETER: Final = "district"
COOKIE: Final = "district"
EVERYWHERE: Final = "all"
"""What is chosen to see every district again."""
YEAR: Final = 365 * 24 * 3600
CODE: Final = re.compile(r"[0-9A-Za-z-]{1,24}")
"""How a code looks: what looks otherwise is no district, and makes no answer of its own."""


def remembered(cookies: Mapping[str, str]) -> str:
    """The code that a browser sent; nothing where it sent none."""
    found = cookies.get(COOKIE, "")
    return found if CODE.fullmatch(found) else ""


def of(request: Request) -> str:
    """`?district=`, then the cookie, then none."""
    asked = request.query_params.get(PARAMETER)
    if asked is None:
        return remembered(request.cookies)
    return asked if CODE.fullmatch(asked) and asked != EVERYWHERE else ""


def remember_choice(request: Request, response: Response, *, known: bool, secure: bool) -> None:
    """Keep what was chosen by `?district=`; of no district of ours nothing is kept."""
    asked = request.query_params.get(PARAMETER)
    if asked == EVERYWHERE:
        response.delete_cookie(COOKIE, secure=secure, samesite="lax")
    elif known and asked and asked != request.cookies.get(COOKIE):
        response.set_cookie(COOKIE, asked, max_age=YEAR, secure=secure, samesite="lax")
