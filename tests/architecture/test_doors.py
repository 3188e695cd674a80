"""Every page says who may come in, and checks where its forms come from (OPS-01)."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi.dependencies.models import Dependant

from referendum.doors import csrf
from referendum.doors.sessions import DOORS
from referendum.kernel.keys import Keyring
from referendum.web.app import create_web, routes
from tests.doors.gate import services


def calls(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from calls(inner)


def test_every_page_names_its_door() -> None:
    unguarded = [route.path for route in routes() if not DOORS & set(calls(route.dependant))]
    assert routes()
    assert unguarded == []


def test_every_page_belongs_to_a_router_that_the_tests_walk(keyring: Keyring) -> None:
    app = create_web(services(keyring))
    app.openapi_url = "/openapi.json"
    published = app.openapi()["paths"].values()
    hidden = [route.path for route in routes() if not route.include_in_schema]
    assert hidden == []
    count = sum(len(route.methods or ()) for route in routes())
    assert count == sum(len(methods) for methods in published), "a route escaped this test"


def test_the_token_is_checked_for_the_whole_site(keyring: Keyring) -> None:
    app = create_web(services(keyring))
    assert csrf.checked in [each.dependency for each in app.router.dependencies]
