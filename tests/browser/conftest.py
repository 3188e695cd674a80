"""The site of a town, served for real, and browsers that look at it."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from referendum.kernel.keys import Keyring
from referendum.web.app import create_web
from tests.doors.gate import services
from tests.patience import SECONDS
from tests.town import Town

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--in-process-gpu",
    "--process-per-site",
    "--renderer-process-limit=1",
    # The next page of a site takes over the frame of the one before.
    "--enable-features=RenderDocument:level/crashed-frame",
    # What judges a page is compiled anew for each and is gone before better code pays.
    "--js-flags=--no-maglev --no-opt --single-threaded-gc --min-semi-space-size=32",
]
AXE = Path(__file__).parents[2] / "build" / "test-assets" / "axe.min.js"
BESIDE = {
    "/beside/axe.js": AXE,
    "/beside/judge.js": Path(__file__).with_name("judge.js"),
}
JUDGE = "/beside/judge.js"
BLANK = "/beside/blank"
"""An empty page at the site's address that does without the site's headers."""
WIDTHS = (320, 768, 1280)
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ASKED = {
    "runOnly": {"type": "tag", "values": LEVELS},
    "resultTypes": ["violations"],
    # Only a rule that is an experiment, and in none of the levels, would read style sheets twice.
    "preload": {"assets": ["media"]},
}
HEIGHT = 900
WIDE = "document.documentElement.scrollWidth - innerWidth"
JUDGED = "async ([judge, ...given]) => (await import(judge)).judge(...given)"
"""A page imports its judge as it does its own scripts: kept by the browser once it was compiled.
Only what is wrong comes back, and what was asked for the first time and found sound."""
SOUND: dict[str, None] = {}
"""How texts and targets stood, on any page of the run, in which nothing was wrong."""
PATIENCE = SECONDS * 1_000
"""Milliseconds to wait for an element: test machines are busy."""

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield running
        running.close()


@pytest.fixture(scope="session")
def door() -> Iterator[socket.socket]:
    """Where the sites of all tests answer, one after the other: what a browser keeps of one
    (styles, scripts, fonts) it need not load for the next."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def url_of(door: socket.socket) -> str:
    return f"http://127.0.0.1:{door.getsockname()[1]}"


def with_judge(site: ASGIApp) -> ASGIApp:
    """The site, and beside it what only its judges need."""
    beside = {
        path: Response(
            file.read_bytes(),
            media_type="text/javascript",
            headers={"Cache-Control": "public, max-age=31536000, immutable"},
        )
        for path, file in BESIDE.items()
    }
    beside[BLANK] = Response("<!doctype html>", media_type="text/html")

    async def answers(scope: Scope, receive: Receive, send: Send) -> None:
        await beside.get(scope["path"], site)(scope, receive, send)

    return answers


@pytest.fixture
def own_settings() -> dict[str, object]:
    """What a test's site is set to besides."""
    return {}


@pytest.fixture
def address(
    town: Town,
    keyring: Keyring,
    database_url: str,
    door: socket.socket,
    own_settings: dict[str, object],
) -> Iterator[str]:
    """Where the town's site answers: a real server."""
    del town
    url = url_of(door)
    service = services(keyring, database_url, public_url=url, mode="demo", **own_settings)
    config = uvicorn.Config(with_judge(create_web(service)), log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door.dup()]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield url
    server.should_exit = True
    thread.join()
    service.engine.dispose()


class Windows:
    """Windows of people who know nothing of each other, made once and lent to test after test.

    A profile of its own is what is dear about a window: more than any page in it.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._free: dict[tuple[str, bool], list[BrowserContext]] = {}
        self._lent: list[tuple[tuple[str, bool], BrowserContext]] = []

    def lend(self, lang: str, *, js: bool) -> BrowserContext:
        """One that nobody has open: no page, no cookie."""
        free = self._free.setdefault((lang, js), [])
        context = free.pop() if free else self._made(lang, js=js)
        self._lent.append(((lang, js), context))
        return context

    def take_back(self) -> None:
        for kind, context in self._lent:
            for page in context.pages:
                page.close()
            context.clear_cookies()
            self._free[kind].append(context)
        self._lent.clear()

    def _made(self, lang: str, *, js: bool) -> BrowserContext:
        context = self._browser.new_context(
            base_url=self._address,
            locale={"ko": "ko-KR", "en": "en-GB"}[lang],
            java_script_enabled=js,
            # A page that glides to its button is clicked a second later.
            reduced_motion="reduce",
            service_workers="block",
        )
        context.set_default_timeout(PATIENCE)
        context.set_default_navigation_timeout(PATIENCE)
        return context


@pytest.fixture(scope="session")
def windows(browser: Browser, door: socket.socket) -> Windows:
    return Windows(browser, url_of(door))


@pytest.fixture
def open_page(windows: Windows, address: str) -> Iterator[OpenPage]:
    """Opens a window of its own: `open_page("/measures", width=320, lang="en", js=False)`.

    `session` is the token of somebody who is signed in already.
    """

    def opens(
        path: str = "/",
        *,
        width: int = 1280,
        lang: str = "ko",
        js: bool = True,
        session: str | None = None,
    ) -> Page:
        context = windows.lend(lang, js=js)
        if session is not None:
            context.add_cookies([{"name": "session", "value": session, "url": address}])
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.goto(path)
        return page

    yield opens
    windows.take_back()


def barriers(page: Page, *, js: bool = True, widths: Sequence[int] = ()) -> list[str]:
    """What bars somebody from the page as it is now: axe-core's findings, and what runs off it.

    `widths` are the windows to see it through, one after the other, in pixels. A click returns
    when the next page begins: nothing is looked at before all of it is there.
    """
    page.wait_for_load_state()
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"{width} px: {one}" for one in barriers(page, js=js)]
    if widths:
        return found
    wide, faults, sound = (
        page.evaluate(JUDGED, [JUDGE, ASKED, list(SOUND)]) if js else (page.evaluate(WIDE), [], [])
    )
    SOUND.update(dict.fromkeys(sound))
    beside = [f"{page.url} is {wide} px wider than its window"] if wide > 0 else []
    return beside + [
        f"{page.url} {fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in faults
        for node in fault["nodes"]
    ]
