"""What every answer carries, whatever the answer is (WEB-03)."""

from __future__ import annotations

import pytest

from referendum.doors.headers import POLICY
from tests.doors.conftest import Door

EVERY_KIND = [
    ("/who/1", 200),
    ("/nowhere", 404),
    ("/who/one", 422),
    ("/refusal", 404),
    ("/mine", 401),
    ("/outage", 503),
    ("/defect", 500),
]


@pytest.mark.parametrize(("path", "status"), EVERY_KIND)
def test_every_answer_carries_the_security_headers(door: Door, path: str, status: int) -> None:
    response = door().get(path)

    assert response.status_code == status
    assert response.headers["content-security-policy"] == POLICY
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    assert response.headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in response.headers["permissions-policy"]
    assert response.headers["cache-control"] == "no-store"
    assert len(response.headers["x-request-id"]) == 36


def test_nothing_inline_is_ever_allowed() -> None:
    assert POLICY.startswith("default-src 'none'")
    assert "unsafe" not in POLICY
    assert "*" not in POLICY
    assert "frame-ancestors 'none'" in POLICY


def test_only_https_asks_browsers_to_stay_with_it(door: Door) -> None:
    assert "strict-transport-security" not in door().get("/who/1").headers
    secure = door(public_url="https://city.example")
    assert "max-age=31536000" in secure.get("/who/1").headers["strict-transport-security"]
