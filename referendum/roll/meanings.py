"""Words of a register's file that nobody knows: counted, shown, and told by an officer.

A nationality that is no country's and a status of stay that is none would take a right from whoever
bears it, without a fault that anybody sees. Nothing is guessed: an officer says what such a word
means in this file, or that it means nothing that gives a right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

MOST: Final = 200
"""Words that are told apart; a file with more of them has another column there."""
FIRST: Final = 5
"""Lines that are named of each word."""
NOTHING: Final = ""
"""What a word means that gives nobody a right: a line without a country stays out, a status stays
as it is written."""


class Column(StrEnum):
    """What is written in words that may be unknown."""

    NATIONALITY = "nationality"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Meanings:
    """What an officer says that words mean: a code of a country, or of a status of stay."""

    nationality: Mapping[str, str] = field(default_factory=dict)
    status: Mapping[str, str] = field(default_factory=dict)

    def of(self, column: Column) -> Mapping[str, str]:
        return self.nationality if column is Column.NATIONALITY else self.status

    def told(self) -> dict[str, Any]:
        """As it is kept and hashed."""
        return {Column.NATIONALITY: dict(self.nationality), Column.STATUS: dict(self.status)}

    @classmethod
    def read(cls, told: Mapping[str, Any] | None) -> Meanings:
        told = told or {}
        return cls(told.get(Column.NATIONALITY, {}), told.get(Column.STATUS, {}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word that nobody knows, with how many lines have it."""

    column: Column
    word: str
    lines: int
    costing: int
    """Those whose person it would cost a right, or the place in the register."""
    first: tuple[int, ...]
    """The numbers of the first lines that have it."""


Words = Mapping[tuple[Column, str], Word]


def noted(words: Words, more: Iterable[Word]) -> dict[tuple[Column, str], Word]:
    """All of both, one entry a word; what comes after the last that is told apart, together."""
    found = dict(words)
    for one in more:
        key = (one.column, one.word)
        if key not in found and len(found) >= MOST:
            key = (one.column, "")
        before = found.get(key)
        found[key] = Word(
            column=one.column,
            word=key[1],
            lines=one.lines + (before.lines if before else 0),
            costing=one.costing + (before.costing if before else 0),
            first=((before.first if before else ()) + one.first)[:FIRST],
        )
    return found


def unexplained(words: Words, meanings: Meanings) -> list[Word]:
    """Those for which an officer has to say first what they mean."""
    return [
        one for one in words.values() if one.costing and one.word not in meanings.of(one.column)
    ]


def packed(words: Words) -> dict[str, Any]:
    """As they are sealed."""
    return {
        "words": [
            [one.column.value, one.word, one.lines, one.costing, list(one.first)]
            for one in words.values()
        ]
    }


def unpacked(told: Mapping[str, Any]) -> dict[tuple[Column, str], Word]:
    found = {}
    for column, word, lines, costing, first in told["words"]:
        one = Word(
            column=Column(column), word=word, lines=lines, costing=costing, first=tuple(first)
        )
        found[one.column, word] = one
    return found
