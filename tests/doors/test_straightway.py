"""A crowd's routes answer what is plain themselves; whatever is not reaches the framework."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import PlainTextResponse, Response

from referendum.api.app import TABLE as API
from referendum.doors import frame, problems
from referendum.doors.errors import PageNotFound
from referendum.doors.straightway import Crowded, NotPlain, Way
from referendum.kernel.keys import Keyring
from referendum.web.app import TABLE as WEB
from tests.doors.browser import Browser
from tests.doors.gate import services

BOTH: Final[Sequence[Sequence[APIRoute]]] = (API.routes, WEB.routes)


class Crowd(Crowded):
    """Takes bodies that begin with a word, and refuses another."""

    def straight(self) -> Way | None:
        async def answer(request: Request) -> Response:
            told = (await request.body()).decode()
            if told.startswith("no"):
                raise PageNotFound
            if told and not told.startswith("plain"):
                raise NotPlain
            return PlainTextResponse(f"straight {request.path_params} {told}")

        return answer


def browser(keyring: Keyring) -> Browser:
    router = APIRouter(route_class=Crowd)
    app = FastAPI()

    @router.post("/crowd/{one}")
    async def take(one: str, request: Request) -> dict[str, Any]:
        return {"usual": one, "told": (await request.body()).decode()}

    app.include_router(router)
    routes = [route for route in router.routes if isinstance(route, APIRoute)]
    frame.install(app, services(keyring), answer=problems.answer, routes=routes)
    return Browser(app)


def test_a_plain_request_is_answered_straight_with_what_the_address_names(
    keyring: Keyring,
) -> None:
    assert browser(keyring).post("/crowd/a%20b", content="plain x").text == (
        "straight {'one': 'a b'} plain x"
    )


@pytest.mark.parametrize("body", ["other", "other" * 9_000])
def test_what_is_not_plain_reaches_the_framework_as_it_came(keyring: Keyring, body: str) -> None:
    found = browser(keyring).post("/crowd/a", content=body)
    assert found.json() == {"usual": "a", "told": body}


def test_a_refusal_is_told_as_the_application_tells_it(keyring: Keyring) -> None:
    found = browser(keyring).post("/crowd/a", content="no")
    assert (found.status_code, found.json()["type"]) == (404, "/problems/page-not-found")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/crowd/a", 405), ("POST", "/crowd/a/b", 404), ("POST", "/crowd", 404)],
)
def test_another_method_or_address_is_the_framework_s(
    keyring: Keyring, method: str, path: str, status: int
) -> None:
    assert browser(keyring).request(method, path).status_code == status


def test_a_line_of_the_journal_names_the_route(
    keyring: Keyring, capsys: pytest.CaptureFixture[str]
) -> None:
    browser(keyring).post("/crowd/somebody", content="plain")
    told = capsys.readouterr().out
    assert "/crowd/{one}" in told
    assert "somebody" not in told


@pytest.mark.parametrize("routes", BOTH, ids=["interface", "pages"])
def test_no_route_before_one_of_a_crowd_would_take_its_addresses(
    routes: Sequence[APIRoute],
) -> None:
    """They are looked for first, whatever stands before them in the table."""
    crowded = [
        (at, route)
        for at, route in enumerate(routes)
        if isinstance(route, Crowded) and route.straight() is not None
    ]
    assert crowded
    for at, route in crowded:
        address = route.path.replace("{", "").replace("}", "")
        assert route.path_regex.match(address)
        before = [
            one.path
            for one in routes[:at]
            if one.path_regex.match(address) and set(one.methods or ()) & set(route.methods or ())
        ]
        assert not before, route.path
