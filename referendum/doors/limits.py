"""How much and how often one address may send."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from math import ceil
from re import Pattern
from typing import Final

from starlette._utils import get_route_path
from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from referendum.doors.errors import BodyTooLarge, TooManyRequests
from referendum.identity.errors import NotSignedIn
from referendum.identity.limits import Network, household, within

Answer = Callable[[Request, Exception], Response]
"""How the pages, or the API, put a refusal into words."""

Pause = Callable[[float], Awaitable[None]]

REMEMBERED: Final = 50_000
"""Addresses kept in memory; beyond this the one silent longest is forgotten."""
PATIENCE: Final = 5.0
"""Seconds that a request is kept waiting for its turn before it is told to come again."""
FREE: Final = ("/static/", "/healthz", "/readyz")
CARRIES: Final = ("multipart/form-data", "application/pdf", "image/")
"""What the body of a request is that brings a file."""
WHOLE: Final = 64 * 1024 * 1024
"""Bytes of a file that is in memory as long as it is looked at."""


@dataclass(slots=True)
class Buckets:
    """A token bucket an address: a minute's worth at once, refilled evenly.

    Behind one address may stand a whole library: who is over the rate waits in line, and only
    where the line is long is sent away. In the memory of one process: it keeps a flood from the
    database. The limits on codes, which must hold across processes, are rows.
    """

    per_minute: int
    clock: Callable[[], float] = time.monotonic
    levels: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait(self, address: str) -> float:
        """The seconds until this request's turn, which is taken unless they are over PATIENCE."""
        now, rate = self.clock(), self.per_minute / 60
        level, seen = self.levels.pop(address, (float(self.per_minute), now))
        level = min(self.per_minute, level + (now - seen) * rate)
        turn = max(0.0, (1 - level) / rate)
        self.levels[address] = (level - 1 if turn <= PATIENCE else level, now)
        if len(self.levels) > REMEMBERED:
            self.levels.popitem(last=False)
        return turn


class RateLimit:
    """Keeps an address that has emptied its bucket waiting; 429 where that would take too long."""

    def __init__(
        self,
        app: ASGIApp,
        buckets: Buckets,
        answer: Answer,
        plain: tuple[Network, ...] = (),
        pause: Pause = asyncio.sleep,
    ) -> None:
        self.app = app
        self.buckets = buckets
        self.answer = answer
        self.plain = plain
        self.pause = pause

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(FREE):
            client = scope.get("client")
            turn = self._turn(client[0] if client else "unknown")
            if turn > PATIENCE:
                refused = TooManyRequests(seconds=ceil(turn - PATIENCE))
                await self.answer(Request(scope), refused)(scope, receive, send)
                return
            if turn:
                await self.pause(turn)
        await self.app(scope, receive, send)

    def _turn(self, address: str) -> float:
        """Nobody waits whose network is known to be shared by many."""
        if self.plain and within(address, self.plain):
            return 0.0
        return self.buckets.wait(household(address))


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Where a form or a call brings one file beside what else it says, how large, and by whom."""

    at: Pattern[str]
    """Of whole addresses, as the app sees them."""
    most: int
    """Bytes of the file."""
    may: Callable[[Request], Awaitable[bool]]


class BodyLimit:
    """Answers 413 to a body that is, or grows, too large.

    Imports have a limit of their own, and so have forms and calls that bring the file of a paper or
    an attachment, for those who may send one at all: of anybody else no more is read than of any
    form. What a route takes `whole` is in memory, and ends earlier.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        limit: int,
        import_limit: int,
        imports: str,
        whole: Sequence[Pattern[str]] = (),
        brought: Sequence[Brought] = (),
        may_import: Callable[[Request], Awaitable[bool]],
        answer: Answer,
    ) -> None:
        # A file comes with all else that its form asks for.
        most = {limit + one.most for one in brought}
        limits = {limit, import_limit, min(WHOLE, import_limit), *most}
        self.limited = {most: RequestBodyLimitMiddleware(app, most) for most in limits}
        self.limit = limit
        self.import_limit = import_limit
        self.imports = imports
        self.whole = tuple(whole)
        self.brought = tuple(brought)
        self.may_import = may_import
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.limited[self.limit](scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        wanted, may = self._wanted(scope, declared)
        stranger = may is not None and not await may(Request(scope))
        limit = self.limit if stranger else wanted
        if declared.isdecimal() and int(declared) > limit:
            refused = NotSignedIn() if stranger else BodyTooLarge(limit=limit)
            await self.answer(Request(scope), refused)(scope, receive, send)
            return
        await self.limited[limit](scope, receive, send)

    def _wanted(
        self, scope: Scope, declared: str
    ) -> tuple[int, Callable[[Request], Awaitable[bool]] | None]:
        """How much may come, and who must send it for more than any form to be read."""
        path = get_route_path(scope)
        if scope["method"] != "POST":
            return self.limit, None
        if scope["path"].endswith(self.imports):
            held = any(pattern.match(path) for pattern in self.whole)
            most = min(WHOLE, self.import_limit) if held else self.import_limit
            return most, self.may_import
        if self._brings(scope, declared):
            for one in self.brought:
                if one.at.fullmatch(scope["path"]):
                    return one.most + self.limit, one.may
        return self.limit, None

    def _brings(self, scope: Scope, declared: str) -> bool:
        """Whether it carries a file, and more than any form has."""
        sends = Headers(scope=scope).get("content-type", "")
        small = declared.isdecimal() and int(declared) <= self.limit
        return sends.startswith(CARRIES) and not small
