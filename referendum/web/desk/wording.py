"""What is wrong at a field, in words that carry more: where it leads, what is asked once more."""

from __future__ import annotations

from typing import Self


class Leading(str):
    """What is wrong at a field, with the address of what it is about."""

    __slots__ = ("leads",)
    leads: str

    def __new__(cls, said: str, leads: str) -> Self:
        told = super().__new__(cls, said)
        told.leads = leads
        return told


class Question(str):
    """What is asked once more at a field: a sentence, with a box to tick where it is meant so."""

    __slots__ = ("meant",)
    meant: str
    """The value of the box."""

    def __new__(cls, said: str, meant: str) -> Self:
        asked = super().__new__(cls, said)
        asked.meant = meant
        return asked


class Again(str):
    """That a file has to be chosen anew, as browsers keep none: with a box to go on without it."""

    __slots__ = ("without",)
    without: str
    """The value of the box; empty where the file must come."""

    def __new__(cls, said: str, without: str) -> Self:
        told = super().__new__(cls, said)
        told.without = without
        return told
