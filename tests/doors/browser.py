"""A browser, or a program, that talks to an application of this process.

Starlette's own client starts an event loop and a thread for every request and crosses over to it
a dozen times; thousands of requests of the tests would spend more on that than on what they ask.
This one has a single loop for the whole run, and crosses once.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from contextlib import ExitStack
from functools import cached_property
from typing import Any, Final
from urllib.parse import unquote

import anyio
import httpx2
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.types import ASGIApp

PORTS: Final = {"http": 80, "https": 443}


class Loop:
    """The one event loop of a run, on a thread of its own; it begins when it is first needed."""

    def __init__(self) -> None:
        self._open = ExitStack()

    @cached_property
    def portal(self) -> BlockingPortal:
        return self._open.enter_context(start_blocking_portal())

    def ends(self) -> None:
        self._open.close()


LOOP: Final = Loop()


class _Crossing(httpx2.BaseTransport):
    """Hands each request to the application, and gives its whole answer."""

    def __init__(self, app: ASGIApp, client: tuple[str, int]) -> None:
        self.app = app
        self.client = client

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        body = request.read()
        url = request.url
        scope: dict[str, Any] = {
            "type": "http",
            "http_version": "1.1",
            "method": request.method,
            "path": unquote(url.path),
            "raw_path": url.raw_path.split(b"?", 1)[0],
            "root_path": "",
            "scheme": url.scheme,
            "query_string": url.query,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": self.client,
            "server": [url.host, url.port or PORTS[url.scheme]],
            "extensions": {},
            "state": {},
        }
        status, headers, said = LOOP.portal.call(self._ask, scope, body)
        content = b"" if request.method == "HEAD" else said
        stream = httpx2.ByteStream(content)
        return httpx2.Response(status, headers=headers, stream=stream, request=request)

    async def _ask(
        self, scope: dict[str, Any], body: bytes
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        asked, answered = False, anyio.Event()
        begun: list[MutableMapping[str, Any]] = []
        pieces: list[bytes] = []

        async def receive() -> MutableMapping[str, Any]:
            nonlocal asked
            if asked:
                await answered.wait()
                return {"type": "http.disconnect"}
            asked = True
            return {"type": "http.request", "body": body}

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                assert not begun, "an answer begins once"
                begun.append(message)
            else:
                assert begun, "an answer begins with its head"
                assert not answered.is_set(), "nothing follows the end of an answer"
                pieces.append(bytes(message.get("body", b"")))
                if not message.get("more_body", False):
                    answered.set()

        await self.app(scope, receive, send)
        assert answered.is_set(), "the application left without an answer"
        (head,) = begun
        return head["status"], list(head.get("headers", [])), b"".join(pieces)


class Browser(httpx2.Client):
    """Keeps its cookies; an error that the application lets through is the test's."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        base_url: str = "http://testserver",
        follow_redirects: bool = True,
        client: tuple[str, int] = ("testclient", 50_000),
    ) -> None:
        self.app = app
        super().__init__(
            base_url=base_url,
            follow_redirects=follow_redirects,
            headers={"user-agent": "testclient"},
            transport=_Crossing(app, client),
        )
