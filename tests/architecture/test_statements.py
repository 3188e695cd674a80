"""What a public page asks of the database: as much of a large city as of a small one.

And nothing of who signed: counts come from the folded tally, which no signature can be read from.
All of a page is of one moment: one transaction, which sees one state and can write nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import psycopg
from fastapi.routing import APIRoute
from sqlalchemy import Engine, event

from referendum.api.app import create_api
from referendum.api.app import routes as api_routes
from referendum.doors.sessions import DOORS, anyone
from referendum.kernel.keys import Keyring
from referendum.web.app import create_web
from referendum.web.app import routes as web_routes
from tests.architecture.test_doors import calls
from tests.doors.browser import Browser
from tests.doors.gate import services
from tests.lifecycle.enrolment.enrolling import all_enrol
from tests.town import Town
from tests.web.public_addresses import Streets

NEVER: Final = frozenset(
    {"line", "line_decision", "line_state", "waiting_line", "standing_signature"}
)
NAMED: Final = re.compile(r'\b(?:from|join|into|update)\s+(?:only\s+)?"?([a-z_]+)"?', re.IGNORECASE)

FEW: Final = {"/": 2, "/measures": 2, "/measures/{number}": 2, "/measures/{number}/what-if": 2}
"""The pages that a whole city opens, and what each asks."""
MOST: Final = 22
"""What the others ask at the most: an advisory vote that was answered and followed up."""

NOT_WALKED: Final = {
    "/demo": "the demo's own, not a city's",
    "/demo/outbox": "the demo's own, not a city's",
    "/desk/set-up/{token}": "a page of the desk",
    "/desk/sign-in": "a page of the desk",
    "/desk/directory/return": "a page of the desk",
    "/sign-in/{challenge}": "somebody's own challenge",
    "/follow/code/{of}/{challenge}": "somebody's own challenge",
    "/follow/{token}": "somebody's own link",
    "/former-number/{challenge}": "somebody's own challenge",
    "/measures/{number}/enrol": "in a town of its own, below",
    "/measures/{number}/enrol/{challenge}": "somebody's own challenge",
    "/certificates/{certificate_id}.pdf": "a file that the worker makes",
    "/certificates/{certificate_id}/pdf": "a file that the worker makes",
    "/record/record.jsonl": "the whole record, read in pieces while it is sent",
    "/record/export": "the whole record, read in pieces while it is sent",
    "/papers/{paper_id}/copy": "a file, in pieces while it is sent",
    "/challenges/{challenge_id}": "somebody's own challenge",
    "/measures/{measure_id}/enrolment": "in a town of its own, below",
    "/measures/{measure_id}/needed": "for the authors of a draft",
    "/measures/{measure_id}/sheets": "for its representatives and examiners",
    "/session": "somebody's own session",
}


def public(routes: list[APIRoute]) -> set[str]:
    """The patterns that anyone may read, by the door that each names."""
    return {
        route.path
        for route in routes
        if "GET" in (route.methods or ()) and DOORS & set(calls(route.dependant)) == {anyone}
    }


@dataclass(slots=True)
class Sent:
    """What one request sent to the database."""

    statements: list[str] = field(default_factory=list)
    moments: int = 0
    """Transactions: each may show another state."""
    loose: list[str] = field(default_factory=list)
    """Statements that could write, or see what was written since the first one."""


@contextmanager
def watched(engine: Engine) -> Iterator[Sent]:
    """Everything that is sent meanwhile."""
    sent = Sent()

    def begun(_connection: Any) -> None:
        sent.moments += 1

    def note(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.statements.append(statement)
        own = connection.connection.dbapi_connection
        if not own.read_only or own.isolation_level != psycopg.IsolationLevel.REPEATABLE_READ:
            sent.loose.append(statement)

    event.listen(engine, "begin", begun)
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)
    event.remove(engine, "begin", begun)


def asked(client: Browser, engine: Engine, paths: dict[str, str]) -> dict[str, Sent]:
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
    service = services(keyring, database_url)
    web, api = Browser(create_web(service)), Browser(create_api(service))
    assert public(web_routes()) - NOT_WALKED.keys() == streets.pages().keys()
    assert public(api_routes()) - NOT_WALKED.keys() == streets.reads().keys()
    assert NOT_WALKED.keys() <= public([*web_routes(), *api_routes()]), "named for nothing"

    def look() -> dict[str, Sent]:
        more = {path: path for path in streets.further()}
        pages = asked(web, service.engine, {**streets.pages(), **more})
        reads = asked(api, service.engine, streets.reads())
        return {**pages, **{f"API {name}": sent for name, sent in reads.items()}}

    small = look()
    streets.grows()
    large = look()
    service.engine.dispose()
    grown = {
        name: (len(small[name].statements), len(large[name].statements))
        for name in large
        if len(large[name].statements) > len(small[name].statements)
    }
    assert grown == {}
    named = {name: tables(sent.statements) for name, sent in large.items()}
    assert {name: found & NEVER for name, found in named.items() if found & NEVER} == {}
    assert "petition_tally" in named["/measures/{number}"], "the watch sees nothing"
    asked_for = {name: len(sent.statements) for name, sent in large.items()}
    assert {name: asked_for[name] for name in FEW} == FEW
    assert {name: count for name, count in asked_for.items() if count > MOST} == {}
    assert {name: sent.moments for name, sent in large.items() if sent.moments > 1} == {}
    assert {name: sent.loose for name, sent in large.items() if sent.loose} == {}


def test_a_vote_that_one_enrols_for_asks_as_much_however_many_have(
    town: Town, enrolment_called: UUID, keyring: Keyring, database_url: str
) -> None:
    service = services(keyring, database_url)
    web, api = Browser(create_web(service)), Browser(create_api(service))
    number = town.measure(enrolment_called).number
    pages = {path: path for path in (f"/measures/{number}", f"/measures/{number}/enrol")}
    reads = {"API": f"/measures/{enrolment_called}/enrolment"}

    def look() -> dict[str, Sent]:
        return asked(web, service.engine, pages) | asked(api, service.engine, reads)

    all_enrol(town, enrolment_called, [1])
    small = look()
    for at, district in enumerate(town.districts[1:4], 1):
        all_enrol(town, enrolment_called, range(10 * at, 10 * at + 6), district=district.id)
    large = look()
    service.engine.dispose()
    counted = {name: len(sent.statements) for name, sent in small.items()}
    assert {name: len(sent.statements) for name, sent in large.items()} == counted
    assert max(counted.values()) <= MOST
    named = {name: tables(sent.statements) for name, sent in large.items()}
    assert {name: found & NEVER for name, found in named.items() if found & NEVER} == {}
    assert "standing_enrolment" in named["API"], "the watch sees nothing"
    assert {name: sent.moments for name, sent in large.items() if sent.moments != 1} == {}
    assert {name: sent.loose for name, sent in large.items() if sent.loose} == {}
