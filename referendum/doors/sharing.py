"""Answers that are the same for every visitor: built once, kept for seconds, given to many.

A route says of itself, by `shared`, that what it shows a visitor without a session depends on
nothing but its address, the language and the size of its letters. Such a request is built without
the visitor's own headers, so that nothing of one visitor can stand in an answer to another; an
answer that would set a cookie is never kept. Who has a session, or a sentence waiting, is always
served afresh.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from referendum.doors import cookies, languages, localities, text_sizes
from referendum.doors.text_sizes import TextSize

Run = TypeVar("Run", bound=Callable[..., Any])
Key = tuple[str, bytes, str, str, str]

MARK: Final = "shared_by"
"""What a marked function carries: the parameters that its answer depends on; None: all declared."""
REMEMBERS: Final = "shared_with_district"
"""What one carries whose answer is also by the district that a browser remembers."""
MOST: Final = 512
"""Answers kept by one process."""
ROOM: Final = 32 * 1024 * 1024
"""Bytes of them."""
VARY: Final = "Accept-Encoding, Accept-Language, Cookie, HX-Request"
TEXTS: Final = (b"text/", b"application/json", b"application/xml")
SHORT: Final = 1_000
"""Bytes that go in one packet, whatever they are."""
OF_THE_BODY: Final = frozenset({b"content-length", b"content-type", b"content-encoding"})
OWN: Final = frozenset(
    prefix + name for name in (cookies.SESSION, cookies.FLASH) for prefix in ("", "__Host-")
)
"""Cookies with which nothing is shared, under https and without it."""


def shared(
    *queries: str, declared: bool = False, by_district: bool = False
) -> Callable[[Run], Run]:
    """Mark a route's function: to a visitor without a session it says the same as to any other.

    It depends on these parameters, or on all that the route has `declared`; `by_district`, also on
    the district that the browser remembers, which is as good as a parameter: it names nobody.
    """

    def mark(run: Run) -> Run:
        setattr(run, MARK, None if declared else frozenset(queries))
        setattr(run, REMEMBERS, by_district)
        return run

    return mark


def queries_of(route: APIRoute) -> frozenset[str] | None:
    """The parameters that a route's shared answer depends on; None of one that is not shared."""
    if not hasattr(route.endpoint, MARK):
        return None
    marked: frozenset[str] | None = getattr(route.endpoint, MARK)
    return frozenset(_declared(route.dependant)) if marked is None else marked


def _declared(dependant: Dependant) -> Iterator[str]:
    yield from (parameter.alias for parameter in dependant.query_params)
    for one in dependant.dependencies:
        yield from _declared(one)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, as it is given to whoever asks for it."""

    headers: Sequence[tuple[bytes, bytes]]
    body: bytes
    pressed: bytes | None
    """The same for a slow line. What all are given holds no secret, so its length tells none (the
    BREACH attack needs a secret beside a guess)."""
    etag: bytes
    route: APIRoute
    built: float
    """By the machine's monotonic clock: a jump of the shared clock must not lengthen its life."""

    @property
    def size(self) -> int:
        return len(self.body) + len(self.pressed or b"")


@dataclass(slots=True)
class Shelf:
    """The answers that one process keeps; the one unasked longest goes first."""

    answers: OrderedDict[Key, Answer] = field(default_factory=OrderedDict)
    size: int = 0

    def find(self, key: Key) -> Answer | None:
        found = self.answers.get(key)
        if found is not None:
            self.answers.move_to_end(key)
        return found

    def put(self, key: Key, answer: Answer) -> None:
        self._drop(key)
        self.answers[key] = answer
        self.size += answer.size
        while len(self.answers) > MOST or self.size > ROOM:
            self._drop(next(iter(self.answers)))

    def _drop(self, key: Key) -> None:
        if (old := self.answers.pop(key, None)) is not None:
            self.size -= old.size


class SharedAnswers:
    """Gives what was built lately, and lets one request at a time build what was not."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        routes: Collection[APIRoute],
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.app = app
        self.routes = [route for route in routes if "GET" in (route.methods or ())]
        self.seconds = seconds
        self.clock = clock
        self.shelf = Shelf()
        self.building: dict[Key, asyncio.Event] = {}
        whole = max(1, round(seconds))
        self.control = f"public, max-age={whole}, stale-while-revalidate={2 * whole}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = self._key(scope) if self.seconds else None
        if key is None:
            await self.app(scope, receive, send)
            return
        found = self.shelf.find(key)
        age = self.seconds if found is None else self.clock() - found.built
        if found is not None and age < self.seconds:
            await _give(found, scope, send)
            return
        if (under_way := self.building.get(key)) is None:
            await self._build(key, scope, receive, send)
            return
        # One renews it. Meanwhile the old one will do, unless it is much too old.
        if found is None or age >= 2 * self.seconds:
            await under_way.wait()
            found = self.shelf.find(key)
        if found is None or self.clock() - found.built >= 2 * self.seconds:
            await self.app(scope, receive, send)
            return
        await _give(found, scope, send)

    def _key(self, scope: Scope) -> Key | None:
        """What an answer is kept under; None of a request that shares nothing."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        said = dict(scope["headers"])
        if b"hx-request" in said or b"authorization" in said:
            return None
        cookies_sent = cookie_parser(said.get(b"cookie", b"").decode("latin-1"))
        if OWN & cookies_sent.keys():
            return None
        query = scope["query_string"]
        asked = dict(parse_qsl(query.decode("latin-1"))) if query else {}
        language = languages.spoken(
            asked.get(languages.PARAMETER),
            cookies_sent.get(languages.COOKIE),
            said.get(b"accept-language", b"").decode("latin-1"),
        )
        home = localities.remembered(cookies_sent)
        size = text_sizes.chosen(
            asked.get(text_sizes.PARAMETER), cookies_sent.get(text_sizes.COOKIE)
        )
        near = home if self._by_district(scope, home) else ""
        key = scope["path"], query, language.value, size.value, near
        return key if key in self.shelf.answers or self._is_shared(scope) else None

    def _route(self, scope: Scope) -> APIRoute | None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        return next((one for one in self.routes if one.path_regex.match(path)), None)

    def _by_district(self, scope: Scope, home: str) -> bool:
        found = self._route(scope) if home else None
        return found is not None and getattr(found.endpoint, REMEMBERS, False)

    def _is_shared(self, scope: Scope) -> bool:
        query = scope["query_string"].decode("latin-1")
        asked = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
        found = self._route(scope)
        # `?lang=` and `?text=` leave cookies, an unknown parameter would be an address of its own.
        known = None if found is None else queries_of(found)
        return known is not None and asked <= known

    async def _build(self, key: Key, scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        done = self.building[key] = asyncio.Event()
        try:
            began = self.clock()
            inner = _bare(scope, language=key[2], size=key[3], home=key[4])
            await self.app(inner, receive, keep)
            scope["route"] = inner.get("route")
            answer = self._answer(messages, inner, began)
            if answer is not None:
                self.shelf.put(key, answer)
        finally:
            del self.building[key]
            done.set()
        if answer is not None:
            await _give(answer, scope, send)
            return
        for message in messages:
            await send(message)

    def _answer(self, messages: Sequence[Message], scope: Scope, built: float) -> Answer | None:
        """What may be given to others; None where it is a refusal, or meant for one alone."""
        start = next((one for one in messages if one["type"] == "http.response.start"), None)
        if start is None or start["status"] != HTTPStatus.OK:
            return None
        headers = [(name.lower(), value) for name, value in start["headers"]]
        if {b"set-cookie", b"cache-control"} & {name for name, _ in headers}:
            return None
        body = b"".join(one.get("body", b"") for one in messages)
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'.encode()
        kept = [(name, value) for name, value in headers if name != b"vary"]
        kept += [
            (b"cache-control", self.control),
            (b"vary", VARY.encode()),
            # Weak: pressed or not it is one answer, in other bytes (RFC 9110 §8.8.1).
            (b"etag", b"W/" + etag),
        ]
        return Answer(kept, body, _pressed(body, dict(headers)), etag, scope["route"], built)


def _bare(scope: Scope, *, language: str, size: str, home: str) -> Scope:
    """The request without what its visitor's browser said of itself, but for what the key holds."""
    kept = [(name, value) for name, value in scope["headers"] if name == b"host"]
    kept.append((b"accept-language", language.encode()))
    told = [(text_sizes.COOKIE, size if size != TextSize.USUAL else ""), (localities.COOKIE, home)]
    sent = "; ".join(f"{name}={value}" for name, value in told if value)
    if sent:
        kept.append((b"cookie", sent.encode()))
    return {**scope, "headers": kept, "state": {**scope.get("state", {})}}


async def _give(answer: Answer, scope: Scope, send: Send) -> None:
    scope["route"] = answer.route
    status, headers, body = HTTPStatus.OK, answer.headers, answer.body
    if answer.pressed is not None and _takes_gzip(scope):
        body = answer.pressed
        headers = [pair for pair in headers if pair[0] != b"content-length"]
        headers += [
            (b"content-length", str(len(body)).encode()),
            (b"content-encoding", b"gzip"),
        ]
    if answer.etag in set(_tags(scope)):
        status, body = HTTPStatus.NOT_MODIFIED, b""
        headers = [pair for pair in headers if pair[0] not in OF_THE_BODY]
    await send({"type": "http.response.start", "status": status.value, "headers": [*headers]})
    await send({"type": "http.response.body", "body": body})


def _pressed(body: bytes, headers: Mapping[bytes, bytes]) -> bytes | None:
    """Text in fewer bytes; None of what is pressed already, as pictures are."""
    kind = headers.get(b"content-type", b"")
    if b"content-encoding" in headers or not kind.startswith(TEXTS) or len(body) < SHORT:
        return None
    return gzip.compress(body, 6, mtime=0)


def _takes_gzip(scope: Scope) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in said for name, said in scope["headers"])


def _tags(scope: Scope) -> Iterator[bytes]:
    """The validators that a browser holds, compared weakly (RFC 9110 §13.1.2)."""
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            yield from (tag.strip().removeprefix(b"W/") for tag in value.split(b","))
