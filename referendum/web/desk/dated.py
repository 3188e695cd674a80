"""The desk's fields that hold days: read, refused where they are none, doubted where far away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from starlette.datastructures import FormData

from referendum.kernel.errors import DomainError
from referendum.lifecycle.acting import Document
from referendum.lifecycle.errors import DayFar, DayUnreadable, ParticularMissing
from referendum.web.desk.fields import Field, Fields, Given, Text, read
from referendum.web.sent import text, ticked

FAR: Final = timedelta(days=2 * 365)
"""A day that lies further from today is asked for once more: it may be a slip of the hand."""
SURE: Final = "sure"
"""The boxes that a day which lies far away is meant, each with its input and the day."""


def _day(form: FormData, name: str) -> date:
    given = text(form, name)
    if not given:
        raise ParticularMissing(field=name)
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise DayUnreadable(field=name) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Field):
    """A day of the calendar. Not `needed`: None where nothing is written, and nowhere else."""

    needed: bool = True
    near: timedelta = FAR
    """How far from today it usually lies at most."""

    def parse(self, form: FormData, name: str) -> date | None:
        if not self.needed and not text(form, name):
            return None
        return _day(form, name)

    def far(self, name: str, value: Any, today: date) -> Mapping[str, date]:
        return {name: value} if value and abs(value - today) > self.near else {}


@dataclass(frozen=True, slots=True)
class Moment(Field):
    """A local date and time, without its zone: the place's."""

    def parse(self, form: FormData, name: str) -> datetime:
        given = text(form, name)
        if not given:
            raise ParticularMissing(field=name)
        try:
            return datetime.fromisoformat(given).replace(tzinfo=None)
        except ValueError:
            raise DayUnreadable(field=name) from None

    def far(self, name: str, value: Any, today: date) -> Mapping[str, date]:
        return Day().far(name, date(value.year, value.month, value.day), today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Field):
    """A document's number and its day, both or, where it is not `needed`, neither."""

    needed: bool = True

    def parse(self, form: FormData, name: str) -> Document | None:
        number, day = self.inputs(name)
        given = text(form, number)
        if not self.needed and not given and not text(form, day):
            return None
        if not given:
            raise ParticularMissing(field=number)
        return Document(given, _day(form, day))

    def faults(self, form: FormData, name: str) -> Mapping[str, DomainError]:
        number, day = self.inputs(name)
        return read({number: Text(needed=True), day: Day()}, form)[1]

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
