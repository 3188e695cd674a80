"""What is wrong with a refused file: by kind, with every place, and as a file of its own."""

from __future__ import annotations

from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from referendum.doors.naming import CELLS, column_name, in_words, said
from referendum.i18n.words import Words
from referendum.kernel import spreadsheet
from referendum.kernel.errors import DomainError, Fact
from referendum.kernel.faults import FileRefused, Quote
from referendum.kernel.spreadsheet import Refused

Facts = Mapping[str, Fact]
Named = Callable[[Facts], Facts]
HOLDS: Final[Mapping[str, str]] = {
    "lines-refused": "files.holds.lines",
    "register-mostly-broken": "roll.holds",
    "total-file-faulty": "files.holds.totals",
    "project-file-faulty": "files.holds.projects",
    "street-file-faulty": "files.holds.streets",
    "returns-refused": "files.holds.returns",
    "station-plan-refused": "files.holds.stations",
}
"""Where it is said what a column of such a file holds."""
REGISTER: Final = "register-mostly-broken"


@dataclass(frozen=True, slots=True)
class Place:
    """One fault: where it is, what is written there and by whom, and what is wrong with it."""

    line: int | None
    column: str
    said: str
    right: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class Group:
    """The faults of one kind in one column, which one sentence tells of where it can."""

    column: str
    said: str
    """The same for all of them; empty where each place has its own."""
    right: str
    places: Sequence[Place]

    @property
    def headed(self) -> str:
        return ": ".join(filter(None, (self.column, self.said)))


@dataclass(frozen=True, slots=True)
class Broken:
    """All places of one file, of which the first are told one by one."""

    why: str | None
    """Where a file with fewer faults would have been taken: why this one was not."""
    places: int
    lines: int
    commonest: str
    """One of the faults that there are most of, in words."""
    often: int
    listed: Sequence[Place]
    groups: Sequence[Group]
    file: str
    """The address of a table of them, which the page itself holds: nothing of it is kept."""


def of_refused(refused: Sequence[DomainError], words: Words, named: Named) -> Broken | None:
    """What a page tells of a file that was refused, beside its form."""
    for error in refused:
        if isinstance(error, FileRefused):
            return of_file(error.code, error.facts, words, named, quotes=error.quotes)
    return None


def of_file(
    code: str | None,
    facts: Mapping[str, Any],
    words: Words,
    named: Named = lambda facts: facts,
    *,
    quotes: Sequence[Quote] = (),
) -> Broken | None:
    """What is told of a refusal of a file; none where no place of the file is to blame."""
    if code is None or not facts.get("faults"):
        return None
    tell = partial(_place, words, code, named)
    faults = facts["faults"]
    listed = [
        tell(one, quote)
        for one, quote in zip(faults, quotes or [Quote()] * len(faults), strict=True)
    ]
    (commonest,) = facts["commonest"]
    most = tell(commonest, Quote())
    return Broken(
        why=said(words, code, facts) if "whole" in facts else None,
        places=facts["count"],
        lines=facts["lines"],
        commonest=": ".join(filter(None, (most.column, most.said))),
        often=commonest["count"],
        listed=listed,
        groups=list(_groups(faults, listed)),
        file=_as_file(words, listed),
    )


def of_register(found: Sequence[Refused], words: Words) -> tuple[Sequence[Group], str]:
    """The lines of a register's file that are left out or noted, and a table of them."""
    faults = [one.fault for one in found]
    listed = [
        _place(words, REGISTER, lambda facts: facts, fault, one.quote)
        for fault, one in zip(faults, found, strict=True)
    ]
    return list(_groups(faults, listed)), _as_file(words, listed)


def _place(words: Words, code: str, named: Named, fault: Facts, quote: Quote) -> Place:
    column = str(fault.get("column") or "")
    line = fault.get("line")
    number = line if isinstance(line, int) and line else None
    if code in CELLS:
        sentences, columns = CELLS[code]
        called = column_name(words, columns, column) if column else ""
        met = words(f"{sentences}.{fault['reason']}")
    else:
        # In the words of the refusal that a line would meet alone.
        called = str(named({"field": column}).get("field", column)) if column else ""
        met = words(f"problem.{fault['reason']}", **{**in_words(words, fault), **named(fault)})
    return Place(number, called, met, _right(words, code, column), quote)


def _right(words: Words, code: str, column: str) -> str:
    key = f"{HOLDS[code]}.{column}" if column and code in HOLDS else ""
    return words(key) if key and words.has(key) else ""


def _groups(faults: Sequence[Facts], listed: Sequence[Place]) -> Iterator[Group]:
    """By column and reason, those with the most places first."""
    kinds = defaultdict[tuple[Fact, Fact], list[Place]](list)
    for fault, place in zip(faults, listed, strict=True):
        kinds[fault.get("column"), fault["reason"]].append(place)
    for places in sorted(kinds.values(), key=len, reverse=True):
        first = places[0]
        same = first.said if len({one.said for one in places}) == 1 else ""
        yield Group(first.column, same, first.right, places)


def _as_file(words: Words, listed: Sequence[Place]) -> str:
    heading = [words(f"files.faults.{one}") for one in ("line", "whose", "column", "value")]
    heading += [words("files.faults.wrong"), words("files.faults.mended")]
    rows = (
        (one.line or "", one.quote.whose, one.column, one.quote.value, one.said, one.right)
        for one in listed
    )
    data = b64encode(spreadsheet.write(heading, rows)).decode()
    return f"data:text/csv;charset=utf-8;base64,{data}"
