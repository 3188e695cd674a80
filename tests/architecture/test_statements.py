"""What a public page asks of the database: as much of a large city as of a small one.

And nothing of who signed: counts come from the folded tally, which no signature can be read from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from referendum.api.app import create_api
from referendum.api.app import routes as api_routes
from referendum.doors.sessions import DOORS, anyone
from referendum.kernel.keys import Keyring
from referendum.web.app import create_web
from referendum.web.app import routes as web_routes
from tests.architecture.test_doors import calls
from tests.doors.gate import services
from tests.town import Town
from tests.web.public_addresses import Streets

NEVER: Final = frozenset({"line", "line_decision", "line_state", "standing_signature"})
NAMED: Final = re.compile(r'\b(?:from|join|into|update)\s+(?:only\s+)?"?([a-z_]+)"?', re.IGNORECASE)

NOT_WALKED: Final = {
    "/demo": "the demo's own, not a city's",
    "/demo/outbox": "the demo's own, not a city's",
    "/desk/set-up/{token}": "a page of the desk",
    "/desk/sign-in": "a page of the desk",
    "/sign-in/{challenge}": "somebody's own challenge",
    "/measures/{number}/enrol": "there is no vote by enrolment in this town",
    "/measures/{number}/enrol/{challenge}": "somebody's own challenge",
    "/certificates/{certificate_id}.pdf": "a file that the worker makes",
    "/certificates/{certificate_id}/pdf": "a file that the worker makes",
    "/record/record.jsonl": "the whole record, read in pieces while it is sent",
    "/record/export": "the whole record, read in pieces while it is sent",
    "/challenges/{challenge_id}": "somebody's own challenge",
    "/measures/{measure_id}/enrolment": "there is no vote by enrolment in this town",
    "/measures/{measure_id}/needed": "for the authors of a draft",
    "/session": "somebody's own session",
}


def public(routes: list[APIRoute]) -> set[str]:
    """The patterns that anyone may read, by the door that each names."""
    return {
        route.path
        for route in routes
        if "GET" in (route.methods or ()) and DOORS & set(calls(route.dependant)) == {anyone}
    }


@contextmanager
def watched(engine: Engine) -> Iterator[list[str]]:
    """Every statement that is sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def streets(town: Town) -> Streets:
    return Streets(town)


def asked(client: TestClient, engine: Engine, paths: dict[str, str]) -> dict[str, list[str]]:
    found, refused = {}, {}
    for name, path in paths.items():
        client.cookies.clear()
        with watched(engine) as sent:
            status = client.get(path).status_code
        found[name] = sent
        if status != 200:
            refused[path] = status
    assert refused == {}
    return found


def tables(statements: list[str]) -> set[str]:
    return {name.lower() for statement in statements for name in NAMED.findall(statement)}


def test_a_public_page_asks_as_much_of_a_large_city_as_of_a_small_one(
    streets: Streets, keyring: Keyring, database_url: str
) -> None:
    service = services(keyring, database_url, requests_per_minute=1_000_000)
    web, api = TestClient(create_web(service)), TestClient(create_api(service))
    assert public(web_routes()) - NOT_WALKED.keys() == streets.pages().keys()
    assert public(api_routes()) - NOT_WALKED.keys() == streets.reads().keys()
    assert NOT_WALKED.keys() <= public([*web_routes(), *api_routes()]), "named for nothing"

    def look() -> dict[str, list[str]]:
        more = {path: path for path in streets.further()}
        pages = asked(web, service.engine, {**streets.pages(), **more})
        reads = asked(api, service.engine, streets.reads())
        return {**pages, **{f"API {name}": sent for name, sent in reads.items()}}

    small = look()
    streets.grows()
    large = look()
    service.engine.dispose()
    grown = {
        name: (len(small[name]), len(large[name]))
        for name in large
        if len(large[name]) > len(small[name])
    }
    assert grown == {}
    read = {name: NEVER & tables(sent) for name, sent in large.items() if NEVER & tables(sent)}
    assert read == {}
    assert "petition_tally" in tables(large["/measures/{number}"]), "the watch sees nothing"
