"""What a text from outside may hold: one check for every form, file name, JSON body and address.

A NUL, half a surrogate pair or a control sign is nothing that anybody types. PostgreSQL cannot keep
the first two, and the rest is read by nobody and echoed everywhere: whoever sends them is refused
before any room is entered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.requests import Request

from referendum.doors.errors import RequestNotReadable, TextNotUsable

UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""All control signs of ASCII but tab and line ends, surrogates, and what is no character at all."""
FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9_.\-]{1,60}")
CHARSET: Final = re.compile(r";\s*charset\s*=\s*\"?([^\";\s]*)", re.IGNORECASE)
READ: Final = frozenset({"", "utf-8", "utf8", "us-ascii"})
"""Our pages are UTF-8, and browsers send forms as the page is; another charset was made by hand."""


async def checked(request: Request) -> None:
    """On every route of pages and API, before all other doors."""
    _insist(("", value) for value in _addressed(request))
    _insist(request.query_params.multi_items())
    given = request.headers.get("content-type", "")
    kind = given.partition(";")[0].strip().lower()
    if kind in FORMS:
        if any(charset.lower() not in READ for charset in CHARSET.findall(given)):
            raise RequestNotReadable
        form = await request.form()
        try:
            _insist(_typed(form.multi_items()))
        except TextNotUsable:
            await form.close()
            raise
    elif kind.endswith("json"):
        _insist(_said(await _json(request)))


def is_fit(text: str) -> bool:
    """Whether a text can be kept, shown and printed."""
    return UNFIT.search(text) is None


def _insist(given: Iterable[tuple[str, str]]) -> None:
    pairs = list(given)
    if is_fit("\n".join(chain.from_iterable(pairs))):
        return
    for name, value in pairs:
        if not (is_fit(value) and is_fit(name)):
            raise TextNotUsable(field=name if PLAIN_NAME.fullmatch(name) else "text")


def _addressed(request: Request) -> Iterator[str]:
    """The address, and the headers as far as they are texts: anyone may send any byte there."""
    yield request.scope["path"]
    yield from (value for value in request.path_params.values() if isinstance(value, str))
    yield from request.headers.values()


def _typed(items: Iterable[tuple[str, UploadFile | str]]) -> Iterator[tuple[str, str]]:
    """A form's texts, and the names that its files have."""
    for name, value in items:
        yield name, (value.filename or "") if isinstance(value, UploadFile) else value


async def _json(request: Request) -> Any:
    """What was sent, if it is JSON at all; what is none, the route itself refuses."""
    try:
        return await request.json()
    except (ValueError, RecursionError):
        return None


def _said(document: Any) -> Iterator[tuple[str, str]]:
    """Every text of a document, keys too, each with the key that it stands under."""
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        name, value = waiting.pop()
        match value:
            case str():
                yield name, value
            case dict():
                yield from ((str(key), "") for key in value)
                waiting += [(str(key), inner) for key, inner in value.items()]
            case list():
                waiting += [(name, inner) for inner in value]
