"""Finds the rulebook in force for a place, an instrument and a date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import ValidationError

from thresholds.errors import (
    NoRulebookInForce,
    NoRulebookKnown,
    Problem,
    RulebookUnreadable,
    UnknownRulebook,
)
from thresholds.lowering import lowered
from thresholds.periods import Happened
from thresholds.reading import faults, merged, parse
from thresholds.rulebook import Rulebook, RuleGroup
from thresholds.vocabulary import Route


def in_force(
    *,
    country: str,
    level: str,
    instrument: str,
    on: date,
    office: str | None = None,
    route: str | None = None,
    matter: str | None = None,
) -> Rulebook:
    """The one rulebook of that day. A date before the first version is refused."""
    facts = {"country": country, "level": level, "instrument": instrument}
    fitting = [
        book
        for book in all_rulebooks()
        if book.stands_alone
        and book.applies(**facts, office=office, route=route or Route.RESIDENTS, matter=matter)
    ]
    for book in fitting:
        if book.valid_from <= on and (book.valid_to is None or on < book.valid_to):
            return book
    facts |= {"office": office or "—", "route": route or "—"}
    if not fitting:
        raise NoRulebookKnown(key="as_of", **facts, on=on)
    first = min(book.valid_from for book in fitting)
    raise NoRulebookInForce(key="as_of", **facts, on=on, first=first)


def by_id(rulebook_id: str) -> Rulebook:
    """The rulebook of that id. Raises UnknownRulebook."""
    for book in all_rulebooks():
        if book.id == rulebook_id:
            return book
    raise UnknownRulebook(key="id", id=rulebook_id)


def applying(pinned: Rulebook, group: RuleGroup, events: Happened) -> Rulebook:
    """The version that decides a group of rules for a measure that pinned `pinned`.

    A later version claims it where its transitional clause names an event of the measure that
    fell on or after the day it came into force; without a clause the pinned version stays.
    """
    line = [book for book in all_rulebooks() if _same_line(book, pinned)]
    claiming = [
        book
        for book in line
        if book.valid_from > pinned.valid_from
        and any(
            clause.group is group and events.get(clause.event, pinned.valid_from) >= book.valid_from
            for clause in book.transitions
        )
    ]
    return max(claiming, key=lambda book: book.valid_from, default=pinned)


def _line(book: Rulebook) -> tuple[object, ...]:
    return (
        book.norm,
        book.place,
        book.proposed,
        book.country,
        book.instrument,
        book.levels,
        book.offices,
        book.routes,
        book.matters,
    )


def _same_line(book: Rulebook, other: Rulebook) -> bool:
    """Whether two rulebooks are versions of one law for one kind of place, office and route."""
    return _line(book) == _line(other)


@cache
def all_rulebooks() -> tuple[Rulebook, ...]:
    """Every rulebook that comes with the package, by id; loaded and validated whole."""
    return load(texts())


def texts() -> dict[str, str]:
    """The files that come with the package, by name."""
    folder = files("thresholds") / "rulebooks"
    return {
        entry.name: entry.read_text("utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }


def sets_text() -> str:
    """The file that says which rulebooks belong together."""
    return (files("thresholds") / "sets.toml").read_text("utf-8")


def load(written: Mapping[str, str]) -> tuple[Rulebook, ...]:
    """Rulebooks from their texts by file name; all faults of all files are refused together.

    A file that names another's id under `extends` states only what it changes: tables merge,
    everything else replaces, and the keys listed under `without` fall away. One that stands
    `under` another is a lower norm: it may move only what the higher one leaves open.
    """
    shelf = _Shelf()
    for name, text in sorted(written.items()):
        table = parse(text)
        if isinstance(table, Problem):
            shelf.blame(name, [table])
        else:
            shelf.files[str(table.get("id", name))] = name
            shelf.tables.append((name, table))
    by_name = {str(table.get("id", name)): table for name, table in shelf.tables}
    books = [book for name, table in shelf.tables if (book := shelf.book(name, table, by_name))]
    shelf.problems += _repeated(book.id for book in books)
    if shelf.problems:
        raise RulebookUnreadable(shelf.problems)
    return tuple(sorted(books, key=lambda book: book.id))


@dataclass(slots=True)
class _Shelf:
    """Files as they are read, higher norms before the lower ones, and what is wrong with them."""

    files: dict[str, str] = field(default_factory=dict)
    tables: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    read: dict[str, Rulebook | None] = field(default_factory=dict)

    def blame(self, name: str, problems: Iterable[Problem]) -> None:
        self.problems += [Problem(f"{name}: {p.key}", p.reason, p.facts) for p in problems]

    def book(
        self, name: str, table: Mapping[str, Any], by_name: Mapping[str, Mapping[str, Any]]
    ) -> Rulebook | None:
        """The rulebook of a file; None, and the blame kept, where it does not load."""
        if name in self.read:
            return self.read[name]
        self.read[name] = None  # a norm that stands under itself is under nothing
        try:
            if "under" in table:
                self.read[name] = self._lower(table, by_name)
            else:
                self.read[name] = Rulebook.model_validate(_resolved(table, by_name, seen=()))
        except ValidationError as error:
            self.blame(name, faults(error))
        except RulebookUnreadable as unreadable:
            self.blame(name, unreadable.problems)
        except LookupError as error:
            key = "under" if "under" in table else "extends"
            self.blame(name, [Problem(key, "unknown-rulebook", {"id": str(error)})])
        return self.read[name]

    def _lower(
        self, table: Mapping[str, Any], by_name: Mapping[str, Mapping[str, Any]]
    ) -> Rulebook | None:
        above = table["under"]
        if above not in by_name:
            raise LookupError(above)
        base = self.book(self.files[above], by_name[above], by_name)
        if base is None:
            raise LookupError(above)
        return lowered(base, table)


def _resolved(
    table: Mapping[str, Any], by_name: Mapping[str, Mapping[str, Any]], *, seen: tuple[str, ...]
) -> dict[str, Any]:
    own = {key: value for key, value in table.items() if key not in {"extends", "without"}}
    base = table.get("extends")
    if base is None:
        return own
    if base in seen or base not in by_name:
        raise LookupError(base)
    below = _resolved(by_name[base], by_name, seen=(*seen, base))
    # When a version ends, and what it claims of those before it, is its own affair.
    below.pop("valid_to", None)
    below.pop("transitions", None)
    for key in table.get("without", ()):
        below = _without(below, key.split("."))
    return merged(below, own)


def _without(table: Mapping[str, Any], path: list[str]) -> dict[str, Any]:
    name, *rest = path
    if name not in table:
        raise LookupError(".".join(path))
    left = {key: value for key, value in table.items() if key != name}
    return {**left, name: _without(table[name], rest)} if rest else left


def _repeated(ids: Iterable[str]) -> list[Problem]:
    names = list(ids)
    twice = sorted({name for name in names if names.count(name) > 1})
    return [Problem(name, "repeated", {}) for name in twice]
