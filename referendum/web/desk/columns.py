"""What each column of a register's file holds, and a sample of such a file to begin from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from referendum.roll.lines import COLUMNS
from referendum.web.desk.form import Desk
from referendum.web.downloads import csv_answer

NEEDED: Final = frozenset(
    {"register_no", "name", "birth_date", "district", "nationality", "registered_from"}
)
"""A line in which one of these is empty is refused."""
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


def explained(desk: Desk) -> list[Explained]:
    """Every column, in the order of a file."""
    korean = desk.words.language == "ko"
    return [
        Explained(name, headings[0] if korean else name, name in NEEDED)
        for name, headings in COLUMNS.items()
    ]


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
    headings = [one.heading for one in explained(desk)]
    cells = [[row.get(name, "") for name in COLUMNS] for row in rows]
    return csv_answer(headings, cells, name="register-sample.csv")
