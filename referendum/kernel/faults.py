"""What is wrong with a file that is refused whole: all counted, and the first places kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import ClassVar, Final, Self

from referendum.kernel.errors import DomainError, Fact, Refusal

Fault = dict[str, str | int | None]
"""One place: its `line`, the `column` where it lies in one, the `reason`, and what that tells."""
REPORTED: Final = 200
"""A file of another kind would be wrong in every line; nobody reads further than this."""


class FileRefused(DomainError):
    """A file with faults, of which nothing was taken.

    Facts: `count` and `lines`, how many faults in how many lines; the `commonest` kind of them, as
    one of it with its own `count`; the first `faults`.
    """

    refusal: ClassVar[Refusal] = Refusal.INVALID


@dataclass(slots=True)
class Faults:
    """How many there are, of which kinds, and the first of them.

    All of a file is counted, and of a million lines that are wrong no more is kept than is shown.
    """

    first: list[Fault] = field(default_factory=list)
    kinds: Counter[tuple[str | int | None, str | int | None]] = field(default_factory=Counter)
    """How often, by column and reason."""
    lines: int = 0
    _shown: dict[tuple[str | int | None, str | int | None], Fault] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Iterable[Fault]) -> Self:
        """Faults in any order, told in that of their lines."""
        faults = cls()
        for _, here in groupby(sorted(found, key=_line), key=_line):
            faults.add(here)
        return faults

    @classmethod
    def counted(cls, kinds: Mapping[tuple[str | None, str], int], first: Iterable[Fault]) -> Self:
        """Of a file whose lines have one fault each, counted where they are kept."""
        return cls(list(first), Counter(kinds), sum(kinds.values()))

    def add(self, found: Iterable[Fault]) -> None:
        """The faults of one line."""
        these = list(found)
        self.lines += bool(these)
        self.first += these[: REPORTED - len(self.first)]
        for one in these:
            kind = one["column"], one["reason"]
            self.kinds[kind] += 1
            self._shown.setdefault(kind, one)

    def facts(self) -> dict[str, Fact]:
        """As `FileRefused` tells them. There must be any."""
        ((kind, often),) = self.kinds.most_common(1)
        column, reason = kind
        one = self._shown.get(kind, {"column": column, "reason": reason})
        shown = {name: fact for name, fact in one.items() if name != "line"}
        return {
            "count": self.kinds.total(),
            "lines": self.lines,
            "commonest": [{**shown, "count": often}],
            "faults": list(self.first),
        }


def _line(fault: Fault) -> int:
    return int(fault["line"] or 0)
