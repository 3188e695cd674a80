"""Easy-read texts, what a measure would cost, and where that lies which it is about.

All of it is its drafter's and at their choice. Only the original text is signed and voted on; the
estimate is not the city's; and the place says nothing about who may sign or vote.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel.errors import DomainError, Refusal
from referendum.lifecycle.described import EASY
from referendum.lifecycle.tables import Measure
from referendum.roll.tables import District

LIMITS: Final = {
    "title_ko": 120,
    "title_en": 120,
    "question_ko": 500,
    "question_en": 500,
    "reason": 2_000,
    "body": 6_000,
}
"""Characters of an easy-read version: shorter than what it makes easy."""
SAID_LIMIT: Final = 1_000
PLACE_LIMIT: Final = 100
MOST_WON: Final = 10**15
MOST_YEARS: Final = 100


class CostKind(StrEnum):
    """How the cost comes up, or that nobody estimated it."""

    ONCE = "once"
    YEARLY = "yearly"
    NOT_ESTIMATED = "not_estimated"


class Why(StrEnum):
    """What is wrong with a field."""

    TOO_LONG = "too-long"
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    BESIDE = "beside"
    """It says something that the kind of cost leaves no room for."""
    ELSEWHERE = "elsewhere"
    """A district that is not this place's."""


class DescribedAmiss(DomainError):
    """`field` says where and `why` what: for forms, which have a sentence for each."""

    code: ClassVar[str] = "described-amiss"
    refusal: ClassVar[Refusal] = Refusal.INVALID


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """An estimate in whole won, or why there is none (`said`, which otherwise tells its basis)."""

    kind: CostKind
    amount: int | None = None
    """In all, or of one year where it comes up every year."""
    years: int | None = None
    """Of a yearly cost: over how many."""
    said: str = ""

    @property
    def total(self) -> int | None:
        """Over all its years; None where nothing was estimated."""
        return None if self.amount is None else self.amount * (self.years or 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The districts in which it lies, and its name in words."""

    districts: tuple[UUID, ...] = ()
    ko: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.districts or self.ko or self.en)


@dataclass(frozen=True, slots=True)
class Said:
    """A measure's own words, or each in its easy-read version where there is one."""

    title_ko: str
    title_en: str | None
    question_ko: str
    question_en: str | None
    reason: str
    body: str
    number: int
    is_easy: bool


def faults(
    easy: Mapping[str, str], cost: Cost | None, place: Place | None, here: Collection[UUID] = ()
) -> Iterator[DescribedAmiss]:
    """All that is wrong, from the first field to the last. `here`: the city's districts."""
    for name in EASY:
        if len(easy.get(name, "")) > LIMITS[name]:
            yield _amiss(f"easy_{name}", Why.TOO_LONG, most=LIMITS[name])
    if cost is not None:
        yield from _cost_faults(cost)
    if place is not None:
        if set(place.districts) - set(here):
            yield _amiss("place_districts", Why.ELSEWHERE)
        for name in ("ko", "en"):
            if len(getattr(place, name)) > PLACE_LIMIT:
                yield _amiss(f"place_{name}", Why.TOO_LONG, most=PLACE_LIMIT)


def insist(
    session: Session,
    measure: Measure,
    *,
    easy: Mapping[str, str],
    cost: Cost | None,
    place: Place | None,
) -> None:
    """Refuse the first fault, with its field."""
    here: Collection[UUID] = ()
    if place is not None and place.districts:
        theirs = District.jurisdiction_id == measure.jurisdiction_id
        here = set(session.scalars(select(District.id).where(theirs)))
    for fault in faults(easy, cost, place, here):
        raise fault


def kept(value: Any) -> Any:
    """As it is stored: a place with nothing in it is none, and so is a version without words."""
    match value:
        case Cost():
            return {**asdict(value), "kind": value.kind.value, "said": value.said.strip()}
        case Place():
            told = {
                "districts": [str(one) for one in value.districts],
                "ko": value.ko.strip(),
                "en": value.en.strip(),
            }
            return told if any(told.values()) else None
        case Mapping():
            return {name: said for name in EASY if (said := value.get(name, "").strip())}
    return None


def cost_of(measure: Measure) -> Cost | None:
    """The drafter's estimate; None where nothing is said of it."""
    told = measure.cost
    return Cost(**{**told, "kind": CostKind(told["kind"])}) if told else None


def place_of(measure: Measure) -> Place | None:
    """Where that lies which it is about; None where that is not said."""
    told = measure.place
    if not told:
        return None
    return Place(districts=tuple(map(UUID, told["districts"])), ko=told["ko"], en=told["en"])


def districts_of(session: Session, measure: Measure) -> Sequence[District]:
    """The districts of its place in the city's own order, also those that are no more."""
    place = place_of(measure)
    if place is None or not place.districts:
        return []
    chosen = select(District).where(District.id.in_(place.districts))
    return session.scalars(chosen.order_by(District.position, District.code)).all()


def said(measure: Measure, *, easily: bool) -> Said:
    """The text to read; `easily`, but each field without such a version as it is.

    An English version stands in for an English original only: without one the Korean is read.
    """
    told = {name: getattr(measure, name) for name in EASY}
    easy = {name: one for name, one in measure.easy.items() if told.get(name)} if easily else {}
    return Said(**(told | easy), number=measure.number, is_easy=bool(easy))


def has_easy(measure: Measure) -> bool:
    """Whether there is anything to switch to."""
    return any(getattr(measure, name) for name in measure.easy)


def _cost_faults(cost: Cost) -> Iterator[DescribedAmiss]:
    estimated, yearly = cost.kind is not CostKind.NOT_ESTIMATED, cost.kind is CostKind.YEARLY
    yield from _figure("cost_amount", cost.amount, wanted=estimated, least=0, most=MOST_WON)
    yield from _figure("cost_years", cost.years, wanted=yearly, least=1, most=MOST_YEARS)
    if not cost.said.strip():
        yield _amiss("cost_said", Why.EMPTY)
    elif len(cost.said) > SAID_LIMIT:
        yield _amiss("cost_said", Why.TOO_LONG, most=SAID_LIMIT)


def _figure(
    name: str, given: int | None, *, wanted: bool, least: int, most: int
) -> Iterator[DescribedAmiss]:
    if not wanted:
        if given is not None:
            yield _amiss(name, Why.BESIDE)
    elif given is None:
        yield _amiss(name, Why.EMPTY)
    elif not least <= given <= most:
        yield _amiss(name, Why.TOO_LARGE, most=most)


def _amiss(field: str, why: Why, **facts: int) -> DescribedAmiss:
    return DescribedAmiss(field=field, why=why.value, **facts)
