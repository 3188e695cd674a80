"""Fields that hold days and papers: read, refused where they are none, doubted where far away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO, Final
from uuid import UUID

from starlette.datastructures import FormData, UploadFile

from referendum.kernel.days import day_of, moment_of
from referendum.kernel.errors import DomainError
from referendum.lifecycle.acting import Document
from referendum.lifecycle.errors import DayFar, DayUnreadable, ParticularMissing
from referendum.papers import filing, naming, recognising
from referendum.papers.errors import PaperChosenAndTyped, PaperFileForgotten
from referendum.papers.filing import Scan
from referendum.web.fields import Cabinet, Field, Fields, Given, Id, Text, Written, read
from referendum.web.sent import text, ticked

FAR: Final = timedelta(days=2 * 365)
"""A day that lies further from today is asked for once more: it may be a slip of the hand."""
NUMBER: Final = Text(needed=True)
SURE: Final = "sure"
"""The boxes that a day which lies far away is meant, each with its input and the day."""
CHOSEN: Final = "chosen"
"""The inputs in which a file was chosen before the page came back: browsers keep none."""
WITHOUT: Final = "without"
"""What is ticked in place of a day where a paper is meant to come without its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Written):
    """A day of the calendar."""

    wrong: Callable[..., DomainError] = DayUnreadable
    first: date = date.min
    last: date = date.max
    near: timedelta = FAR
    """How far from today it usually lies at most."""

    def of(self, given: str) -> date:
        day = day_of(given)
        if day is None or not self.first <= day <= self.last:
            raise ValueError(given)
        return day

    def far(self, name: str, value: Any, today: date) -> Mapping[str, date]:
        return {name: value} if value and abs(value - today) > self.near else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Written):
    """A local date and time, without its zone: the place's."""

    wrong: Callable[..., DomainError] = DayUnreadable

    def of(self, given: str) -> datetime:
        moment = moment_of(given)
        if moment is None:
            raise ValueError(given)
        return moment

    def far(self, name: str, value: Any, today: date) -> Mapping[str, date]:
        return Day().far(name, date(value.year, value.month, value.day), today) if value else {}


@dataclass(frozen=True, slots=True)
class Brought:
    """A paper as a form names it: one that was chosen, or a number with its day; and its file."""

    number: str = ""
    day: date | None = None
    chosen: UUID | None = None
    file: BinaryIO | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Field):
    """A document: chosen among those on file, or by number and day; with its file, if it has one.

    Where it is not `needed`, nothing at all will do. `filed`: its file must be brought, or be
    there. `plain`: by number and day alone.
    """

    needed: bool = True
    filed: bool = False
    plain: bool = False

    def parse(self, form: FormData, name: str) -> Document | Brought | None:
        number, day = self.inputs(name)[:2]
        typed = text(form, number) or text(form, day)
        if self.plain:
            if not self.needed and not typed:
                return None
            return Document(NUMBER.parse(form, number), Day().parse(form, day))
        chosen: UUID | None = Id(needed=False).parse(form, f"{name}_paper")
        file = scanned(form, f"{name}_file")
        if chosen is not None:
            if typed:
                raise PaperChosenAndTyped(field=f"{name}_paper")
            return Brought(chosen=chosen, file=file)
        if not self.needed and not typed and file is None:
            return None
        if self.filed and file is None:
            raise ParticularMissing(field=f"{name}_file")
        return Brought(NUMBER.parse(form, number), Day().parse(form, day), file=file)

    def settled(self, value: Any, cabinet: Cabinet) -> Any:
        if not isinstance(value, Brought):
            return value
        scan = None if value.file is None else Scan(value.file, cabinet.vault, cabinet.most)
        if value.chosen is None:
            assert value.day is not None
            return Document(value.number, value.day, scan=scan)
        paper = naming.get(cabinet.session, cabinet.place, value.chosen)
        if self.filed and scan is None and filing.own(cabinet.session, paper.id) is None:
            raise ParticularMissing(field="document_file")
        return Document(paper.number, paper.day, paper=paper.id, scan=scan)

    def faults(self, form: FormData, name: str) -> Mapping[str, DomainError]:
        number, day = self.inputs(name)[:2]
        found: dict[str, DomainError] = {}
        if self.plain or not text(form, f"{name}_paper"):
            found |= read({number: NUMBER, day: Day()}, form)[1]
        try:
            self.parse(form, name)
        except DomainError as fault:
            if (fault.field or number) not in found:
                found[fault.field or number] = fault
        return found

    def far(self, name: str, value: Any, today: date) -> Mapping[str, date]:
        return Day().far(self.inputs(name)[1], value and value.day, today)

    def inputs(self, name: str) -> tuple[str, ...]:
        asked = (f"{name}_number", f"{name}_day")
        return asked if self.plain else (*asked, f"{name}_paper", f"{name}_file")

    def files(self, name: str) -> tuple[str, ...]:
        return () if self.plain else (f"{name}_file",)

    def written(self, name: str, value: Any) -> dict[str, str]:
        number, day = self.inputs(name)[:2]
        return {} if value is None else {number: value.number, day: value.day.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned(Field):
    """The file of a paper that is known already."""

    def parse(self, form: FormData, name: str) -> BinaryIO:
        file = scanned(form, name)
        if file is None:
            raise ParticularMissing(field=name)
        return file

    def settled(self, value: Any, cabinet: Cabinet) -> Scan:
        return Scan(value, cabinet.vault, cabinet.most)

    def files(self, name: str) -> tuple[str, ...]:
        return (name,)


def scanned(form: FormData, name: str) -> BinaryIO | None:
    """A file that was brought, once it is seen to be what a paper's file may be."""
    given = form.get(name)
    if not isinstance(given, UploadFile) or not given.size:
        return None
    try:
        recognising.recognise(given.file, most=given.size)
    except DomainError as wrong:
        raise type(wrong)(**{**wrong.facts, "field": name}) from wrong
    return given.file


def far_days(fields: Fields, given: Given, form: FormData, today: date) -> list[DomainError]:
    """The days that lie far from today and were not yet said to be meant, each to be asked for."""
    meant = ticked(form, SURE)
    return [
        DayFar(field=place, day=day.isoformat())
        for name, value in given.items()
        for place, day in fields[name].far(name, value, today).items()
        if sure(place, day.isoformat()) not in meant
    ]


def forgotten(fields: Fields, form: FormData) -> list[DomainError]:
    """The files that were chosen before a page came back, and that nobody has chosen again.

    Who means to go on without says so at the field: nothing is lost in silence.
    """
    chosen, meant = ticked(form, CHOSEN), ticked(form, SURE)
    return [
        PaperFileForgotten(field=place)
        for name, asked in fields.items()
        for place in asked.files(name)
        if place in chosen and not is_brought(form, place) and sure(place, WITHOUT) not in meant
    ]


def is_brought(form: FormData, name: str) -> bool:
    """Whether a file came with the form in this input."""
    given = form.get(name)
    return isinstance(given, UploadFile) and bool(given.size)


def sure(place: str, day: str) -> str:
    """What is ticked where such a day is meant: another day is asked for anew."""
    return f"{place}:{day}"
