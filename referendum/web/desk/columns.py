"""What each column of an office's file holds, and a file to begin from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from referendum.i18n.words import Words
from referendum.roll.lines import COLUMNS
from referendum.web.desk.form import Desk
from referendum.web.downloads import csv_answer

NEEDED: Final = frozenset(
    {"register_no", "name", "birth_date", "district", "nationality", "registered_from"}
)
"""A line of a register in which one of these is empty is refused."""
SAMPLE: Final[Sequence[Mapping[str, str]]] = (
    {"register_no": "SAMPLE-1", "name": "홍길동", "birth_date": "1990-01-31", "nationality": "KR"},
    {
        "register_no": "SAMPLE-2",
        "name": "성춘향",
        "former_names": "성이향|성삼향",
        "birth_date": "19850815",
        "nationality": "대한민국",
        "voting_right_lost_from": "2024-05-01",
        "voting_right_lost_to": "2026-05-01",
    },
    {
        "register_no": "SAMPLE-3",
        "name": "NGUYEN VAN AN",
        "birth_date": "1979-12-02",
        "nationality": "베트남",
        "status": "F-5",
        "status_since": "2019-03-04",
    },
)
"""Invented people: one with what is needed alone, one with former names, one from abroad."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A column by its heading in the language of the page."""

    name: str
    heading: str
    needed: bool
    holds: str


def explain(
    words: Words, columns: Mapping[str, Sequence[str]], *, needed: Collection[str], holds: str
) -> list[Explained]:
    """Every column in the order of a file: `holds` is where it is said what stands there."""
    korean = words.language == "ko"
    return [
        Explained(
            name,
            headings[0] if korean and headings else name,
            name in needed,
            words(f"{holds}.{name}"),
        )
        for name, headings in columns.items()
    ]


def filled_in(
    columns: Sequence[Explained], rows: Iterable[Mapping[str, object]], *, name: str
) -> Response:
    """A file of these columns; what a row does not tell of is empty."""
    cells = ([row.get(one.name, "") for one in columns] for row in rows)
    return csv_answer([one.heading for one in columns], cells, name=name)


def first_district(desk: Desk, at: int = 0) -> str:
    """One of the place's districts by its name in the language of the page, for an example."""
    here = desk.districts()
    if not here:
        return ""
    one = here[at % len(here)]
    return one.name_ko if desk.words.language == "ko" else one.name_en


def explained(desk: Desk) -> list[Explained]:
    """The columns of a register's file."""
    return explain(desk.words, COLUMNS, needed=NEEDED, holds="roll.holds")


def sample(desk: Desk) -> Response:
    """A file of three invented people who live in the place's first districts."""
    districts = [one.name_ko for one in desk.districts()]
    rows = [
        {
            "address": "견본로 1",
            "district": districts[at % len(districts)] if districts else "",
            "registered_from": "2020-03-02",
            **person,
        }
        for at, person in enumerate(SAMPLE)
    ]
    return filled_in(explained(desk), rows, name="register-sample.csv")
