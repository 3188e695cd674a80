"""What is wrong with a file that was refused: summed up, and then place by place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from referendum.doors.naming import column_name, in_words
from referendum.i18n.words import Words
from referendum.kernel.errors import DomainError, Fact
from signatures.errors import LinesRefused

LISTED: Final = 100
"""How many faults of a file are listed: nobody reads further."""
Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Fault:
    """One place: its line, and a sentence that names the column where there is one."""

    line: int | None
    said: str
    kind: tuple[str, str | None]
    """What is wrong, and in which column."""


@dataclass(frozen=True, slots=True)
class Broken:
    """All places of one file, of which the first are listed."""

    places: int
    lines: int
    commonest: str
    """One of the faults that there are most of, in words."""
    often: int
    listed: Sequence[Fault]


def summed(faults: Iterable[Fault]) -> Broken | None:
    """None where nothing is wrong."""
    found = list(faults)
    if not found:
        return None
    ((kind, often),) = Counter(one.kind for one in found).most_common(1)
    return Broken(
        places=len(found),
        lines=len({one.line for one in found}),
        commonest=next(one.said for one in found if one.kind == kind),
        often=often,
        listed=found[:LISTED],
    )


def of_returns(
    refused: Sequence[DomainError], words: Words, named: Callable[[Facts], Facts]
) -> Broken | None:
    """A file whose faults are refusals of single lines, as `problems`."""
    listed: list[Any] = [error.facts.get("problems", ()) for error in refused]
    return summed(_refusal(one, words, named) for one in chain(*listed))


def of_sheets(refused: Sequence[DomainError], words: Words) -> Broken | None:
    """A file of sheets that was refused at once."""
    for error in refused:
        if isinstance(error, LinesRefused):
            return of_lines(error.facts, words)
    return None


def of_lines(facts: Mapping[str, Any], words: Words) -> Broken | None:
    """What is told of a file of sheets, which was counted as it was read."""
    if not facts.get("faults"):
        return None
    (commonest,) = facts["commonest"]
    return Broken(
        places=facts["count"],
        lines=facts["lines"],
        commonest=_reason(commonest, words),
        often=commonest["count"],
        listed=[
            Fault(one["line"], _reason(one, words), (one["reason"], one["column"]))
            for one in facts["faults"][:LISTED]
        ],
    )


def _refusal(problem: Facts, words: Words, named: Callable[[Facts], Facts]) -> Fault:
    code, column, line = str(problem["code"]), problem.get("column"), problem["line"]
    said = words(f"problem.{code}", **{**in_words(words, problem), **named(problem)})
    place = named({"field": column}).get("field", column)
    in_column = None if column is None else str(column)
    return Fault(
        line if isinstance(line, int) else None,
        f"{place}: {said}" if column else said,
        (code, in_column),
    )


def _reason(fault: Mapping[str, Any], words: Words) -> str:
    said, column = words(f"signatures.file.{fault['reason']}"), fault["column"]
    return f"{column_name(words, 'signatures.field', column)}: {said}" if column else said
