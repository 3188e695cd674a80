"""The rules in plain words, each with its article, and every dated version of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.errors import PageNotFound
from referendum.doors.sessions import Visitor
from referendum.roll import places
from referendum.web.pages import page
from thresholds import library
from thresholds.kinds import AllOf, AnyRequirement
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/rules")

ORDER: Final = tuple(Instrument)
COUNTRY: Final = "kr"
"""Where every jurisdiction of a deployment lies; other countries' rules are here to compare."""


@dataclass(frozen=True, slots=True)
class Family:
    """One instrument's rules in force, with the other versions of each."""

    instrument: Instrument
    books: Sequence[Rulebook]


@router.get("")
def show(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """What is in force today for this place, instrument by instrument."""
    services = services_of(request)
    with services.begin() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        today = uow.now().astimezone(ZoneInfo(place.zone)).date()
    books = [
        book
        for book in library.all_rulebooks()
        if book.country == COUNTRY and place.level in book.levels and book.stands_alone
    ]
    families = [
        Family(one, [book for book in books if book.instrument is one and in_force(book, today)])
        for one in ORDER
    ]
    return page(
        request,
        "rulebooks/rules.html",
        families=families,
        today=today,
        place=place,
        parts=parts,
        versions={book.id: versions(book) for book in books},
    )


@router.get("/{rulebook_id}")
def show_one(request: Request, rulebook_id: str, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """One version in full."""
    found = [book for book in library.all_rulebooks() if book.id == rulebook_id]
    if not found:
        raise PageNotFound
    return page(
        request, "rulebooks/rulebook.html", book=found[0], parts=parts, versions=versions(found[0])
    )


def in_force(book: Rulebook, day: date) -> bool:
    return book.valid_from <= day and (book.valid_to is None or day < book.valid_to)


def versions(book: Rulebook) -> list[Rulebook]:
    """The dated versions of one law for one kind of place, office and route."""
    return sorted(
        (other for other in library.all_rulebooks() if _line(other) == _line(book)),
        key=lambda other: other.valid_from,
    )


def _line(book: Rulebook) -> tuple[object, ...]:
    whose = (book.norm, book.place, book.proposed, book.country, book.instrument)
    return (*whose, book.levels, book.offices, book.routes, book.matters)


def parts(requirements: Sequence[AnyRequirement]) -> list[AnyRequirement]:
    """What is required, with what *all of* joins taken apart."""
    return [
        part
        for requirement in requirements
        for part in (requirement.parts if isinstance(requirement, AllOf) else (requirement,))
    ]
