"""Every page that a link leads to, for the public, for a resident, at the desk: no barrier.

WEB-02: axe at 320, 768 and 1280 pixels, on a light screen and a dark one.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Page

from referendum.identity import sessions
from referendum.identity.staff import held
from referendum.kernel.people import Authority, Role
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.entering import comes_in
from tests.town import Town
from tests.web.public_addresses import Streets
from tests.web.staff import hire
from thresholds.vocabulary import Instrument

pytestmark = pytest.mark.browser

LINKS: Final = "all => all.map(one => one.getAttribute('href'))"
UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
FILES: Final = re.compile(
    r"\.(?:csv|ics|jsonl?|atom|pdf|png|svg|txt|zip|xml)$|/(?:file|copy|preview)$"
)
LEAVES: Final = ("/static/", "/api/", "/healthz")
NAMES: Final = re.compile(r"^/(?:rules|help/guides|certificates)/[^/]+$")
"""Pages of one making whose last part is a name."""
SCHEMES: Final = ("light", "dark")


def kind_of(path: str) -> str:
    """The page that an address is one of: two measures are one page, and so are two of a list."""
    path = urlsplit(path).path
    if NAMES.match(path) and not path.startswith("/rules/compare") and path != "/rules/simulator":
        path = path.rpartition("/")[0] + "/{name}"
    return re.sub(r"/\d+", "/{n}", UUID.sub("{id}", path))


@dataclass
class Walk:
    """A page of each kind that links lead to, from where it begins; what it finds on the way."""

    page: Page
    within: str = "/"
    kinds: dict[str, str] = field(default_factory=dict)
    """By kind, the page that links to the first of it."""
    faults: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)

    def from_(self, *begin: str) -> Walk:
        waiting = deque((path, "") for path in begin)
        while waiting:
            path, linked = waiting.popleft()
            kind = kind_of(path)
            if kind in self.kinds:
                continue
            self.kinds[kind] = linked
            answer = self.page.goto(path)
            if answer is None or not answer.ok:
                status = answer.status if answer else "nothing"
                self.faults.append(f"{linked} links to {path}: {status}")
                continue
            if kind_of(self.page.url) != kind:
                waiting.append((urlsplit(self.page.url).path, path))
                continue
            self.faults += found_on(self.page)
            title = self.page.title()
            if self.titles.setdefault(title, kind) != kind:
                self.faults.append(f"{kind} and {self.titles[title]} are both called {title}")
            for href in self.page.locator("a[href^='/']").evaluate_all(LINKS):
                if self._leads_on(unquote(urlsplit(href).path)):
                    waiting.append((href, path))
        return self

    def _leads_on(self, address: str) -> bool:
        elsewhere = self.within == "/" and address.startswith("/desk")
        inside = address.startswith(self.within) and not address.startswith(LEAVES)
        return inside and not elsewhere and not FILES.search(address)


def found_on(page: Page) -> list[str]:
    """Through every window, on a light screen and on a dark one."""
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {one}" for one in barriers(page, widths=WIDTHS)]
    page.emulate_media(color_scheme="light")
    return found


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_no_page_of_the_public_holds_a_barrier(town: Town, open_page: OpenPage, lang: str) -> None:
    Streets.laid(town)
    walk = Walk(open_page("/", lang=lang)).from_(
        "/", "/measures/1", "/measures/2", "/search?q=%EC%A1%B0%EB%A1%80"
    )
    assert not walk.faults, "\n".join(walk.faults)
    assert len(walk.kinds) > 35, walk.kinds


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_no_page_of_a_resident_holds_a_barrier(town: Town, open_page: OpenPage, lang: str) -> None:
    first = town.opens(Instrument.INITIATIVE)
    town.drafts(Instrument.INITIATIVE)
    town.drafts(Instrument.ADVISORY)
    with town.begin() as uow:
        token = comes_in(uow, town.vault, town.resident(1)).token
    number = town.measure(first).number
    walk = Walk(open_page("/", lang=lang, session=token), within="/workspace").from_(
        f"/measures/{number}/sign/consent",
        *("/my-signatures", "/may-i", "/workspace", "/workspace/new", "/workspace/2/edit"),
        *("/workspace/2/attachments", "/workspace/2/in-force", "/workspace/2/apply"),
    )
    assert not walk.faults, "\n".join(walk.faults)
    assert len(walk.kinds) > 12, walk.kinds


@pytest.mark.parametrize(
    ("lang", "authority"), [("ko", Authority.MAYOR), ("en", Authority.ELECTION_COMMISSION)]
)
def test_no_page_of_the_desk_holds_a_barrier(
    town: Town, open_page: OpenPage, lang: str, authority: Authority
) -> None:
    """And each has a title of its own."""
    Streets.laid(town)
    working = tuple(role for role in Role if role is not Role.ADMINISTRATOR)
    faults: list[str] = []
    kinds: set[str] = set()
    for roles in (working, (Role.ADMINISTRATOR,)):
        one = hire(town, f"someone.{len(roles)}", authority=authority, roles=roles)
        with town.begin() as uow:
            token = sessions.open_staff(uow, held(uow.session, one.id)).token
        walk = Walk(open_page("/desk", lang=lang, session=token), within="/desk").from_("/desk")
        faults += walk.faults
        kinds |= set(walk.kinds)
    assert not faults, "\n".join(faults)
    assert len(kinds) > 35, kinds
