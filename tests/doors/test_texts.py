"""Signs that nobody types are refused at every door, before anything is done with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute

from referendum.api.app import create_api
from referendum.api.app import routes as api_routes
from referendum.doors.texts import is_fit
from referendum.identity import sessions
from referendum.kernel.keys import Keyring
from referendum.web.app import create_web
from referendum.web.app import routes as web_routes
from tests.doors.browser import Browser
from tests.doors.gate import services

UNFIT = ("\x00", "a\x00b", "\x0b", "\x1b[31m", "\x7f", "\ufffe", "\uffff")
NOBODY = "00000000-0000-4000-8000-000000000000"
SAFE = {"GET", "HEAD", "OPTIONS"}
TOKEN = "t" * 43
"""A browser's cookie; its forms carry the token that follows from it."""

Door = Callable[[], Browser]


@pytest.fixture(scope="module")
def web(keyring: Keyring) -> Iterator[Browser]:
    service = services(keyring)
    client = Browser(create_web(service), base_url="http://testserver", follow_redirects=False)
    client.cookies.set("browser", TOKEN, domain="testserver.local")
    yield client
    service.engine.dispose()


@pytest.fixture(scope="module")
def api(keyring: Keyring) -> Iterator[Browser]:
    service = services(keyring)
    yield Browser(create_api(service), base_url="http://testserver")
    service.engine.dispose()


def each(routes: list[APIRoute]) -> list[tuple[str, str]]:
    """Every route by its method and address, with ids that nothing has."""
    known = {"number": "1", "index": "0", "sequence": "1"}
    found = []
    for route in routes:
        path = route.path
        for name in route.param_convertors:
            path = path.replace(f"{{{name}}}", known.get(name, NOBODY))
        found += [(method, path) for method in sorted(route.methods or ())]
    return found


def is_refused(client: Browser, method: str, path: str, **sent: Any) -> None:
    answer = client.request(method, path, **sent)
    assert answer.status_code == 422, (method, path, sent, answer.status_code, answer.text[:300])


@pytest.mark.parametrize(("method", "path"), each(web_routes()))
def test_no_page_takes_a_sign_that_nobody_types(web: Browser, method: str, path: str) -> None:
    """Neither database nor key is asked: there is none behind this door."""
    for unfit in UNFIT[:2] + UNFIT[3:4]:
        is_refused(web, method, f"{path}?next={quote(unfit)}")
    if method in SAFE:
        return
    form = {"csrf": sessions.csrf_of(TOKEN), "reason": "a\x00b"}
    is_refused(web, method, path, data=form)
    named = (
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="a\x01"\r\n\r\n\r\n--x--\r\n'
    )
    kind = {"content-type": "multipart/form-data; boundary=x"}
    is_refused(web, method, path, content=named, headers=kind)
    half = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\\ud800\r\n--x--\r\n'
    for charset in ("raw-unicode-escape", "utf-7", "utf-16", "undefined", "punycode"):
        kind = {"content-type": f"multipart/form-data; boundary=x; charset={charset}"}
        answer = web.request(method, path, content=half, headers=kind)
        assert answer.status_code == 400, (charset, answer.text[:300])


@pytest.mark.parametrize(("method", "path"), each(api_routes()))
def test_no_route_of_the_api_takes_a_sign_that_nobody_types(
    api: Browser, method: str, path: str
) -> None:
    for unfit in UNFIT:
        is_refused(api, method, f"{path}?next={quote(unfit)}")
    if method in SAFE:
        return
    said = {"content-type": "application/json"}
    for document in ({"a": ["x", {"b": "\x00"}]}, {"\x00": 1}, ["\ud800"], "\udfff"):
        is_refused(api, method, path, content=json.dumps(document), headers=said)
    is_refused(api, method, path, headers={"idempotency-key": "a\x1b"})
    for broken in (b"[" * 60_000, b"\xff\xfe", b"{", b""):
        answer = api.request(method, path, content=broken, headers=said)
        assert answer.status_code < 500 or answer.status_code == 503, (broken[:4], answer.text)


@pytest.mark.parametrize("path", ["/measures/%00", "/certificates/a%00b", "/rules/%1b", "/%00"])
def test_a_part_of_an_address_is_a_text_too(web: Browser, path: str) -> None:
    assert web.get(path).status_code in (404, 422)


def test_the_refusal_names_the_field_and_nothing_of_the_text(api: Browser) -> None:
    said = {"content-type": "application/json", "accept-language": "en"}
    answer = api.post("/challenges", content='{"name": "a\\u0000b"}', headers=said)
    assert answer.json()["type"] == "/problems/text-not-usable"
    assert answer.json()["facts"] == {"field": "name"}
    strange = api.post("/challenges", content='{"a<b>\\u0000": "c"}', headers=said)
    assert strange.json()["facts"] == {"field": "text"}


def test_the_address_of_a_problem_is_a_uri_reference(api: Browser) -> None:
    """RFC 9457 §3.1.5, and as the API's own schema says."""
    answer = api.get("/measures/" + quote('서울 <b>"\x00'))
    assert answer.json()["instance"] == "/measures/" + quote('서울 <b>"\x00')


@pytest.mark.parametrize("text", ["김 아무개", "a\tb\r\nc", "👩‍👧", "Đặng", "󠄀", "e\u0301"])
def test_what_people_write_is_fit(text: str) -> None:
    assert is_fit(text)
