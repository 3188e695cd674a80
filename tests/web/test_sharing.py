"""What visitors share: the public pages, in the language of each, and nothing of anybody's own."""

from __future__ import annotations

import pytest

from referendum.doors.sharing import queries_of
from referendum.web.app import routes
from tests.doors.browser import Browser
from tests.web.conftest import Open
from tests.web.public_addresses import Streets
from tests.web.reading import Page
from tests.web.visitors import Visitor

SHARED = {route.path for route in routes() if queries_of(route) is not None}


def anonymous(client: Browser, language: str) -> Browser:
    client.cookies.clear()
    client.headers["accept-language"] = language
    return client


def test_public_pages_are_shared_without_cookies_tokens_or_the_other_language(
    streets: Streets, site: Open, database_url: str
) -> None:
    client = site(database=database_url, page_seconds=60)
    addresses = streets.pages()
    assert addresses.keys() >= SHARED
    for name, path in addresses.items():
        found: dict[str, str] = {}
        for language in ("ko", "en", "ko", "en"):
            response = anonymous(client, language).get(path)
            assert response.status_code == 200, path
            if "/attachments/" in name:
                assert "immutable" in response.headers["cache-control"], path
                continue
            if name not in SHARED:
                assert response.headers["cache-control"] == "no-store", path
                continue
            assert response.headers["cache-control"].startswith("public, max-age=60"), path
            assert "set-cookie" not in response.headers, path
            assert 'name="csrf"' not in response.text, path
            if "text/html" in response.headers["content-type"]:
                assert f'<html lang="{language}">' in response.text, path
            assert found.setdefault(language, response.text) == response.text, path
            again = client.get(path, headers={"if-none-match": response.headers["etag"]})
            assert (again.status_code, again.content) == (304, b""), path
            assert "content-security-policy" in again.headers, path
            assert again.headers["x-request-id"] != response.headers["x-request-id"], path


def test_who_is_signed_in_gets_a_page_of_their_own_and_leaves_nothing_of_it(
    streets: Streets, site: Open, database_url: str
) -> None:
    visitor = Visitor(site(database=database_url, page_seconds=60), streets.town)
    client, path = visitor.client, streets.pages()["/measures/{number}"]
    shared = anonymous(client, "ko").get(path)
    visitor.is_signed_in(1)
    own = client.get(path)
    assert own.headers["cache-control"] == "no-store"
    assert "etag" not in own.headers
    assert 'name="csrf"' in own.text, "the button that signs them out"
    after = anonymous(client, "ko").get(path)
    assert after.text == shared.text
    assert Page(after.text).faults == []


def test_choosing_a_language_is_nobody_else_s_answer(
    streets: Streets, site: Open, database_url: str
) -> None:
    client = site(database=database_url, page_seconds=60)
    path = streets.pages()["/measures/{number}"]
    chosen = anonymous(client, "ko").get(f"{path}?lang=en")
    assert "language=en" in chosen.headers["set-cookie"]
    assert chosen.headers["cache-control"] == "no-store"
    assert '<html lang="en">' in client.get(path).text, "the cookie decides from now on"
    assert '<html lang="ko">' in anonymous(client, "ko").get(path).text


@pytest.mark.usefixtures("town")
def test_without_seconds_a_page_is_always_of_this_moment(site: Open, database_url: str) -> None:
    client = site(database=database_url)
    response = anonymous(client, "ko").get("/")
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers
