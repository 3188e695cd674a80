"""A file that was refused: every fault as its line and a sentence that names the place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from referendum.doors.naming import in_words
from referendum.i18n.words import Words
from referendum.kernel.errors import DomainError, Fact

SHOWN: Final = 100
"""How many faults of a file are listed: nobody reads further."""
Named = Callable[[Mapping[str, Fact]], Mapping[str, Fact]]
"""Gives facts, the column of a fault among them, by the names that people know."""


def faults_of(refused: Sequence[DomainError], words: Words, named: Named) -> list[tuple[int, str]]:
    """The faults of the file that was just sent."""
    return list(islice(_faults(refused, words, named), SHOWN))


def _faults(
    refused: Sequence[DomainError], words: Words, named: Named
) -> Iterator[tuple[int, str]]:
    listed: list[Any] = [error.facts.get("problems", ()) for error in refused]
    for problem in (one for problems in listed for one in problems):
        facts = {**in_words(words, problem), **named(problem)}
        said = words(f"problem.{problem['code']}", **facts)
        column = problem.get("column")
        place = named({"field": column}).get("field", column)
        yield problem["line"], f"{place}: {said}" if column else said
