"""How an act of an office is signed, in every form that takes one: its paper, and who deputised."""

from __future__ import annotations

from typing import Any, Final

from referendum.kernel.people import Authority
from referendum.lifecycle.acting import Deputy
from referendum.lifecycle.office import holders
from referendum.lifecycle.office.approving import Approval
from referendum.roll import places
from referendum.web.dated import Paper
from referendum.web.desk.form import Context, Desk
from referendum.web.fields import Fields, Given, Text

DEPUTY: Final[Fields] = {"deputy_office": Text(), "deputy_name": Text()}
SIGNED: Final[Fields] = {"document": Paper(), **DEPUTY}
FILED: Final[Fields] = {"document": Paper(filed=True), **DEPUTY}
"""The same where the document's file must come with it."""


def approval_of(given: Given) -> Approval:
    """What the fields say."""
    return Approval(given["document"], deputy_of(given))


def deputy_of(given: Given) -> Deputy | None:
    """Who signed by delegation; half of it is refused where it is missing."""
    said: dict[str, Any] = {one: given.get(f"deputy_{one}") or "" for one in ("name", "office")}
    return Deputy(**said) if any(said.values()) else None


def seated(desk: Desk, office: Authority = Authority.MAYOR) -> Context:
    """Who holds the office today, for the page that asks how its act was signed."""
    today = places.today(desk.uow, desk.place)
    return {"holder": holders.on(desk.session, desk.place, office, today), "seat": office.value}
