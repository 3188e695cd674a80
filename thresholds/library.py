"""Finds the rulebook in force for a place, an instrument and a date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
        if book.applies(**facts, office=office, route=route or Route.RESIDENTS, matter=matter)
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
    folder = files("thresholds") / "rulebooks"
    texts = {
        entry.name: entry.read_text("utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }
    return load(texts)


def load(texts: Mapping[str, str]) -> tuple[Rulebook, ...]:
    """Rulebooks from their texts by file name; all faults of all files are refused together.

    A file that names another's id under `extends` states only what it changes: tables merge,
    everything else replaces, and the keys listed under `without` fall away.
    """
    tables: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for name, text in sorted(texts.items()):
        table = parse(text)
        if isinstance(table, Problem):
            problems.append(Problem(f"{name}: {table.key}", table.reason, table.facts))
        else:
            tables[name] = table
    by_name = {str(table.get("id", name)): table for name, table in tables.items()}
    books = []
    for name, table in tables.items():
        try:
            books.append(Rulebook.model_validate(_resolved(table, by_name, seen=())))
        except ValidationError as error:
            problems += [Problem(f"{name}: {p.key}", p.reason, p.facts) for p in faults(error)]
        except LookupError as error:
            problems.append(Problem(f"{name}: extends", "unknown-rulebook", {"id": str(error)}))
    problems += _repeated(book.id for book in books)
    if problems:
        raise RulebookUnreadable(problems)
    return tuple(sorted(books, key=lambda book: book.id))


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
