"""A machine's door takes a change only from whoever can read the session's own token."""

from __future__ import annotations

import pytest

from referendum.identity.sessions import csrf_of
from tests.doors.conftest import Door


def test_without_a_session_there_is_nothing_to_abuse(door: Door) -> None:
    assert door().post("/changes").json() == "changed"


def test_with_a_session_the_header_is_needed(door: Door) -> None:
    client = door()
    client.cookies.set("session", "abc")
    refused = client.post("/changes")
    assert refused.status_code == 403
    assert refused.json()["type"] == "/problems/foreign-form"

    headers = {"X-CSRF-Token": csrf_of("abc")}
    assert client.post("/changes", headers=headers).json() == "changed"


@pytest.mark.parametrize(
    "foreign", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}], ids=str
)
def test_a_foreign_origin_is_refused_even_with_the_header(
    door: Door, foreign: dict[str, str]
) -> None:
    client = door()
    client.cookies.set("session", "abc")
    headers = {"X-CSRF-Token": csrf_of("abc"), **foreign}
    assert client.post("/changes", headers=headers).status_code == 403
