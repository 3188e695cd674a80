"""What is wrong with a file that was refused: summed up, and then place by place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from referendum.doors.naming import CELLS, in_words, said, said_of_cell
from referendum.i18n.words import Words
from referendum.kernel.errors import DomainError, Fact
from referendum.kernel.faults import FileRefused

LISTED: Final = 100
"""How many faults of a file are listed: nobody reads further."""
Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Fault:
    """One place: its line, and a sentence that names the column where there is one."""

    line: int | None
    said: str


@dataclass(frozen=True, slots=True)
class Broken:
    """All places of one file, of which the first are listed."""

    why: str | None
    """Where a file with fewer faults would have been taken: why this one was not."""
    places: int
    lines: int
    commonest: str
    """One of the faults that there are most of, in words."""
    often: int
    listed: Sequence[Fault]


def of_refused(
    refused: Sequence[DomainError], words: Words, named: Callable[[Facts], Facts]
) -> Broken | None:
    """What a page tells of a file that was refused, beside its form."""
    for error in refused:
        if isinstance(error, FileRefused):
            return of_file(error.code, error.facts, words, named)
    return None


def of_file(
    code: str | None,
    facts: Mapping[str, Any],
    words: Words,
    named: Callable[[Facts], Facts] = lambda facts: facts,
) -> Broken | None:
    """What is told of a refusal of a file; none where no place of the file is to blame."""
    if code is None or not facts.get("faults"):
        return None
    say = partial(said_of_cell, words, code) if code in CELLS else partial(_said, words, named)
    (commonest,) = facts["commonest"]
    return Broken(
        why=said(words, code, facts) if "whole" in facts else None,
        places=facts["count"],
        lines=facts["lines"],
        commonest=say(commonest),
        often=commonest["count"],
        listed=[Fault(one["line"], say(one)) for one in facts["faults"][:LISTED]],
    )


def _said(words: Words, named: Callable[[Facts], Facts], fault: Facts) -> str:
    """In the words of the refusal that a line would meet alone."""
    met = words(f"problem.{fault['reason']}", **{**in_words(words, fault), **named(fault)})
    column = fault.get("column")
    return f"{named({'field': column}).get('field', column)}: {met}" if column else met
