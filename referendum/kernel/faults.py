"""What is wrong with a file that is refused whole: all counted, and the first places kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import ClassVar, Final, NamedTuple, Self

from referendum.kernel.errors import DomainError, Fact, Refusal

Fault = dict[str, str | int | None]
"""One place: its `line`, the `column` where it lies in one, the `reason`, and what that tells."""
REPORTED: Final = 1_000
"""A file of another kind would be wrong in every line; nobody reads further than this."""
QUOTED: Final = ("value", "whose")
"""What a place may have beside it, for whoever sent the file alone."""
LONGEST: Final = 80
"""Characters of a cell that are quoted: enough to find it again."""


class Quote(NamedTuple):
    """What stands at a place of a file, and whose line it is: it may be a person's."""

    value: str = ""
    whose: str = ""

    @classmethod
    def of(cls, value: str, whose: str = "") -> Quote:
        return cls(_short(value), _short(whose))


class FileRefused(DomainError):
    """A file with faults, of which nothing was taken.

    Facts: `count` and `lines`, how many faults in how many lines; the `commonest` kind of them, as
    one of it with its own `count`; the first `faults`. What stands in the cells is no fact, as
    facts are kept and told onward: it is in `quotes`, for the page that answers who sent the file.
    """

    refusal: ClassVar[Refusal] = Refusal.INVALID
    quotes: Sequence[Quote] = ()
    """One for each of the faults in the facts, or none at all."""

    @classmethod
    def because(cls, faults: Faults, **facts: Fact) -> Self:
        """The refusal for these faults, with what stands at their places."""
        refused = cls(**facts, **faults.facts())
        refused.quotes = tuple(faults.quotes)
        return refused


@dataclass(slots=True)
class Faults:
    """How many there are, of which kinds, and the first of them.

    All of a file is counted, and of a million lines that are wrong no more is kept than is shown.
    """

    first: list[Fault] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list, repr=False)
    """What stands at each of the first."""
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
        faults = cls(kinds=Counter(kinds), lines=sum(kinds.values()))
        faults._keep(first)
        return faults

    def add(self, found: Iterable[Fault]) -> None:
        """The faults of one line."""
        these = list(found)
        self.lines += bool(these)
        self._keep(these)
        for one in these:
            kind = one["column"], one["reason"]
            self.kinds[kind] += 1
            self._shown.setdefault(kind, _bare(one))

    def _keep(self, these: Iterable[Fault]) -> None:
        for one in islice(these, REPORTED - len(self.first)):
            self.first.append(_bare(one))
            self.quotes.append(Quote(*(str(one.get(name) or "") for name in QUOTED)))

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


def _bare(fault: Fault) -> Fault:
    return {name: told for name, told in fault.items() if name not in QUOTED}


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _line(fault: Fault) -> int:
    return int(fault["line"] or 0)
