"""The rules in plain words, each with its article, and every dated version of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.i18n import rule_names
from referendum.lifecycle.promise import delegating
from referendum.roll import places
from referendum.web import promises
from referendum.web.pages import page
from thresholds import library, sets
from thresholds.kinds import AllOf, AnyRequirement
from thresholds.norms import Norm
from thresholds.rulebook import Rulebook
from thresholds.sets import RuleSet
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/rules")

ORDER: Final = tuple(Instrument)
COUNTRY: Final = "kr"
"""Where every jurisdiction of a deployment lies; other countries' rules are here to compare."""


@dataclass(frozen=True, slots=True)
class Family:
    """One instrument's rules in force, each with the other versions of it."""

    instrument: Instrument
    books: Sequence[Rulebook]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A set of rules made for this place, with what in it is not simply the law of today."""

    rules: RuleSet
    own: Sequence[Rulebook]


@router.get("")
@shared()
def show(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """What is in force today for this place, instrument by instrument; its sets; other places'."""
    services = services_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        today = places.today(uow, place.id)
        promise = delegating.in_force(uow.session, place.id, today)
    books = [
        book
        for book in library.all_rulebooks()
        if book.country == COUNTRY and place.level in book.levels and book.stands_alone
        # What an advisory vote follows is the mayor's own promise, and no example of one.
        if book.norm is not Norm.DELEGATION
    ]
    if promise is not None:
        books.append(delegating.rulebook_of(promise))
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
        bundles=bundles(place.code),
        elsewhere=elsewhere(today),
        label=_labels(request),
    )


@router.get("/{rulebook_id}")
@shared()
def show_one(request: Request, rulebook_id: str, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """One version in full."""
    found = [book for book in library.all_rulebooks() if book.id == rulebook_id]
    if not found:
        return promises.page_of(request, rulebook_id)
    book = found[0]
    line = versions(book)
    before = line[line.index(book) - 1] if line.index(book) else None
    return page(
        request,
        "rulebooks/rulebook.html",
        book=book,
        parts=parts,
        versions=line,
        before=before,
        above=next((one for one in library.all_rulebooks() if one.id == book.under), None),
        label=_labels(request),
    )


def bundles(code: str) -> list[Bundle]:
    """The sets that are made for a place: rules of its own, and proposals."""
    return [
        Bundle(one, [book for book in one.rulebooks if book.place or book.proposed])
        for one in sets.all_sets()
        if one.id.startswith(f"{code}-")
    ]


def elsewhere(day: date) -> dict[str, list[Rulebook]]:
    """Rules of other countries that are in force, by country."""
    found: dict[str, list[Rulebook]] = {}
    for book in library.all_rulebooks():
        if book.country != COUNTRY and in_force(book, day):
            found.setdefault(book.country, []).append(book)
    return found


def _labels(request: Request) -> Callable[[str, Rulebook], str]:
    """What a key of a rulebook is called, for templates."""
    return partial(rule_names.label, words_of(request))


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
