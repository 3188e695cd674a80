"""Real petitions and votes that come with the package: read, checked and kept in one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from thresholds.casefile import Case
from thresholds.cases import read_case
from thresholds.errors import CaseUnreadable, Problem, UnknownCase


@cache
def all_cases() -> tuple[Case, ...]:
    """Every case, the latest first; loaded and validated whole."""
    found = load(texts().items())
    return tuple(sorted(found, key=lambda one: (one.case.as_of, one.case.id), reverse=True))


def by_id(case_id: str) -> Case:
    """The case of that id. Raises UnknownCase."""
    for one in all_cases():
        if one.case.id == case_id:
            return one
    raise UnknownCase(key="case", id=case_id)


def load(given: Iterable[tuple[str, str]]) -> tuple[Case, ...]:
    """Cases from names and texts of files; all faults of all files are refused together."""
    found: list[Case] = []
    problems: list[Problem] = []
    for name, text in given:
        try:
            found.append(read_case(text))
        except CaseUnreadable as unreadable:
            problems += [
                Problem(f"{name}: {one.key}", one.reason, one.facts) for one in unreadable.problems
            ]
    if problems:
        raise CaseUnreadable(problems)
    return tuple(found)


def texts() -> dict[str, str]:
    """The files that come with the package, by name."""
    found = sorted(_files(files("thresholds") / "history"), key=lambda entry: entry.name)
    return {entry.name: entry.read_text("utf-8") for entry in found}


def _files(folder: Traversable) -> Iterator[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry)
        elif entry.name.endswith(".toml"):
            yield entry
