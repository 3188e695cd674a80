"""The straight way of a crowd's routes answers as the usual way does, whatever is sent.

The usual way is the framework's own: the same routes, of the class that all others have. Both
stand on one database, so what one did is there for the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Final
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from referendum.api.app import ROUTERS, TABLE, create_api
from referendum.api.refusing import Route, answer
from referendum.api.straight import Straight
from referendum.bootstrap import Services
from referendum.doors import frame
from referendum.doors.tables import Table
from referendum.kernel.keys import Keyring
from tests.doors.browser import Browser
from tests.doors.gate import services
from tests.town import Town
from tests.web.visitors import identity_of, phone_of, registers_phone

STEPS: Final = [route for route in TABLE.routes if isinstance(route, Straight)]
OWN: Final = frozenset({"date", "x-request-id", "content-length", "retry-after"})
"""Headers that no two requests have in common, and `content-length`, which follows the body."""
TYPED: Final = {"Content-Type": "application/json"}
NUMBERS: Final = count(40)
CONSENTS: Final = {"consents": dict.fromkeys(("purpose", "sensitive", "retention"), "1")}
ANSWER: Final = {"challenge": str(uuid4()), "code": "123456"}


def said(document: Any) -> bytes:
    return json.dumps(document).encode()


def person() -> dict[str, Any]:
    """Somebody else each time: of one phone's codes there are few in an hour."""
    number = next(NUMBERS)
    name, born = identity_of(number)
    return {"name": name, "birth_date": born.isoformat(), "phone": phone_of(number)}


def spoilt(fit: Callable[[], dict[str, Any]]) -> Iterator[tuple[str, bytes]]:
    """What can be wrong with a body, one thing at a time."""
    good = fit()
    yield "nothing", b""
    yield "blank", b" \n"
    yield "cut short", said(good)[:-1]
    yield "more behind it", said(good) + b"x"
    yield "a mark before it", b"\xef\xbb\xbf" + said(fit())
    yield "no UTF-8", said(fit()).replace(b"{", b'{"\xff": 1, ', 1)
    yield "as UTF-16", json.dumps(fit()).encode("utf-16")
    yield "too deep", b"[" * 5_000
    yield "no number", b'{"a": NaN}'
    yield "endless", b'{"a": 1e999}'
    others: tuple[Any, ...] = (None, [], [good], "text", 1, True, {})
    for other in others:
        yield f"{other!r:.20}", said(other)
    yield "one more field", said({**good, "surprise": 1})
    yield "a field twice", said(good)[:-1] + b", " + said(fit())[1:]
    yield "beyond the limit", said({**good, "surprise": "x" * 200_000})
    for name in good:
        yield f"without {name}", said({key: value for key, value in good.items() if key != name})
        for label, value in WRONG:
            yield f"{name} {label}", said({**fit(), name: value})


WRONG: Final[list[tuple[str, Any]]] = [
    ("none", None),
    ("a number", 7),
    ("a truth", True),
    ("a list", ["x"]),
    ("an object", {"x": 1}),
    ("an object with a NUL", {"purpose": "a\0b"}),
    ("empty", ""),
    ("blank", "   "),
    ("long", "가" * 2_000),
    ("a NUL", "a\0b"),
    ("half a pair", "\ud800"),
    ("a control sign", "a\x1bb"),
    ("no character", "\uffff"),
    ("marked", "{12345678-1234-5678-1234-567812345678}"),
]
TYPES: Final = (
    "",
    "text/plain",
    "text/csv",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=euc-kr",
    "multipart/form-data",
    "application/problem+json",
    "application/json; charset=utf-8",
    "application/json; charset=euc-kr",
    "APPLICATION/JSON",
    " application/json ; x=y",
    "application/json, text/plain",
    "json",
)
HEADERS: Final[list[dict[str, str]]] = [
    {},
    {"Accept-Language": "en"},
    {"Accept": "text/html"},
    {"Origin": "https://elsewhere.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"X-CSRF-Token": "0" * 64},
    {"Cookie": "session=" + "A" * 43},
    {"Cookie": "session=" + "A" * 43, "Sec-Fetch-Site": "cross-site"},
    {"Cookie": "browser=" + "A" * 43},
    {"X-Request-ID": "a\x01b"},
    {"Idempotency-Key": ""},
    {"Idempotency-Key": "x" * 500},
]
IDS: Final = (
    "{id}",
    "{hex}",
    "%7B{id}%7D",
    "urn:uuid:{id}",
    "-{hex}",
    "{hex}-",
    "{id}%00",
    "{id}%20",
    "1",
    "x",
    "%ED%A0%80",
)
QUERIES: Final = ("", "?a=1", "?a=%00", "?a=%ED%A0%80", "?lang=en")


@dataclass(frozen=True, slots=True)
class Ways:
    """The same request by both; each is a client of its own, that keeps no cookie."""

    straight: Browser
    usual: Browser

    def both(
        self, path: str, body: bytes, headers: dict[str, str] | None = None
    ) -> tuple[httpx2.Response, httpx2.Response]:
        return _ask(self.straight, path, body, headers), _ask(self.usual, path, body, headers)


def _ask(
    client: Browser, path: str, body: bytes, headers: dict[str, str] | None
) -> httpx2.Response:
    client.cookies.clear()
    return client.post(path, content=body, headers=TYPED if headers is None else headers)


@pytest.fixture
def service(keyring: Keyring, database_url: str) -> Iterator[Services]:
    made = services(
        keyring,
        database_url,
        codes_for_range_an_hour=1_000_000,
        codes_for_address_an_hour=1_000_000,
    )
    yield made
    made.crowd.close()
    made.engine.dispose()


@pytest.fixture
def ways(service: Services) -> Ways:
    return Ways(Browser(create_api(service)), Browser(usual(service)))


def usual(service: Services) -> FastAPI:
    """The interface with its straight routes given to the framework."""
    routers = [_given_back(router) for router in ROUTERS]
    table = Table.of(routers, *TABLE.checks)
    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=table.checks,
        routes=list(table.gathered),
    )
    frame.install(app, service, answer=answer, routes=table.routes)
    return app


def _given_back(router: APIRouter) -> APIRouter:
    straight = [route for route in router.routes if isinstance(route, Straight)]
    if not straight:
        return router
    plain = APIRouter(route_class=Route)
    for route in straight:
        plain.add_api_route(
            route.path,
            route.endpoint,
            methods=list(route.methods or ()),
            status_code=route.status_code,
            response_model=route.response_model,
        )
    return plain


def seen(response: httpx2.Response) -> dict[str, Any]:
    """All of an answer but what no two of them share; of a cookie not the value, drawn anew."""
    headers = sorted(
        (name, re.sub("=[^;]*", "", value, count=1) if name == "set-cookie" else value)
        for name, value in response.headers.multi_items()
        if name not in OWN
    )
    problem = response.headers["content-type"].startswith("application/problem")
    document = response.json() if problem else sorted(response.json())
    return {"status": response.status_code, "headers": headers, "document": document}


def fit_for(route: APIRoute) -> Callable[[], dict[str, Any]]:
    """What makes a body that the route takes."""
    return {"/challenges": person, "/sessions": lambda: ANSWER}.get(route.path, lambda: CONSENTS)


def path_of(route: APIRoute) -> str:
    return route.path.replace("{petition_id}", str(UUID(int=7)))


def test_three_steps_of_a_crowd_are_straight_and_the_other_way_has_none() -> None:
    assert sorted(route.path for route in STEPS) == [
        "/challenges",
        "/petitions/{petition_id}/signatures",
        "/sessions",
    ]
    given_back = [route for router in map(_given_back, ROUTERS) for route in router.routes]
    assert len(given_back) == len(TABLE.routes)
    assert not [route for route in given_back if isinstance(route, Straight)]


@pytest.mark.parametrize("route", STEPS, ids=lambda route: route.path)
def test_a_body_that_does_not_fit_is_refused_alike(ways: Ways, town: Town, route: APIRoute) -> None:
    assert town
    refusals = set()
    for label, body in spoilt(fit_for(route)):
        straight, usually = ways.both(path_of(route), body)
        assert seen(straight) == seen(usually), label
        refusals.add(straight.status_code)
    assert {413, 422} <= refusals


@pytest.mark.parametrize("route", STEPS, ids=lambda route: route.path)
def test_another_type_of_body_is_refused_alike(ways: Ways, town: Town, route: APIRoute) -> None:
    assert town
    refusals = set()
    for kind in TYPES:
        headers = {"Content-Type": kind}
        straight, usually = ways.both(path_of(route), said(fit_for(route)()), headers)
        assert seen(straight) == seen(usually), kind
        refusals.add(straight.status_code)
    assert 415 in refusals


@pytest.mark.parametrize("route", STEPS, ids=lambda route: route.path)
def test_doors_refuse_alike(ways: Ways, town: Town, route: APIRoute) -> None:
    assert town
    for more in HEADERS:
        for body in (said(fit_for(route)()), said({"a": "\0"}), b"{"):
            straight, usually = ways.both(path_of(route), body, {**TYPED, **more})
            assert seen(straight) == seen(usually), (more, body)


@pytest.mark.parametrize("route", STEPS, ids=lambda route: route.path)
def test_queries_are_looked_at_alike(ways: Ways, town: Town, route: APIRoute) -> None:
    assert town
    for query in QUERIES:
        straight, usually = ways.both(f"{path_of(route)}{query}", said(fit_for(route)()))
        assert seen(straight) == seen(usually), query


def test_an_id_is_one_by_both_or_by_neither(ways: Ways, town: Town) -> None:
    assert town
    one = uuid4()
    for pattern in IDS:
        path = f"/petitions/{pattern.format(id=one, hex=one.hex)}/signatures"
        straight, usually = ways.both(path, said(CONSENTS))
        assert seen(straight) == seen(usually), pattern


def test_whoever_fits_is_answered_alike(ways: Ways, town: Town) -> None:
    known, unknown = person(), person()
    registers_phone(town, next(NUMBERS) - 2)
    for who in (known, unknown):
        straight, usually = ways.both("/challenges", said(who))
        assert (straight.status_code, seen(straight)) == (201, seen(usually))
