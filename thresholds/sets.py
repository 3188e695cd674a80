"""Rulebooks that belong together: all that one place would follow, today or after a reform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from pydantic import Field, ValidationError

from thresholds import library
from thresholds.errors import Problem, RulebookUnreadable, UnknownRulebook
from thresholds.reading import Bilingual, Data, Name, faults, parse
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import Instrument, Level, Office, Route


class Listed(Data):
    """A set as it is written: names of rulebooks, and what to say of them together."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,60}$")]
    title: Bilingual
    note: Bilingual
    rulebooks: Annotated[tuple[Name, ...], Field(min_length=1)]


class _Shelf(Data):
    sets: tuple[Listed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Rules for several instruments, one rulebook for each kind of measure."""

    id: str
    title: Bilingual
    note: Bilingual
    rulebooks: tuple[Rulebook, ...]

    def rulebook_for(
        self, *, instrument: Instrument, level: Level, office: Office | None, route: Route
    ) -> Rulebook | None:
        """The one for such a measure; where none is made for its level, one of another level."""
        fitting = [
            book
            for book in self.rulebooks
            if book.instrument is instrument
            and (not book.offices or office in book.offices)
            and (not book.routes or route in book.routes)
        ]
        own = [book for book in fitting if level in book.levels]
        return next(iter(own or fitting), None)


@cache
def all_sets() -> tuple[RuleSet, ...]:
    """Every set that comes with the package; loaded and validated whole."""
    return load(library.sets_text(), library.all_rulebooks())


def load(text: str, books: Sequence[Rulebook]) -> tuple[RuleSet, ...]:
    """Sets from their text; a rulebook that is not there is refused with its place."""
    table = parse(text)
    if isinstance(table, Problem):
        raise RulebookUnreadable([table])
    try:
        listed = _Shelf.model_validate(table).sets
    except ValidationError as error:
        raise RulebookUnreadable(faults(error)) from None
    known = {book.id: book for book in books}
    lost = [
        Problem(f"sets.{number}.rulebooks", "unknown-rulebook", {"id": name})
        for number, one in enumerate(listed)
        for name in one.rulebooks
        if name not in known
    ]
    if lost:
        raise RulebookUnreadable(lost)
    return tuple(
        RuleSet(
            id=one.id,
            title=one.title,
            note=one.note,
            rulebooks=tuple(known[name] for name in one.rulebooks),
        )
        for one in listed
    )


def rules_called(name: str) -> Rulebook | RuleSet:
    """A set or a rulebook by its id."""
    for one in all_sets():
        if one.id == name:
            return one
    try:
        return library.by_id(name)
    except UnknownRulebook:
        raise UnknownRulebook(key="rules", id=name) from None
