"""Where a visitor can go, and the way back to where they were."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.requests import Request

STAFF_AREA: Final = "/desk"
RESIDENT_SIGN_IN: Final = "/sign-in"
STAFF_SIGN_IN: Final = "/desk/sign-in"


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the main navigation and the catalogue key of its words."""

    path: str
    words: str
    more: bool = False
    """Whether it stands behind the few that everybody comes for."""
    route: str | None = None
    """The pattern that serves it, where one serves several of its kind."""

    def is_here(self, path: str) -> bool:
        return path == self.path or path.startswith(f"{self.path.rstrip('/')}/")


CITY_PAGE: Final = "/help/{leaf}"
MAIN: Final = (
    Entry("/measures", "web.nav.measures"),
    Entry("/workspace", "web.nav.workspace"),
    Entry("/results", "web.nav.results"),
    Entry("/my-signatures", "web.nav.my-signatures"),
    Entry("/help", "web.nav.help"),
    Entry("/may-i", "web.nav.may-i", more=True),
    Entry("/projects", "web.nav.projects", more=True),
    Entry("/promises", "web.nav.promises", more=True),
    Entry("/rules", "web.nav.rules", more=True),
    Entry("/record", "web.nav.record", more=True),
)
FOOT: Final = (
    Entry("/help", "web.nav.help"),
    Entry("/help/contact", "help.page.contact", route=CITY_PAGE),
    Entry("/help/privacy", "help.page.privacy", route=CITY_PAGE),
    Entry("/help/terms", "help.page.terms", route=CITY_PAGE),
    Entry("/help/accessibility", "help.page.accessibility", route=CITY_PAGE),
    Entry(STAFF_AREA, "web.nav.desk"),
    Entry("/demo", "web.nav.demo"),
)
DEMO_ONLY: Final = frozenset({"/demo"})
"""Elsewhere these addresses say that there is no such page."""


def offered(entries: tuple[Entry, ...], known: Collection[str], *, demo: bool) -> list[Entry]:
    """The entries whose page exists: a link never leads nowhere."""
    hidden = frozenset[str]() if demo else DEMO_ONLY
    there = (entry for entry in entries if (entry.route or entry.path) in known)
    return [entry for entry in there if entry.path not in hidden]


def marked(entries: Iterable[Entry], path: str) -> list[tuple[Entry, str | None]]:
    """Each with what `aria-current` says of it where `path` is shown."""
    return [(entry, _current(entry, path)) for entry in entries]


def _current(entry: Entry, path: str) -> str | None:
    if path == entry.path:
        return "page"
    return "true" if entry.is_here(path) else None


def here(request: Request) -> str:
    """The address being shown, with its query, to come back to."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def sign_in_path(path: str) -> str:
    """Where to show who one is, to come back to `path` afterwards."""
    bare = path.partition("?")[0]
    staff = bare == STAFF_AREA or bare.startswith(f"{STAFF_AREA}/")
    return f"{STAFF_SIGN_IN if staff else RESIDENT_SIGN_IN}?next={quote(path)}"


def way_back(text: str | None, *, otherwise: str = "/") -> str:
    """A path on this site from a form or an address, and never a way off it."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")):
        return otherwise
    if any(character <= " " or character in "\\\x7f" for character in text):
        return otherwise
    parts = urlsplit(text)
    return otherwise if parts.scheme or parts.netloc else text
