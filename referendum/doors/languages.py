"""Which language to answer in: what the visitor chose, else what the browser asks for."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import Response

from referendum.i18n.words import Language, Words

KNOWN: Final = frozenset(one.value for one in Language)
PARAMETER: Final = "lang"
COOKIE: Final = "language"
YEAR: Final = 365 * 24 * 3600
READ: Final = 1_000
"""What browsers say of their languages, and queries, that are kept as read: most are a few."""


def language_of(request: Request) -> Language:
    """`?lang=`, then the cookie, then Accept-Language, then Korean."""
    chosen, kept = request.query_params.get(PARAMETER), request.cookies.get(COOKIE)
    return spoken(chosen, kept, request.headers.get("accept-language", ""))


def spoken(chosen: str | None, kept: str | None, accepted: str) -> Language:
    """The same of the three things that say it: the parameter, the cookie and the header."""
    for choice in (chosen, kept):
        if choice in KNOWN:
            return Language(choice)
    return _accepted(accepted)


@cache
def words(language: Language) -> Words:
    return Words.load(language)


def words_of(request: Request) -> Words:
    return words(language_of(request))


def switched(request: Request, language: Language) -> str:
    """The address of this same page in another language."""
    return f"{request.url.path}?{_asked_in(language, request.url.query)}"


def remember_choice(request: Request, response: Response, *, secure: bool) -> None:
    """Keep what was chosen by `?lang=`, so that the links of the page need not carry it."""
    choice = request.query_params.get(PARAMETER)
    if choice in set(Language) and choice != request.cookies.get(COOKIE):
        response.set_cookie(COOKIE, choice, max_age=YEAR, secure=secure, samesite="lax")


@lru_cache(READ)
def _asked_in(language: Language, query: str) -> str:
    """The same parameters in another language. Most addresses have none, or one of a few."""
    given = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in given if name != PARAMETER]
    return urlencode([*kept, (PARAMETER, language.value)])


@lru_cache(READ)
def _accepted(header: str) -> Language:
    """The first of our languages by the browser's own weights (RFC 9110 §12.5.4)."""
    ranked: list[tuple[float, int, Language]] = []
    for place, item in enumerate(header.split(",")[:20]):
        tag, _, weight = item.strip().partition(";")
        code = tag.strip().lower().partition("-")[0]
        if code in KNOWN:
            ranked.append((-_weight(weight), place, Language(code)))
    wanted = [entry for entry in sorted(ranked) if entry[0] < 0]
    return wanted[0][2] if wanted else Language.KO


def _weight(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0
