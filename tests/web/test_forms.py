"""A form is taken only from our own page (WEB-03)."""

from __future__ import annotations

import pytest

from tests.web.conftest import Open
from tests.web.reading import csrf_of


def test_a_form_of_our_own_page_is_taken(site: Open) -> None:
    client = site()
    token = csrf_of(client.get("/gallery").text)
    response = client.post("/gallery", data={"csrf": token, "phone": "x"})
    assert (response.status_code, response.headers["location"]) == (303, "/gallery")


@pytest.mark.parametrize("token", [None, "", "0" * 64, "가"])
def test_without_the_right_token_nothing_is_taken(site: Open, token: str | None) -> None:
    client = site()
    client.get("/gallery")
    data = {"phone": "x"} | ({} if token is None else {"csrf": token})
    response = client.post("/gallery", data=data)
    assert response.status_code == 403
    assert "이 양식은 더 이상 쓸 수 없습니다." in response.text


def test_another_browsers_token_is_not_taken(site: Open) -> None:
    mine, theirs = site(), site()
    mine.get("/gallery")
    token = csrf_of(theirs.get("/gallery").text)
    assert mine.post("/gallery", data={"csrf": token, "phone": "x"}).status_code == 403


def test_without_our_cookie_no_token_is_good(site: Open) -> None:
    client = site()
    token = csrf_of(client.get("/gallery").text)
    client.cookies.clear()
    assert client.post("/gallery", data={"csrf": token, "phone": "x"}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_a_form_from_elsewhere_is_refused_even_with_the_token(
    site: Open, headers: dict[str, str]
) -> None:
    client = site()
    token = csrf_of(client.get("/gallery").text)
    response = client.post("/gallery", data={"csrf": token, "phone": "x"}, headers=headers)
    assert response.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}],
    ids=str,
)
def test_a_form_that_says_it_is_ours_is_taken(site: Open, headers: dict[str, str]) -> None:
    client = site()
    token = csrf_of(client.get("/gallery").text)
    response = client.post("/gallery", data={"csrf": token, "phone": "x"}, headers=headers)
    assert response.status_code == 303


def test_a_page_without_a_form_sets_no_cookie(site: Open) -> None:
    assert "set-cookie" not in site().get("/problems/page-not-found").headers


def test_over_https_the_cookies_belong_to_this_host_alone(site: Open) -> None:
    given = site(public_url="https://city.example").get("/gallery").headers["set-cookie"]
    assert given.startswith("__Host-browser=")
    assert "Secure" in given
    assert "HttpOnly" in given
    assert "samesite=lax" in given.lower()
    assert "Domain" not in given


def test_missing_fields_are_named_in_words(site: Open) -> None:
    client = site()
    token = csrf_of(client.get("/gallery").text)
    response = client.post("/gallery", data={"csrf": token})
    assert response.status_code == 422
    assert "휴대전화 번호: 꼭 입력해야 합니다." in response.text


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"],
)
def test_the_way_back_never_leads_off_the_site(site: Open, elsewhere: str) -> None:
    client = site()
    token = csrf_of(client.get("/gallery").text)
    response = client.post("/gallery", data={"csrf": token, "phone": "x", "back": elsewhere})
    assert response.headers["location"] == "/"


def test_one_sentence_is_shown_once_on_the_next_page(site: Open) -> None:
    client = site()
    token = csrf_of(client.get("/gallery").text)
    client.post("/gallery", data={"csrf": token, "phone": "x"})
    assert "이용 시간을 연장했습니다." in client.get("/gallery").text
    assert "이용 시간을 연장했습니다." not in client.get("/gallery").text


@pytest.mark.parametrize("planted", ["web.name", "<b>x</b>", "web.flash.nothing", "x" * 5000])
def test_a_planted_flash_shows_nothing(site: Open, planted: str) -> None:
    client = site()
    client.cookies.set("flash", planted)
    response = client.get("/gallery")
    assert response.status_code == 200
    assert "<b>x</b>" not in response.text
    assert 'notice-success" role' not in response.text
