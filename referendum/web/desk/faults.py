"""A file that was refused: every fault as its line and a sentence that names the place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from referendum.doors.naming import in_words
from referendum.kernel.errors import Fact
from referendum.web.desk.form import Desk

SHOWN: Final = 100
"""How many faults of a file are listed: nobody reads further."""
Faults = Sequence[tuple[int, str]]


def faults_of(
    desk: Desk,
    labels: Mapping[str, str],
    named: Callable[[Mapping[str, Fact]], Mapping[str, Fact]],
) -> Faults:
    """The faults of the file that was just sent. `labels`: columns by the names people know."""
    listed = [error.facts["problems"] for error in desk.refused if "problems" in error.facts]
    problems: Any = listed[0] if listed else []
    return [_fault(desk, one, labels, named) for one in problems[:SHOWN]]


def _fault(
    desk: Desk,
    problem: Mapping[str, Any],
    labels: Mapping[str, str],
    named: Callable[[Mapping[str, Fact]], Mapping[str, Fact]],
) -> tuple[int, str]:
    column = problem.get("column")
    facts = {**in_words(desk.words, problem), **named(problem)}
    said = desk.words(f"problem.{problem['code']}", **facts)
    return problem["line"], f"{labels.get(column, column)}: {said}" if column else said
