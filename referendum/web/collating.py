"""Two texts of an ordinance side by side, article by article (신·구조문대비표).

Articles are paired by their number. What is compared is words; nothing is judged, and where an
article is too long for words to be compared, it is shown whole on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from typing import Final

KEPT: Final = 64
"""Pairs of texts whose comparison is kept: they are read far more often than written."""
MOST: Final = 1_000_000
"""Pairs of words of one article that are compared; beyond, the article is shown whole."""
HEAD: Final = re.compile(r"\s*(제\s*\d+\s*조(?:\s*의\s*\d+)?)(?=\s*\(|\s|$)")
SUPPLEMENT: Final = re.compile(r"\s*부\s*칙(?=\s|$|<)")
SUPPLEMENTARY: Final = "부칙"
SURROUNDED: Final = 3
"""A space with a word on either side."""
WORD: Final = re.compile(r"\s+|[^\s]+")


class Fate(StrEnum):
    """What became of an article."""

    SAME = "unchanged"
    CHANGED = "altered"
    ADDED = "new"
    REMOVED = "gone"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stand together; `marked`: on this side alone."""

    words: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One article: as it is, as it would be, and what became of it."""

    change: Fate
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]


@lru_cache(KEPT)
def collated(old: str, new: str) -> tuple[Row, ...]:
    """The articles in the order of the new text, those that fall away after what they followed."""
    before, after = _articles(old), _articles(new)
    return tuple(_row(before.get(key), after.get(key)) for key in _order(before, after))


def _order(before: dict[str, str], after: dict[str, str]) -> list[str]:
    keys, gone = list(after), [key for key in before if key not in after]
    former = list(before)
    for key in gone:
        earlier = former[: former.index(key)]
        place = next((keys.index(one) + 1 for one in reversed(earlier) if one in keys), 0)
        keys.insert(place, key)
    return keys


def _articles(text: str) -> dict[str, str]:
    """Each by its number; what stands before the first has none of its own.

    The articles of the supplement begin anew at 1, and a number that comes twice is kept apart.
    """
    found: dict[str, list[str]] = {"": []}
    key, supplement = "", False
    for line in text.splitlines():
        if (begins := _begins(line)) is not None:
            supplement = supplement or begins == SUPPLEMENTARY
            key = f"{SUPPLEMENTARY} {begins}" if supplement else begins
            while key in found:
                key += "+"
            found[key] = []
        found[key].append(line)
    whole = {key: "\n".join(lines).strip("\n") for key, lines in found.items()}
    return {key: said for key, said in whole.items() if said.strip()}


def _begins(line: str) -> str | None:
    if SUPPLEMENT.match(line):
        return SUPPLEMENTARY
    head = HEAD.match(line)
    return "".join(head[1].split()) if head else None


def _row(old: str | None, new: str | None) -> Row:
    if old is None:
        return Row(Fate.ADDED, (), (Piece(new or "", marked=True),))
    if new is None:
        return Row(Fate.REMOVED, (Piece(old, marked=True),), ())
    a, b = WORD.findall(old), WORD.findall(new)
    if "".join(old.split()) == "".join(new.split()):
        return Row(Fate.SAME, (Piece(old, marked=False),), (Piece(new, marked=False),))
    if len(a) * len(b) > MOST:
        return Row(Fate.CHANGED, (Piece(old, marked=True),), (Piece(new, marked=True),))
    steps = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return Row(
        Fate.CHANGED,
        _pieces(("".join(a[i:j]), tag != "equal") for tag, i, j, _, _ in steps),
        _pieces(("".join(b[i:j]), tag != "equal") for tag, _, _, i, j in steps),
    )


def _pieces(told: Iterator[tuple[str, bool]]) -> tuple[Piece, ...]:
    """Runs of one kind as one piece. Space alone is marked between marked words only."""
    parts = [(words, marked) for words, marked in told if words]
    runs: list[Piece] = []
    for place, (words, marked) in enumerate(parts):
        beside = parts[max(place - 1, 0) : place + 2]
        between = len(beside) == SURROUNDED and beside[0][1] and beside[2][1]
        kept = marked if words.strip() else between
        if runs and runs[-1].marked == kept:
            runs.append(Piece(runs.pop().words + words, kept))
        else:
            runs.append(Piece(words, kept))
    return tuple(runs)
