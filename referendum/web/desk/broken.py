"""What is wrong with a file that was refused: summed up, and then place by place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from referendum.doors.naming import column_name, in_words
from referendum.i18n.words import Words
from referendum.kernel.errors import DomainError, Fact
from referendum.kernel.faults import FileRefused
from signatures.errors import LinesRefused

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
    if not facts.get("faults"):
        return None
    say = _of_a_sheet if code == LinesRefused.code else partial(_of_a_refusal, named=named)
    (commonest,) = facts["commonest"]
    return Broken(
        places=facts["count"],
        lines=facts["lines"],
        commonest=say(commonest, words),
        often=commonest["count"],
        listed=[Fault(one["line"], say(one, words)) for one in facts["faults"][:LISTED]],
    )


def _of_a_refusal(fault: Facts, words: Words, named: Callable[[Facts], Facts]) -> str:
    """In the words of the refusal that a line would meet alone."""
    said = words(f"problem.{fault['reason']}", **{**in_words(words, fault), **named(fault)})
    column = fault.get("column")
    return f"{named({'field': column}).get('field', column)}: {said}" if column else said


def _of_a_sheet(fault: Mapping[str, Any], words: Words) -> str:
    said, column = words(f"signatures.file.{fault['reason']}"), fault["column"]
    return f"{column_name(words, 'signatures.field', column)}: {said}" if column else said
