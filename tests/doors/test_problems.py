"""Every refusal has one shape (RFC 9457), in the language that was asked for."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

import pytest

from tests.doors.conftest import Door


def test_a_refusal_tells_code_title_status_place_and_facts(door: Door) -> None:
    response = door().get("/refusal", headers={"accept-language": "en"})
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": "/problems/page-not-found",
        "title": "There is no such page.",
        "status": 404,
        "instance": "/refusal",
        "facts": {"measure": "m-1", "ended": False},
    }


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en-US,en;q=0.9", "en"),
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("en;q=0.4, ko;q=0.5", "ko"),
        ("fr, de;q=0.9", "ko"),
        ("en;q=0, fr", "ko"),
        ("en;q=nonsense", "ko"),
        ("", "ko"),
    ],
)
def test_the_title_is_in_the_language_asked_for(door: Door, accepted: str, language: str) -> None:
    response = door().get("/nowhere", headers={"accept-language": accepted})
    assert response.headers["content-language"] == language
    titles = {"en": "There is no such page.", "ko": "찾으시는 화면이 없습니다."}
    assert response.json()["title"] == titles[language]


def test_wrong_fields_are_pointed_at_and_never_repeated(door: Door) -> None:
    response = door().post("/wishes?lang=en", json={"number": "01012345678x"})
    assert response.status_code == 422
    assert response.json()["type"] == "/problems/input-not-usable"
    assert response.json()["errors"] == [
        {"pointer": "#/number", "detail": "Please enter a number."},
        {"pointer": "#/kind", "detail": "This is needed."},
    ]
    assert "01012345678" not in response.text


def test_broken_json_is_refused_in_the_same_shape(door: Door) -> None:
    headers = {"content-type": "application/json"}
    response = door().post("/wishes", content=b"{", headers=headers)
    assert response.status_code == 422
    assert response.json()["type"] == "/problems/input-not-usable"


def test_a_method_that_is_not_offered_says_so(door: Door) -> None:
    response = door().delete("/refusal")
    assert response.status_code == 405
    assert response.json()["type"] == "/problems/method-not-offered"


def test_without_a_database_the_answer_is_honest(door: Door) -> None:
    response = door().get("/outage")
    assert response.status_code == 503
    assert response.json()["type"] == "/problems/service-unavailable"
    assert int(response.headers["retry-after"]) > 0
    assert "127.0.0.1" not in response.text


def test_a_defect_says_nothing_about_itself(door: Door) -> None:
    response = door().get("/defect")
    assert response.status_code == 500
    assert response.json()["type"] == "/problems/broken"
    assert "홍길동" not in response.text
    assert "RuntimeError" not in response.text


@pytest.mark.parametrize(
    "asked",
    [
        "/없는 화면",
        "/a b",
        '/"quoted"<b>',
        "/100%",
        "/a?b",
        "/[::1]",
        "/back\\slash",
        "/{curly}|^`",
        "//another.example/x",
        "/x:y@z;v=1",
        "/\x01\x7f",
    ],
)
def test_where_it_happened_is_a_uri_reference_of_this_service(door: Door, asked: str) -> None:
    """RFC 9457 §3.1.5 with RFC 3986: nothing but what a path may hold, and never a host."""
    path = quote(asked, safe="/")
    path = path.replace("//", "/%2F", 1) if path.startswith("//") else path
    instance = door().get(path).json()["instance"]
    assert re.fullmatch(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})*", instance)
    assert urlsplit(instance).netloc == ""
    assert unquote(instance) == asked
