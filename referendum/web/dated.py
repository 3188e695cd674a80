"""Fields that hold days: read, refused where they are none, doubted where far away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from starlette.datastructures import FormData

from referendum.kernel.errors import DomainError
from referendum.lifecycle.acting import Document
from referendum.lifecycle.errors import DayFar, DayUnreadable
from referendum.web.fields import Field, Fields, Given, Text, Written, read
from referendum.web.sent import text, ticked

FAR: Final = timedelta(days=2 * 365)
"""A day that lies further from today is asked for once more: it may be a slip of the hand."""
NUMBER: Final = Text(needed=True)
SURE: Final = "sure"
"""The boxes that a day which lies far away is meant, each with its input and the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Written):
    """A day of the calendar."""

    wrong: Callable[..., DomainError] = DayUnreadable
    first: date = date.min
    last: date = date.max
    near: timedelta = FAR
    """How far from today it usually lies at most."""

    def of(self, given: str) -> date:
        day = date.fromisoformat(given)
        if not self.first <= day <= self.last:
            raise ValueError(given)
        return day

    def far(self, name: str, value: Any, today: date) -> Mapping[str, date]:
        return {name: value} if value and abs(value - today) > self.near else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Written):
    """A local date and time, without its zone: the place's."""

    wrong: Callable[..., DomainError] = DayUnreadable

    def of(self, given: str) -> datetime:
        return datetime.fromisoformat(given).replace(tzinfo=None)

    def far(self, name: str, value: Any, today: date) -> Mapping[str, date]:
        return Day().far(name, date(value.year, value.month, value.day), today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Field):
    """A document's number and its day, both or, where it is not `needed`, neither."""

    needed: bool = True

    def parse(self, form: FormData, name: str) -> Document | None:
        number, day = self.inputs(name)
        if not self.needed and not text(form, number) and not text(form, day):
            return None
        return Document(NUMBER.parse(form, number), Day().parse(form, day))

    def faults(self, form: FormData, name: str) -> Mapping[str, DomainError]:
        number, day = self.inputs(name)
        return read({number: NUMBER, day: Day()}, form)[1]

    def far(self, name: str, value: Any, today: date) -> Mapping[str, date]:
        return Day().far(self.inputs(name)[1], value and value.day, today)

    def inputs(self, name: str) -> tuple[str, ...]:
        return (f"{name}_number", f"{name}_day")

    def written(self, name: str, value: Any) -> dict[str, str]:
        number, day = self.inputs(name)
        return {} if value is None else {number: value.number, day: value.day.isoformat()}


def far_days(fields: Fields, given: Given, form: FormData, today: date) -> list[DomainError]:
    """The days that lie far from today and were not yet said to be meant, each to be asked for."""
    meant = ticked(form, SURE)
    return [
        DayFar(field=place, day=day.isoformat())
        for name, value in given.items()
        for place, day in fields[name].far(name, value, today).items()
        if sure(place, day.isoformat()) not in meant
    ]


def sure(place: str, day: str) -> str:
    """What is ticked where such a day is meant: another day is asked for anew."""
    return f"{place}:{day}"
