"""What the city says of its own service: its pages, written, looked at and made public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from referendum.identity.staff import names_of
from referendum.lifecycle import seconding
from referendum.lifecycle.office import city_pages
from referendum.lifecycle.office.city_pages import BINDING, LONGEST, Leaf, Texts
from referendum.lifecycle.office.tables import CityPage
from referendum.web.desk.form import Answered, Context, Desk, Form, Page, Shown, Went
from referendum.web.fields import Given, Text


@dataclass(frozen=True, slots=True)
class Written:
    """One page with all that it ever said."""

    leaf: Leaf
    versions: Sequence[CityPage]

    @property
    def binds(self) -> bool:
        return self.leaf in BINDING


def _opened(desk: Desk) -> None:
    city_pages.insist(desk.session, desk.officer)


def _list(desk: Desk, _nothing: None) -> Context:
    return {
        "leaves": tuple(Leaf),
        "binding": BINDING,
        "now": city_pages.written(desk.session, desk.place),
    }


def _one(desk: Desk, leaf: Leaf) -> Written:
    _opened(desk)
    return Written(leaf, city_pages.versions(desk.session, desk.place, leaf))


def _show(desk: Desk, found: Written) -> Context:
    now = next(iter(found.versions), None)
    marks = [mark for one in found.versions for mark in (one.published_by, one.confirmed_by)]
    return {
        "title": desk.words(f"help.page.{found.leaf.value}"),
        "values": {
            "text_ko": now.text_ko if now else "",
            "text_en": now.text_en if now else "",
        },
        "binds": found.binds,
        "most": LONGEST,
        "looked_at": None,
        "people": names_of(desk.session, [mark for mark in marks if mark]),
    }


def _say(desk: Desk, found: Written, given: Given) -> Answered:
    """Shown first as everybody would read it; done when exactly that was seen."""
    texts = Texts.of(given["text_ko"], given["text_en"])
    city_pages.insist_sayable(texts)
    if given["seen"] != texts.sha256:
        return Shown(PAGE, {"looked_at": texts}, again=True)
    if found.binds:
        put = seconding.propose_page(desk.uow, found.leaf, texts, by=desk.officer)
        return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")
    city_pages.publish(desk.uow, found.leaf, texts, by=desk.officer)
    return "help.desk.flash.published"


PAGES: Final = Page("/desk/pages", "city-pages", "help.desk.title", _opened, _list)
PAGE: Final = PAGES.below("/{leaf}", "city-page", "help.desk.one", _one, _show)
SAYING: Final = Form(
    PAGE,
    _say,
    {
        "text_ko": Text(needed=True, label="help.desk.text-ko"),
        "text_en": Text(label="help.desk.text-en"),
        "seen": Text(),
    },
    usual="text_ko",
)
