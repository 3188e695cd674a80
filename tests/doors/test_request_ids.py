"""Every request has a number, which nobody outside can put words into."""

from __future__ import annotations

from uuid import uuid4

from tests.doors.conftest import Door


def test_a_strangers_number_is_replaced(door: Door) -> None:
    given = str(uuid4())
    response = door().get("/who/1", headers={"X-Request-Id": given})
    assert response.headers["x-request-id"] != given


def test_a_trusted_proxys_number_is_kept_if_it_is_one(door: Door) -> None:
    client = door(peer="10.0.0.1", trusted_proxies=["10.0.0.1"])
    given = str(uuid4())
    assert client.get("/who/1", headers={"X-Request-Id": given}).headers["x-request-id"] == given
    words = client.get("/who/1", headers={"X-Request-Id": "01012345678"})
    assert words.headers["x-request-id"] != "01012345678"
