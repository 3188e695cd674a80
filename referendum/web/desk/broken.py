"""What is wrong with a file that was refused: summed up, and then place by place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ballots.errors import ReturnsRefused, StationPlanRefused
from referendum.doors.naming import column_name, in_words
from referendum.i18n.words import Words
from referendum.kernel.errors import DomainError, Fact
from signatures.errors import LinesRefused

LISTED: Final = 100
"""How many faults of a file are listed: nobody reads further."""
FILES_REFUSED: Final = (LinesRefused, ReturnsRefused, StationPlanRefused)
"""Refusals of a file, of which its page tells place by place."""
Facts = Mapping[str, Fact]
Problems = Sequence[Mapping[str, Any]]


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
        if isinstance(error, LinesRefused):
            return of_lines(error.facts, words)
        if isinstance(error, FILES_REFUSED):
            problems: Any = error.facts["problems"]
            return _of_problems(problems, lambda one: _refusal(one, words, named))
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
        listed=[Fault(one["line"], _reason(one, words)) for one in facts["faults"][:LISTED]],
    )


def _of_problems(problems: Problems, say: Callable[[Mapping[str, Any]], str]) -> Broken:
    kinds = Counter((one["code"], one.get("column")) for one in problems)
    ((commonest, often),) = kinds.most_common(1)
    of_it = (one for one in problems if (one["code"], one.get("column")) == commonest)
    return Broken(
        places=len(problems),
        lines=len({one["line"] for one in problems}),
        commonest=say(next(of_it)),
        often=often,
        listed=[Fault(one["line"], say(one)) for one in problems[:LISTED]],
    )


def _refusal(problem: Facts, words: Words, named: Callable[[Facts], Facts]) -> str:
    said = words(f"problem.{problem['code']}", **{**in_words(words, problem), **named(problem)})
    column = problem.get("column")
    return f"{named({'field': column}).get('field', column)}: {said}" if column else said


def _reason(fault: Mapping[str, Any], words: Words) -> str:
    said, column = words(f"signatures.file.{fault['reason']}"), fault["column"]
    return f"{column_name(words, 'signatures.field', column)}: {said}" if column else said
