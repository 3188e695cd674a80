"""An answer that is the same for all is built once, and never made of one visitor's things."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, Response
from starlette.types import Message, Receive, Scope, Send

from referendum.doors import languages, localities
from referendum.doors.heads import Heads
from referendum.doors.sharing import MOST, SharedAnswers, shared
from tests.coroutines import finished
from tests.doors.browser import Browser

LIFE = 5.0


@dataclass
class House:
    """An application that counts how often it builds, on a clock that is moved by hand."""

    now: float = 100.0
    built: int = 0
    seen: list[dict[str, str]] = field(default_factory=list)
    router: APIRouter = field(default_factory=APIRouter)
    heard: str = "first"

    def app(self, *, seconds: float = LIFE) -> FastAPI:
        house = self

        @self.router.get("/open/{number}")
        @shared("by", "lang")
        def opened(request: Request, number: int) -> Response:
            house.built += 1
            house.seen.append(dict(request.headers))
            spoken = languages.language_of(request).value
            return HTMLResponse(f"{number} {spoken} {house.heard}")

        @self.router.get("/setting/{number}")
        @shared()
        def sets(number: int) -> Response:
            house.built += 1
            response = HTMLResponse(str(number))
            response.set_cookie("browser", "b")
            return response

        @self.router.get("/near")
        @shared(by_district=True)
        def near(request: Request) -> Response:
            house.built += 1
            house.seen.append(dict(request.headers))
            return HTMLResponse(localities.of(request) or "all")

        @self.router.get("/own")
        def own() -> Response:
            house.built += 1
            return HTMLResponse("own")

        routes = [one for one in self.router.routes if isinstance(one, APIRoute)]
        app = FastAPI(
            middleware=[
                Middleware(Heads),
                Middleware(SharedAnswers, routes=routes, seconds=seconds, clock=lambda: house.now),
            ]
        )
        app.include_router(self.router)
        return app


@pytest.fixture
def house() -> House:
    return House()


def visitor(house: House, **given: Any) -> Browser:
    return Browser(house.app(**given))


def test_it_is_built_once_until_its_seconds_are_over(house: House) -> None:
    client = visitor(house)
    first = client.get("/open/1")
    house.heard = "later"
    house.now += LIFE - 0.1
    assert client.get("/open/1").content == first.content
    assert house.built == 1
    house.now += 0.2
    assert "later" in client.get("/open/1").text
    assert house.built == 2


def test_languages_never_mix(house: House) -> None:
    client = visitor(house)
    for _ in range(2):
        assert "1 ko" in client.get("/open/1", headers={"accept-language": "ko"}).text
        assert "1 en" in client.get("/open/1", headers={"accept-language": "en-GB,ko;q=.5"}).text
        assert "1 en" in client.get("/open/1", headers={"cookie": "language=en"}).text
        assert "1 en" in client.get("/open/1?lang=en").text
    assert house.built == 3, "one for each language, and one for the address that names it"


def test_a_browser_may_keep_it_for_seconds_and_ask_whether_it_changed(house: House) -> None:
    client = visitor(house)
    first = client.get("/open/1")
    assert first.headers["cache-control"] == "public, max-age=5, stale-while-revalidate=10"
    assert first.headers["vary"] == "Accept-Encoding, Accept-Language, Cookie, HX-Request"
    tag = first.headers["etag"]
    for held in (tag, tag.removeprefix("W/"), f'"other", {tag}'):
        again = client.get("/open/1", headers={"if-none-match": held})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    house.now += 2 * LIFE
    assert client.get("/open/1", headers={"if-none-match": tag}).status_code == 304, "built anew"
    house.heard = "something else"
    house.now += 2 * LIFE
    changed = client.get("/open/1", headers={"if-none-match": tag})
    assert (changed.status_code, changed.headers["etag"] == tag) == (200, False)


def test_head_is_answered_from_what_is_kept(house: House) -> None:
    client = visitor(house)
    whole, head = client.get("/open/1"), client.head("/open/1")
    assert head.content == b""
    assert head.headers["content-length"] == str(len(whole.content))
    assert house.built == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "session=x"},
        {"cookie": "__Host-session=x"},
        {"cookie": "flash=web.flash.extended"},
        {"cookie": "__Host-flash=web.flash.extended"},
        {"hx-request": "true"},
        {"authorization": "Bearer x"},
    ],
)
def test_who_has_a_session_neither_gets_nor_feeds_it(house: House, headers: dict[str, str]) -> None:
    client = visitor(house)
    for _ in range(2):
        alone = client.get("/open/1", headers=headers)
        assert {"etag", "cache-control"} & set(alone.headers) == set()
    assert house.built == 2
    client.get("/open/1")
    assert house.built == 3, "what they were shown was kept for nobody"
    client.get("/open/1", headers=headers)
    assert house.built == 4


def test_it_is_built_without_what_a_visitor_s_browser_says(house: House) -> None:
    said = {"cookie": "browser=secret; other=1", "user-agent": "mine", "x-forwarded-for": "1.2.3.4"}
    visitor(house).get("/open/1", headers=said)
    assert set(house.seen[0]) == {"host", "accept-language"}


@pytest.mark.parametrize("path", ["/setting/1", "/own", "/open/1?unknown=1", "/nowhere"])
def test_what_sets_a_cookie_or_is_not_marked_or_not_known_is_not_kept(
    house: House, path: str
) -> None:
    client = visitor(house)
    one, two = client.get(path), client.get(path)
    assert {"etag", "cache-control"} & {*one.headers, *two.headers} == set()
    assert house.built in {0, 2}


def test_a_query_that_is_known_makes_an_answer_of_its_own(house: House) -> None:
    client = visitor(house)
    for path in ("/open/1?by=a", "/open/1?by=b", "/open/1?by=a"):
        assert "etag" in client.get(path).headers
    assert house.built == 2


def test_no_seconds_is_no_sharing(house: House) -> None:
    client = visitor(house, seconds=0)
    assert "etag" not in client.get("/open/1").headers
    client.get("/open/1")
    assert house.built == 2


def test_it_keeps_only_so_many(house: House) -> None:
    client = visitor(house)
    for number in range(MOST + 1):
        client.get(f"/open/{number}")
    client.get(f"/open/{MOST}")
    assert house.built == MOST + 1
    client.get("/open/0")
    assert house.built == MOST + 2, "the one unasked longest went"


def test_one_builds_while_the_others_wait_or_have_the_old_one(house: House) -> None:
    builds: list[asyncio.Event] = []

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        scope["route"] = marked
        gate = asyncio.Event()
        builds.append(gate)
        number = len(builds)
        await gate.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(number).encode()})

    house.app()
    marked = next(one for one in house.router.routes if isinstance(one, APIRoute))
    answers = SharedAnswers(slow, routes=[marked], seconds=LIFE, clock=lambda: house.now)

    async def ask() -> bytes:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "GET",
            "path": "/open/1",
            "query_string": b"",
            "headers": [],
        }
        await answers(scope, receive, send)
        return bytes(sent[-1]["body"])

    async def story() -> None:
        asking = [asyncio.create_task(ask()) for _ in range(20)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert len(builds) == 1, "one of twenty builds"
        builds[0].set()
        assert await asyncio.gather(*asking) == [b"1"] * 20
        house.now += LIFE + 1
        renewing = asyncio.create_task(ask())
        await asyncio.sleep(0)
        assert await ask() == b"1", "meanwhile the old one will do"
        assert len(builds) == 2
        builds[1].set()
        assert await renewing == b"2"
        assert await ask() == b"2"

    finished(story())


def test_a_build_that_fails_lets_the_next_one_try(house: House) -> None:
    failures = iter([RuntimeError("broken"), None])

    async def fails_once(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        scope["route"] = marked
        if failure := next(failures):
            raise failure
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"whole"})

    house.app()
    marked = next(one for one in house.router.routes if isinstance(one, APIRoute))
    client = Browser(SharedAnswers(fails_once, routes=[marked], seconds=LIFE))
    with pytest.raises(RuntimeError, match="broken"):
        client.get("/open/1")
    assert client.get("/open/1").text == "whole"


def test_an_answer_by_district_is_one_for_each_and_sees_nothing_else_of_a_visitor(
    house: House,
) -> None:
    client = visitor(house)
    for cookie, said in (
        ("district=11", "11"),
        ("district=11; browser=b; language=ko", "11"),
        ("district=12", "12"),
        ("district=%3Cscript%3E", "all"),
        ("", "all"),
    ):
        assert client.get("/near", headers={"cookie": cookie}).text == said
    assert house.built == 3
    assert {seen.get("cookie") for seen in house.seen} == {"district=11", "district=12", None}
    client.get("/open/1", headers={"cookie": "district=11"})
    client.get("/open/1", headers={"cookie": "district=12"})
    assert house.built == 4, "where the district decides nothing it makes no answer of its own"


def test_a_slow_line_gets_the_same_text_in_fewer_bytes(house: House) -> None:
    house.heard = "measure " * 500
    client = visitor(house)
    whole = client.get("/open/1", headers={"accept-encoding": "identity"})
    pressed = client.get("/open/1", headers={"accept-encoding": "br, gzip"})
    assert house.built == 1
    assert pressed.text == whole.text
    assert pressed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in whole.headers
    assert int(pressed.headers["content-length"]) < int(whole.headers["content-length"]) / 10
    assert pressed.headers["etag"] == whole.headers["etag"]
    assert "Accept-Encoding" in pressed.headers["vary"]
    tag = {"if-none-match": whole.headers["etag"], "accept-encoding": "gzip"}
    unchanged = client.get("/open/1", headers=tag)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert "content-encoding" not in unchanged.headers
    short = client.get("/near", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in short.headers
