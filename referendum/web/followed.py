"""What is followed, as addresses and pages name it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from referendum.bootstrap import Services
from referendum.i18n.words import Language, Words
from referendum.lifecycle import locating
from referendum.lifecycle.news.errors import NothingToFollow
from referendum.lifecycle.news.following import Subject
from referendum.roll import places
from referendum.roll.tables import District, Jurisdiction

ALL: Final = "all"
MEASURE: Final = "measure-"
DISTRICT: Final = "district-"
NUMBER: Final = re.compile(r"measure-([1-9]\d{0,8})")


def of_measure(number: int) -> str:
    return f"{MEASURE}{number}"


def number(of: str) -> int | None:
    """The number of the measure that a name is of."""
    found = NUMBER.fullmatch(of)
    return int(found[1]) if found else None


def subject(session: Session, services: Services, of: str) -> Subject:
    """What a name is of; NothingToFollow where it is of nothing, and of a draft no page."""
    place = places.jurisdiction(session, services.settings.jurisdiction)
    if of == ALL:
        return Subject(place=place.id)
    if of.startswith(DISTRICT):
        return Subject(place=place.id, district=of.removeprefix(DISTRICT))
    if (found := number(of)) is None:
        raise NothingToFollow
    measure = locating.published(locating.numbered(session, place.id, found))
    return Subject(place=place.id, measure=measure.id)


def called(session: Session, what: Subject, words: Words) -> str:
    """What is followed, by its name."""
    korean = words.language is Language.KO
    if what.measure is not None:
        measure = locating.get(session, what.measure)
        return measure.title_ko if korean else measure.title_en or measure.title_ko
    if what.district is None:
        return words("follow.what.all")
    there = [one for one in places.districts_ever(session, what.place) if one.code == what.district]
    if not there:
        raise NothingToFollow
    return words("follow.what.district", district=_named(there[-1], words))


def options(here: Sequence[District], place: Jurisdiction, words: Words) -> list[tuple[str, str]]:
    """Everything that may be chosen: all, then one district each."""
    named = place.name_ko if words.language is Language.KO else place.name_en
    return [
        (ALL, words("follow.what.all-of", place=named)),
        *((f"{DISTRICT}{one.code}", _with_borough(one, words)) for one in here),
    ]


def _named(one: District, words: Words) -> str:
    return one.name_ko if words.language is Language.KO else one.name_en


def _with_borough(one: District, words: Words) -> str:
    if words.language is Language.KO:
        return " ".join(filter(None, (one.borough_ko, one.name_ko)))
    return ", ".join(filter(None, (one.name_en, one.borough_en)))
