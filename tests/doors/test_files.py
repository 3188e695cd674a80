"""Of a file that a stranger sends no more is read than of any form; officers' have their limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Scope

from referendum.api.app import create_api
from referendum.api.app import routes as api_routes
from referendum.doors.frame import IMPORT
from referendum.doors.limits import WHOLE
from referendum.kernel.keys import Keyring
from referendum.kernel.people import Authority
from referendum.settings import Settings
from referendum.web.app import create_web
from referendum.web.app import routes as web_routes
from tests.api.callers import API, BASE, EVERY_ROLE, Switchboard
from tests.coroutines import finished
from tests.doors.gate import services
from tests.town import Town

CHUNK = 1 << 16
ENOUGH = 64
"""Chunks after which a sender gives up: 4 MiB."""
PATHS = [
    f"{mount}{route.path}"
    for mount, routes in (("", web_routes()), (API, api_routes()))
    for route in routes
    if "POST" in (route.methods or ()) and route.path.endswith(IMPORT)
]
FORM = Settings.model_fields["body_limit"].default // CHUNK + 1
"""Chunks that are read of any form, with the one that is too much."""
KINDS = (
    "text/csv",
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
)
AT_ONCE = ("/lines/import", "/turnouts/import", "/counts/import", "/stations/import")
"""How the addresses of the interface end that take a file whole."""


@dataclass
class Sending:
    """One request with a body that goes on for as long as it is read."""

    app: ASGIApp
    token: str | None = None
    read: int = 0
    status: list[int] = field(default_factory=list)

    def to(self, path: str, kind: str, *, declared: int | None = None) -> int:
        for name in ("number", "box_id", "petition_id", "poll_id", "intake", "kind"):
            path = path.replace(f"{{{name}}}", "1" if name == "number" else str(uuid4()))
        headers = {"host": "testserver", "content-type": kind}
        if self.token is not None:
            headers["cookie"] = f"__Host-session={self.token}"
        if declared is not None:
            headers["content-length"] = str(declared)
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "scheme": "https",
            "query_string": b"received_on=2027-02-01&as_of=2027-02-01",
            "headers": [(one.encode(), said.encode()) for one, said in headers.items()],
            "client": ("203.0.113.9", 1),
            "server": ("testserver", 443),
            "state": {},
        }
        finished(self._asks(scope))
        return self.status[-1]

    async def _asks(self, scope: Scope) -> None:
        await self.app(scope, self._receive, self._send)

    async def _receive(self) -> Message:
        self.read += 1
        more = self.read < ENOUGH
        return {"type": "http.request", "body": b"x" * CHUNK, "more_body": more}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status.append(message["status"])


@pytest.fixture
def line(town: Town, keyring: Keyring, database_url: str) -> Iterator[Switchboard]:
    service = services(keyring, database_url, public_url=BASE)
    mounts = [Mount(API, create_api(service)), Mount("/", create_web(service))]
    yield Switchboard(Starlette(routes=mounts), town)
    service.engine.dispose()


def test_there_are_such_addresses() -> None:
    assert len(PATHS) > len(AT_ONCE) * 2
    assert all(any(path.endswith(end) for path in PATHS) for end in AT_ONCE)


@pytest.mark.parametrize("resident", [False, True])
def test_a_strangers_file_is_not_read(line: Switchboard, town: Town, *, resident: bool) -> None:
    token = None
    if resident:
        cookies = line.resident(town.some(1)[0]).client.cookies
        token = cookies.get("__Host-session")
    for path in PATHS:
        for kind in KINDS:
            endless = Sending(line.app, token)
            assert endless.to(path, kind) in {400, 401, 403, 413, 415, 422}, (path, kind)
            assert endless.read <= FORM, (path, kind)
            told = Sending(line.app, token)
            assert told.to(path, kind, declared=CHUNK * ENOUGH) == 401, (path, kind)
            assert told.read == 0, (path, kind)


def test_what_is_looked_at_whole_ends_earlier_than_a_register(line: Switchboard) -> None:
    officer = line.officer(Authority.MAYOR, *EVERY_ROLE).client.cookies.get("__Host-session")
    for path in (one for one in PATHS if one.startswith(API)):
        at_once = path.endswith(AT_ONCE)
        large = Sending(line.app, officer)
        status = large.to(path, "text/csv", declared=WHOLE + 1)
        assert (status == 413) == at_once, path
        beyond = Sending(line.app, officer)
        assert beyond.to(path, "text/csv", declared=1 << 31) == 413, path
        assert beyond.read == 0, path
