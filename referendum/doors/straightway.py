"""The straight way: routes of a crowd are found and answered without the framework's search.

What a whole city asks for at once are a few routes that know by themselves whether a request is a
plain one. Such a request is answered here, behind all doors of the frame. Any other goes on to the
framework as it came, which knows every reason; so nothing is answered here that would be answered
otherwise there.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Coroutine, Iterator
from re import Pattern
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette._utils import get_route_path
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from referendum.doors.limits import Answer
from referendum.kernel.errors import DomainError

REFUSALS: Final = (DomainError, RequestValidationError, HTTPException)
"""What an application answers in its own manner; the frame answers the rest."""

Way = Callable[[Request], Coroutine[Any, Any, Response]]


class NotPlain(Exception):
    """Something of the request is for the usual way to judge."""


class Crowded(APIRoute, ABC):
    """A route that a crowd takes. Asked the usual way, it tries the straight one first."""

    @abstractmethod
    def straight(self) -> Way | None:
        """What answers a plain request and raises NotPlain for any other; None: nothing does."""

    def get_route_handler(self) -> Way:
        usual, straight = super().get_route_handler(), self.straight()
        if straight is None:
            return usual

        async def handle(request: Request) -> Response:
            try:
                return await straight(request)
            except NotPlain:
                return await usual(request)

        return handle


class Straightway:
    """Innermost of the frame: what passes here has passed every door."""

    def __init__(self, app: ASGIApp, *, routes: Collection[APIRoute], answer: Answer) -> None:
        self.app = app
        self.answer = answer
        self.ways = list(_ways(routes))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._find(scope) if scope["type"] == "http" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        route, way, params = found
        heard = Heard(receive)
        asked = {**scope, "route": route, "endpoint": route.endpoint, "path_params": params}
        request = Request(asked, heard, send)
        try:
            response = await way(request)
        except NotPlain:
            await self.app(scope, heard.again, send)
            return
        except REFUSALS as refused:
            response = self.answer(request, refused)
        scope["route"] = route
        await response(asked, receive, send)

    def _find(self, scope: Scope) -> tuple[APIRoute, Way, dict[str, str]] | None:
        path, method = get_route_path(scope), scope["method"]
        for methods, pattern, route, way in self.ways:
            if method in methods and (found := pattern.match(path)):
                return route, way, found.groupdict()
        return None


class Heard:
    """What was received, kept until it is known who answers."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.messages: list[Message] = []

    async def __call__(self) -> Message:
        message = await self.receive()
        self.messages.append(message)
        return message

    async def again(self) -> Message:
        """The same from the beginning, and then what comes."""
        return self.messages.pop(0) if self.messages else await self.receive()


def _ways(
    routes: Collection[APIRoute],
) -> Iterator[tuple[Collection[str], Pattern[str], APIRoute, Way]]:
    for route in routes:
        way = route.straight() if isinstance(route, Crowded) else None
        if way is not None:
            yield route.methods or (), route.path_regex, route, way
