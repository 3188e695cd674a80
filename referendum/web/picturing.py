"""A measure's course in the visitor's words: the picture of it, and its deadlines by district."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from referendum.i18n.words import Language, Words
from referendum.lifecycle.charting import Course, DaysBetween, SpanKind
from referendum.lifecycle.tables import DeadlineKept
from referendum.roll.tables import District
from referendum.web.timeline import Mark, Period, Picture, Stretch, draw

NAMED: Final = 2
"""How many things a label names before it only says how many more there are."""


@dataclass(frozen=True, slots=True)
class DistrictEnd:
    """The last day in a district that has its own, and how it was worked out."""

    name: str
    day: date
    sum: str


def picture(course: Course, words: Words) -> Picture | None:
    """The timeline as shapes; none where nothing has happened yet."""
    marks = [*_past(course, words), *_ahead(course, words)]
    if not marks:
        return None
    return draw(
        today=course.today,
        marks=marks,
        periods=list(_periods(course, words)),
        stretches=[Stretch(one.kind.value, one.first, one.last) for one in course.between],
        month=lambda day, major: words.month(day, year=major),
    )


def own_ends(
    deadlines: Iterable[DeadlineKept], names: Mapping[str, District], words: Words
) -> dict[str, list[DistrictEnd]]:
    """By a deadline's name, the districts that have it on another day."""
    return {
        one.name: [
            DistrictEnd(
                called(names[district], words),
                one.day_in(district),
                own[words.language.value],
            )
            for district, own in sorted(one.districts.items())
        ]
        for one in deadlines
        if one.districts
    }


def barred_today(course: Course, words: Words) -> list[tuple[DaysBetween, str]]:
    """The spans around elections that run today, each with its districts ("" is everywhere)."""
    return [
        (one, names_of(one.districts, course.names, words))
        for one in course.between
        if one.kind is SpanKind.EXCLUDED and one.first <= course.today <= one.last
    ]


def names_of(districts: Sequence[str], names: Mapping[str, District], words: Words) -> str:
    return ", ".join(called(names[one], words) for one in districts)


def called(district: District, words: Words) -> str:
    return district.name_ko if words.language is Language.KO else district.name_en


def _past(course: Course, words: Words) -> Iterator[Mark]:
    """One mark per day, with what happened on it."""
    past = sorted(course.past, key=lambda step: step[1])
    for day, steps in groupby(past, key=lambda step: step[1]):
        acts = [words(f"measure.done.{act}") for act, _ in steps]
        yield Mark("past", day, _label(acts, day, words))


def _ahead(course: Course, words: Words) -> Iterator[Mark]:
    ahead = sorted(course.ahead, key=lambda one: one.day)
    for day, ones in groupby(ahead, key=lambda one: one.day):
        names = [words(f"measure.deadline.{one.name}") for one in ones]
        yield Mark("ahead", day, _label(names, day, words))


def _label(names: Sequence[str], day: date, words: Words) -> str:
    return words("dates.picture.label", day=words.short_date(day), names=_some(names, words))


def _some(names: Sequence[str], words: Words) -> str:
    said = " · ".join(names[:NAMED])
    more = len(names) - NAMED
    return words("dates.picture.more", names=said, count=more) if more > 0 else said


def _periods(course: Course, words: Words) -> Iterator[Period]:
    """Collection as a bar, and one for every other end that some districts have."""
    if course.collecting is None:
        return
    opens, ends = course.collecting
    yield Period("period", opens, ends.day, _bar_label([], ends.day, words))
    own = sorted(ends.districts, key=lambda district: (ends.day_in(district), district))
    for day, group in groupby(own, key=ends.day_in):
        names = [called(course.names[district], words) for district in group]
        yield Period("district", opens, day, _bar_label(names, day, words))


def _bar_label(districts: Sequence[str], day: date, words: Words) -> str:
    name = words("dates.picture.collection")
    if districts:
        name = words("dates.picture.district", district=_some(districts, words), name=name)
    return f"{name} – {words.short_date(day)}"
