"""Districts by the names that people write for them, whatever stands before or between.

A code, either name, or both; with the borough or the city before it; `행신제1동` for `행신1동`.
What could be two districts is none of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Protocol, Self, TypeVar

from referendum.kernel.spreadsheet import plain
from referendum.roll.tables import District, Jurisdiction

T = TypeVar("T")

_NTH: Final = re.compile(r"제(?=\d)")
_PROVINCE: Final = re.compile(r"\S+도\s+(?=\S)")


class Called(Protocol):
    """A district by its names; those of its borough are empty where there are none."""

    @property
    def code(self) -> str: ...
    @property
    def name_ko(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def borough_ko(self) -> str: ...
    @property
    def borough_en(self) -> str: ...


def key(written: str) -> str:
    """A name without what differs between two offices that mean the same."""
    return _NTH.sub("", plain(unicodedata.normalize("NFKC", written)))


@dataclass(frozen=True, slots=True)
class Gazetteer(Generic[T]):
    """What is called so: by a name exactly as it stands, else by what is usually written for it."""

    exact: Mapping[str, T]
    usual: Mapping[str, T]

    @classmethod
    def of(cls, named: Iterable[tuple[Called, T]], *, city: tuple[str, str] = ("", "")) -> Self:
        """`city`: the place's own Korean and English name."""
        all_named = list(named)
        exact = [(name, one) for called, one in all_named for name in _own(called) if name]
        usual = [
            (key(name), one) for called, one in all_named for name in _usual(called, city) if name
        ]
        return cls(_alone(exact), _alone(usual))

    @classmethod
    def of_place(cls, place: Jurisdiction, districts: Iterable[District]) -> Gazetteer[District]:
        """The districts of a place, as they are on one day."""
        return Gazetteer.of(((one, one) for one in districts), city=(place.name_ko, place.name_en))

    def get(self, written: str) -> T | None:
        """What is meant; None where nothing is called so, or more than one."""
        name = written.strip()
        if name in self.exact:
            return self.exact[name]
        return usually_called(self.usual, name)


def usually_called(usual: Mapping[str, T], written: str) -> T | None:
    """By the names of `Gazetteer.usual`, with or without the province before them."""
    return usual.get(key(written)) or usual.get(key(_PROVINCE.sub("", written.strip(), count=1)))


def _own(called: Called) -> tuple[str, str, str]:
    return called.code, called.name_ko, called.name_en


def _usual(called: Called, city: tuple[str, str]) -> Iterator[str]:
    yield from _own(called)
    yield called.name_ko + called.name_en
    ko, en = [called.name_ko], [called.name_en]
    if called.borough_ko:
        ko.append(called.borough_ko + called.name_ko)
        en += [called.name_en + called.borough_en, called.borough_en + called.name_en]
    yield from (*ko, *en)
    if city[0]:
        yield from (before + name for before in (city[0], city[0].rstrip("시")) for name in ko)
        yield from (name + city[1] + after for after in ("", "si") for name in en)


def _alone(named: Iterable[tuple[str, T]]) -> dict[str, T]:
    """By name, without the names that several have."""
    found, several = dict[str, T](), set[str]()
    for name, one in named:
        if found.setdefault(name, one) is not one:
            several.add(name)
    return {name: one for name, one in found.items() if name not in several}
