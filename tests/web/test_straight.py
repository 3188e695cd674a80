"""The straight way of a crowd's pages answers as the usual way does, whatever is sent.

The usual way is the framework's own: the same routes, of the class that all others have. Both
stand on one database, and each request is sent to both by the same browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Final
from urllib.parse import quote_plus, urlencode
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from referendum.bootstrap import Services
from referendum.doors.tables import Table
from referendum.identity.sessions import csrf_of, new_token
from referendum.kernel.keys import Keyring
from referendum.web.app import ROUTERS, TABLE, create_web
from referendum.web.straight import FORM, Straight
from tests.doors.browser import Browser
from tests.doors.gate import services
from tests.town import Town
from tests.web.visitors import Visitor, identity_of, phone_of, registers_phone

STEPS: Final = [route for route in TABLE.routes if isinstance(route, Straight)]
WAY: Final = "/measures/1/sign/consent"
OWN: Final = frozenset({"date", "x-request-id", "content-length", "retry-after"})
"""Headers that no two requests have in common, and `content-length`, which follows the body."""
DRAWN: Final = re.compile(
    r"(?<=[^0-9a-f])[0-9a-f]{64}(?=[^0-9a-f])"  # a form's token
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # a challenge's or a request's number
    r'|(?<=fill="#000" d=")[^"]+'  # a receipt's code for cameras
    r'|data-[a-z-]+="[0-9]+"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?'  # what is left, and until when
)
NUMBERS: Final = count(40)
TOKEN: Final = new_token()
WRONG: Final = (
    "",
    " ",
    "yes",
    "가" * 2_000,
    "x" * 200_000,
    "a\0b",
    "a\x1bb",
    "\uffff",
    "//elsewhere.example",
    "/measures/1/sign/consent",
    "/measures/99999999999/sign",
)
RAW: Final = (
    b"",
    b"&",
    b"=",
    b"&&=&",
    b"csrf",
    b"csrf=",
    b"%",
    b"name=%ED%A0%80",
    b"name=%FF",
    b"\xff=\xff",
    b"name=a;next=b",
    b"{}",
)
TYPES: Final = (
    "",
    "text/plain",
    "application/json",
    "APPLICATION/X-WWW-FORM-URLENCODED",
    f"{FORM}; charset=utf-8",
    f"{FORM}; charset=euc-kr",
    f" {FORM} ",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
)
HEADERS: Final[tuple[dict[str, str], ...]] = (
    {"Accept-Language": "en"},
    {"HX-Request": "true"},
    {"Origin": "https://elsewhere.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"X-CSRF-Token": "0" * 64},
    {"Cookie": f"browser={TOKEN}; session={'A' * 43}"},
    {"Cookie": f"browser={TOKEN}; flash=recognising.flash.longer"},
    {"Cookie": ""},
)
IDS: Final = ("{id}", "{hex}", "-{hex}", "urn:uuid:{id}", "{id}%00", "x", "%ED%A0%80")
MEASURES: Final = ("1", "01", "+1", "1.0", "%201", "0", "-1", "2", "9" * 12, "1_0", "%D9%A1", "x")
QUERIES: Final = (
    "?next=",
    "?next=/may-i",
    "?next=/may-i&next=/record",
    "?next=//elsewhere.example",
    "?next=%00",
    "?next=%ED%A0%80",
    "?lang=en",
    "?other=1",
)


@dataclass(frozen=True, slots=True)
class Ways:
    """The same request by both, of a browser that has been shown a form and keeps no cookie."""

    straight: Browser
    usual: Browser

    def alike(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        headers: dict[str, str] | None = None,
    ) -> int:
        """Both answer the same; gives the status."""
        typed = {"Content-Type": FORM} if method == "POST" else {}
        sent = {"Cookie": f"browser={TOKEN}", **typed, **(headers or {})}
        found = []
        for client in (self.straight, self.usual):
            client.cookies.clear()
            response = client.request(method, path, content=body or None, headers=sent)
            found.append(seen(response))
        assert found[0] == found[1], (method, path[:80], body[:200], headers)
        return int(found[0]["status"])


def seen(response: httpx2.Response) -> dict[str, Any]:
    """All of an answer but what is drawn anew for each."""
    headers = sorted(
        (name, re.sub("=[^;]*", "", value, count=1) if name == "set-cookie" else value)
        for name, value in response.headers.multi_items()
        if name not in OWN
    )
    return {
        "status": response.status_code,
        "headers": [(name, DRAWN.sub("*", value)) for name, value in headers],
        "page": DRAWN.sub("*", response.text),
    }


def body(**fields: str) -> bytes:
    return urlencode({"csrf": csrf_of(TOKEN), **fields}).encode()


def fields_of(route: APIRoute) -> list[str]:
    return [field.alias for field in route.dependant.body_params]


def fit_for(route: APIRoute) -> dict[str, str]:
    """What somebody types; of one phone's codes there are few in an hour."""
    name, born = identity_of(number := next(NUMBERS))
    typed = {"name": name, "birth_date": born.isoformat(), "phone": phone_of(number)}
    typed |= {"next": WAY, "code": "123456", "tell": ""}
    typed |= dict.fromkeys(("purpose", "sensitive", "retention"), "yes")
    return {each: typed[each] for each in fields_of(route)}


def path_of(route: APIRoute, *, challenge: str | None = None, number: str = "1") -> str:
    named = {"{challenge}": challenge or str(uuid4()), "{number}": number}
    path = route.path
    for mark, value in named.items():
        path = path.replace(mark, value)
    return path


def method_of(route: APIRoute) -> str:
    [method] = list(route.methods or ())
    return method


def _given_back(router: APIRouter) -> APIRouter:
    if not any(isinstance(route, Straight) for route in router.routes):
        return router
    plain = APIRouter()
    for route in router.routes:
        assert isinstance(route, APIRoute)
        plain.add_api_route(route.path, route.endpoint, methods=list(route.methods or ()))
    return plain


USUAL: Final = Table.of([_given_back(router) for router in ROUTERS], *TABLE.checks)


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
def ways(service: Services, initiative_open: UUID) -> Ways:
    assert initiative_open

    def browser(table: Table) -> Browser:
        return Browser(create_web(service, table=table), follow_redirects=False)

    return Ways(browser(TABLE), browser(USUAL))


each_step = pytest.mark.parametrize(
    "route", STEPS, ids=lambda route: f"{method_of(route)} {route.path}"
)


def test_all_steps_of_a_crowd_are_straight_and_the_other_way_has_none() -> None:
    handlers = {(method_of(route), route.path): route.app for route in STEPS}
    assert {
        ("GET", "/sign-in"),
        ("POST", "/sign-in"),
        ("GET", "/sign-in/{challenge}"),
        ("POST", "/sign-in/{challenge}"),
        ("GET", WAY.replace("1", "{number}")),
        ("POST", WAY.replace("1", "{number}")),
        ("POST", "/measures/{number}/sign"),
    } <= handlers.keys()
    assert len(USUAL.routes) == len(TABLE.routes)
    assert not [route for route in USUAL.routes if isinstance(route, Straight)]


@each_step
def test_what_fits_is_answered_alike(ways: Ways, route: APIRoute) -> None:
    given = body(**fit_for(route)) if method_of(route) == "POST" else b""
    assert ways.alike(method_of(route), path_of(route), given) < 500


@each_step
def test_addresses_are_read_alike(ways: Ways, route: APIRoute) -> None:
    one = uuid4()
    paths = [path_of(route) + query for query in QUERIES]
    paths += [path_of(route, challenge=each.format(id=one, hex=one.hex)) for each in IDS]
    paths += [path_of(route, number=each) for each in MEASURES]
    for path in paths:
        given = body(**fit_for(route)) if method_of(route) == "POST" else b""
        assert ways.alike(method_of(route), path, given) < 500


@each_step
def test_doors_refuse_alike(ways: Ways, route: APIRoute) -> None:
    statuses = set()
    for more in HEADERS:
        given = body(**fit_for(route)) if method_of(route) == "POST" else b""
        statuses.add(ways.alike(method_of(route), path_of(route), given, headers=more))
    assert method_of(route) == "GET" or 403 in statuses


posted = pytest.mark.parametrize(
    "route", [one for one in STEPS if method_of(one) == "POST"], ids=lambda route: route.path
)


@posted
def test_fields_are_read_alike(ways: Ways, route: APIRoute) -> None:
    statuses = set()
    for field in fields_of(route):
        for wrong in WRONG:
            given = body(**{**fit_for(route), field: wrong})
            statuses.add(ways.alike("POST", path_of(route), given))
        without = {name: text for name, text in fit_for(route).items() if name != field}
        ways.alike("POST", path_of(route), body(**without))
        ways.alike("POST", path_of(route), body(**fit_for(route)) + f"&{field}=".encode())
        again = f"&{field}={quote_plus('다른 것')}".encode()
        ways.alike("POST", path_of(route), body(**fit_for(route)) + again)
    ways.alike("POST", path_of(route), body(**fit_for(route), surprise="1"))
    assert {413, 422} <= statuses


@posted
def test_other_bodies_are_refused_alike(ways: Ways, route: APIRoute) -> None:
    statuses = set()
    token = {"X-CSRF-Token": csrf_of(TOKEN)}
    for kind in TYPES:
        headers = {"Content-Type": kind, **token}
        statuses.add(ways.alike("POST", path_of(route), body(**fit_for(route)), headers=headers))
    for raw in RAW:
        statuses.add(ways.alike("POST", path_of(route), raw, headers=token))
        statuses.add(ways.alike("POST", path_of(route), raw))
    (field, *_) = fields_of(route)
    part = (
        f'--x\r\nContent-Disposition: form-data; name="{field}"; filename="a"\r\n\r\nb\r\n--x--\r\n'
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x", **token}
    statuses.add(ways.alike("POST", path_of(route), part.encode(), headers=headers))
    assert 403 in statuses
    assert max(statuses) < 500


def test_a_whole_flow_is_answered_alike(ways: Ways, town: Town) -> None:
    """Each by one way; what they were shown is the same at every step."""
    told: list[list[dict[str, Any]]] = []
    steps: tuple[tuple[Browser, int], ...] = ((ways.straight, 30), (ways.usual, 31))
    for client, number in steps:
        registers_phone(town, number)
        told.append(list(_flow(Visitor(client, town), number)))
    assert [_bare(one) for one in told[0]] == [_bare(one) for one in told[1]]
    assert all("receipt-value" in one[-1]["page"] for one in told)


def _bare(answer: dict[str, Any]) -> dict[str, Any]:
    """Without the receipt, which nobody else has."""
    page = re.sub(r'(receipt-value"[^>]*>)[^<]*', r"\1", answer["page"])
    return {**answer, "page": re.sub(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4})+", "*", page)}


def _flow(visitor: Visitor, number: int) -> Iterator[dict[str, Any]]:
    client, agreed = visitor.client, dict.fromkeys(("purpose", "sensitive", "retention"), "yes")
    name, born = identity_of(number)
    who = {"name": name, "birth_date": born.isoformat(), "phone": phone_of(number)}
    yield seen(response := client.get(f"/sign-in?next={WAY}"))
    yield seen(response := visitor.sends("/sign-in", seen=response.text, next=WAY, **who))
    page = response.headers["location"]
    yield seen(response := client.get(page))
    code: Callable[[str], str] = visitor.code_for
    bare = page.partition("?")[0]
    yield seen(visitor.sends(bare, seen=response.text, code=code(page), next=WAY))
    yield seen(response := client.get(WAY))
    yield seen(response := visitor.sends(WAY, seen=response.text, **agreed))
    yield seen(visitor.sends("/measures/1/sign", seen=response.text, **agreed))
