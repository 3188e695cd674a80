"""Two rulebooks side by side: what differs, and how many signatures each of them needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.i18n import rule_names
from referendum.i18n.words import Words
from referendum.roll import places, totals
from referendum.roll.tables import Jurisdiction, PublishedTotal
from referendum.roll.totals import TotalKind
from referendum.web.pages import page
from referendum.web.sent import whole
from thresholds import comparing, library, sets
from thresholds.amending import amendments
from thresholds.errors import NotAnAmendment, RuleRefusal, UnknownRulebook
from thresholds.requirement import Area, Finding, RequirementName
from thresholds.rulebook import Rulebook
from thresholds.verdict import PetitionNumbers, judge_petition
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/rules/compare")

PLACE: Final = "kr-goyang"
"""The sets of this place are offered first: today, relaxed by ordinance, reform."""
VERSIONS: Final = (
    ("kr-referendum-2016-05-29", "kr-referendum-2022-04-26"),
    ("kr-referendum-2022-04-26", "kr-referendum-2023-04-27"),
    ("kr-initiative-2022-01-13", "kr-initiative-2024-02-17"),
)
ELSEWHERE: Final = (
    ("kr-referendum-2023-04-27", "tw-referendum-2018-01-05"),
    ("kr-referendum-2023-04-27", "de-by-referendum-1999-04-01"),
    ("kr-referendum-2023-04-27", "it-referendum-abrogative-1970-06-16"),
    ("kr-initiative-2024-02-17", "ch-initiative-2000-01-01"),
    ("kr-initiative-2024-02-17", "us-ca-initiative-statute-2015-01-01"),
    ("kr-recall-mayor-2007-05-25", "us-ca-recall-1976-06-08"),
)
LARGEST: Final = totals.LARGEST
BAR: Final = 220
"""The length of the longest bar, in units of the drawing."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, with what it asks of a published total."""

    book: Rulebook
    findings: tuple[Finding, ...]
    claimants: int | None
    published: PublishedTotal | None
    """Where the number is from; none where it was typed, or there is none."""

    @property
    def needed(self) -> int | None:
        """Signatures, as a whole number."""
        for one in self.findings:
            if one.requirement is RequirementName.SIGNATURES and isinstance(one.needed, int):
                return one.needed
        return None

    def bar(self, longest: int) -> int:
        """The length of this side's bar beside the longest of the two."""
        return max(BAR * (self.needed or 0) // max(longest, 1), 1)


@dataclass(frozen=True, slots=True)
class Difference:
    """One row: what is not alike, in words, and whether a value is assumed."""

    label: str
    left: str
    right: str
    citation_left: str | None
    citation_right: str | None
    assumed_left: bool
    assumed_right: bool


@router.get("")
@shared("left", "right")
def show(
    request: Request,
    caller: Visitor,  # noqa: ARG001  # the door
    left: str = "",
    right: str = "",
    claimants: str = "",
    population: str = "",
) -> Response:
    """The form, and under it the two that were chosen."""
    words = words_of(request)
    errors = _errors(words, left=left, right=right, claimants=claimants, population=population)
    chosen = None if errors or not (left and right) else (library.by_id(left), library.by_id(right))
    context: dict[str, Any] = {"sides": (), "differences": (), "ordinance": False}
    if chosen is not None:
        services = services_of(request)
        with services.look() as uow:
            place = places.jurisdiction(uow.session, services.settings.jurisdiction)
            typed = (whole(claimants), whole(population))
            context["sides"] = tuple(side(uow.session, place, book, *typed) for book in chosen)
        context["differences"] = tuple(differences(words, *chosen))
        context["ordinance"] = is_amendment(*chosen)
    return page(
        request,
        "rulebooks/compare.html",
        status=422 if errors else 200,
        errors=errors,
        groups=groups(words),
        presets=presets(),
        values={"left": left, "right": right, "claimants": claimants, "population": population},
        longest=max((one.needed or 0 for one in context["sides"]), default=0),
        **context,
    )


def side(
    session: Session,
    place: Jurisdiction,
    book: Rulebook,
    claimants: int | None = None,
    population: int | None = None,
) -> Side:
    """What a rulebook needs of a typed number, or of the last total that was published here."""
    published = None
    if claimants is None and book.country == place.code.partition("-")[0]:
        published = totals.latest(
            session,
            jurisdiction_id=place.id,
            instrument=Instrument(book.instrument),
            kind=TotalKind.CLAIMANTS,
        )
    number = claimants if published is None else published.number
    numbers = PetitionNumbers(
        claimants=number,
        last_vote=claimants,
        districts=_areas(session, place, published) if published else None,
    )
    try:
        found = judge_petition(book, numbers, population=population or place.population).findings
    except RuleRefusal:
        found = ()
    return Side(book, found, number, published)


def differences(words: Words, left: Rulebook, right: Rulebook) -> Iterator[Difference]:
    """Every difference in words, those of the petition and the vote before all others."""
    for one in comparing.compare(left, right):
        yield Difference(
            label=rule_names.label(words, one.key, left, right),
            left=rule_names.told(words, one.key, one.left, left),
            right=rule_names.told(words, one.key, one.right, right),
            citation_left=one.citation_left if one.left is not None else None,
            citation_right=one.citation_right if one.right is not None else None,
            assumed_left=one.left is not None and is_assumed(left, one.key),
            assumed_right=one.right is not None and is_assumed(right, one.key),
        )


def is_assumed(book: Rulebook, key: str) -> bool:
    """Whether the value under a key is ours; an ordinance's choices are where they were written."""
    chosen = "choices" in book.assumed and key.endswith((".chosen", ".length", ".statuses"))
    named = any(key == name or key.startswith(f"{name}.") for name in book.assumed)
    return named or (chosen and book.place is not None and not book.proposed)


def is_amendment(left: Rulebook, right: Rulebook) -> bool:
    """Whether an ordinance would make the second of the first."""
    try:
        amendments(left, right)
    except NotAnAmendment:
        return False
    return True


def groups(words: Words) -> list[tuple[str, list[Rulebook]]]:
    """Every rulebook under its country and instrument, for choosing."""
    found: dict[str, list[Rulebook]] = {}
    books = sorted(library.all_rulebooks(), key=lambda book: (book.country != "kr", book.country))
    for book in books:
        country = words(f"comparing.country.{book.country}")
        instrument = words(f"measure.instrument.{book.instrument.value}")
        found.setdefault(f"{country}: {instrument}", []).append(book)
    return list(found.items())


def presets() -> dict[str, list[tuple[Rulebook, Rulebook]]]:
    """What people will want to compare first."""
    known = {one.id: one.rulebooks for one in sets.all_sets()}
    today, relaxed, reform = (known[f"{PLACE}-{name}"] for name in ("today", "relaxed", "reform"))
    here = [
        (old, new)
        for newer in (relaxed, reform)
        for old, new in zip(today, newer, strict=True)
        if old is not new
    ]
    return {
        "place": list({(old.id, new.id): (old, new) for old, new in here}.values()),
        "versions": [(library.by_id(old), library.by_id(new)) for old, new in VERSIONS],
        "elsewhere": [(library.by_id(ours), library.by_id(theirs)) for ours, theirs in ELSEWHERE],
    }


def _areas(
    session: Session, place: Jurisdiction, published: PublishedTotal
) -> tuple[Area, ...] | None:
    by_district = totals.district_totals(
        session,
        jurisdiction_id=place.id,
        instrument=Instrument(published.instrument),
        kind=TotalKind(published.kind),
        base_year=published.base_year,
    )
    return tuple(Area(name=str(one), whole=count) for one, count in by_district.items()) or None


def _errors(words: Words, **typed: str) -> dict[str, str]:
    """What is wrong with the form, by field; an empty form is not wrong."""
    errors = {}
    for name in ("left", "right"):
        if typed[name]:
            try:
                library.by_id(typed[name])
            except UnknownRulebook:
                errors[name] = words("rules.problem.unknown-rulebook", id=typed[name])
        elif typed["left"] or typed["right"]:
            errors[name] = words("compare.error.choose")
    for name in ("claimants", "population"):
        number = whole(typed[name])
        if typed[name].strip() and (number is None or not 1 <= number <= LARGEST):
            errors[name] = words("compare.error.number")
    return errors
