"""Telephones: installed, and without a connection."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, expect

from referendum.web.app import routes
from tests.browser.conftest import OpenPage, barriers
from tests.patience import SECONDS

pytestmark = pytest.mark.browser

READY = "navigator.serviceWorker.ready.then(one => one.active.state)"
CONTROLLED = "navigator.serviceWorker.controller !== null"
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
  return found;
}"""
OWN = (
    "/sign-in",
    "/desk",
    "/desk/sign-in",
    "/my-signatures",
    "/workspace",
    "/measures/1/sign",
    "/measures/1/sign/consent",
    "/measures/1/enrol",
)


@pytest.fixture
def telephone(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A browser that lets the service keep something, which those of the other tests do not."""
    context = browser.new_context(
        base_url=address, locale="ko-KR", viewport={"width": 360, "height": 740}
    )
    context.set_default_timeout(SECONDS * 1_000)
    yield context
    context.close()


@pytest.mark.usefixtures("initiative_open")
def test_without_a_connection_public_pages_say_so_and_nothing_else_is_answered(
    telephone: BrowserContext,
) -> None:
    page = telephone.new_page()
    page.goto("/")
    assert page.evaluate(READY) in {"activating", "activated"}
    page.wait_for_function(CONTROLLED)
    page.goto("/measures/1")
    page.goto("/measures/1/sign")
    kept = page.evaluate(KEPT)
    assert "/offline" in kept
    others = [path for path in kept if not path.startswith("/static/")]
    assert others == ["/offline"], "no page that says something of anything"
    telephone.set_offline(True)
    for path in ("/", "/measures/1", "/results"):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text("인터넷에 연결되어 있지 않습니다")
        assert page.evaluate(
            "getComputedStyle(document.querySelector('.button-primary')).minHeight"
        )
    for path in OWN:
        with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
            page.goto(path)
    telephone.set_offline(False)
    page.goto("/")
    expect(page.locator(".card")).to_have_count(1)


def test_what_is_never_answered_for_is_there() -> None:
    """Were one of these moved, the test above would prove nothing."""
    there = {route.path for route in routes()}
    named = {path.replace("/measures/1/", "/measures/{number}/") for path in OWN}
    assert named <= there


@pytest.mark.usefixtures("town")
def test_the_pages_can_be_installed(telephone: BrowserContext) -> None:
    page = telephone.new_page()
    page.goto("/")
    told = telephone.new_cdp_session(page).send("Page.getAppManifest")
    assert told["url"].endswith("/manifest.webmanifest")
    assert told["errors"] == []
    sizes = {
        one["sizes"]
        for one in page.evaluate(
            "fetch('/manifest.webmanifest').then(one => one.json()).then(one => one.icons)"
        )
    }
    assert sizes == {"192x192", "512x512"}


def test_the_offline_page_bars_nobody(open_page: OpenPage) -> None:
    for lang in ("ko", "en"):
        assert barriers(open_page("/offline", lang=lang), widths=[320, 1280]) == []
