"""What callers without a session share of the interface, and that nobody's own is among it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from referendum.api.app import create_api, routes
from referendum.asgi import API
from referendum.doors.sharing import queries_of
from referendum.kernel.keys import Keyring
from tests.architecture.test_statements import public
from tests.doors.browser import Browser
from tests.doors.gate import services
from tests.web.public_addresses import Streets

SHARED = {route.path for route in routes() if queries_of(route) is not None}
OWN_VALIDATOR = {"/certificates/{certificate_id}"}
"""What never changes says so of itself, for longer than seconds."""


@pytest.fixture
def client(keyring: Keyring, database_url: str) -> Iterator[Browser]:
    service = services(keyring, database_url, page_seconds=60)
    yield Browser(Starlette(routes=[Mount(API, create_api(service))]))
    service.engine.dispose()


def test_whatever_anyone_may_read_may_be_kept_for_seconds_and_has_a_validator(
    streets: Streets, client: Browser
) -> None:
    reads = streets.reads()
    assert reads.keys() - SHARED == OWN_VALIDATOR
    for name, path in reads.items():
        first = client.get(f"{API}{path}")
        assert first.status_code == 200, path
        assert "set-cookie" not in first.headers, path
        again = client.get(f"{API}{path}", headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path
        if name in SHARED:
            assert first.headers["cache-control"].startswith("public, max-age=60"), path
            assert client.get(f"{API}{path}").content == first.content, path


@pytest.mark.parametrize("headers", [{"cookie": "session=x"}, {"authorization": "Bearer x"}])
def test_who_has_a_session_is_answered_alone(
    streets: Streets, client: Browser, headers: dict[str, str]
) -> None:
    path = f"{API}{streets.reads()['/measures/{measure_id}/acts']}"
    client.get(path)
    alone = client.get(path, headers=headers)
    assert alone.headers["cache-control"] == "no-store"
    assert "etag" not in alone.headers


def test_what_is_somebodys_own_is_never_shared() -> None:
    anyones = public(routes())
    assert anyones >= SHARED
    assert {"/session", "/challenges/{challenge_id}", "/measures/{measure_id}/needed"} <= (
        anyones - SHARED
    )


def test_parts_of_a_list_and_narrowed_lists_are_answers_of_their_own(
    streets: Streets, client: Browser
) -> None:
    del streets
    whole, first = client.get(f"{API}/measures"), client.get(f"{API}/measures?limit=1")
    assert len(first.json()["items"]) == 1 < len(whole.json()["items"])
    assert "etag" in client.get(first.json()["next"]).headers
    assert client.get(f"{API}/measures?unheard_of=1").headers["cache-control"] == "no-store"
