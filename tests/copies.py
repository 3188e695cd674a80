"""A logical copy of a database in the hands of somebody who has no key, and what they can try.

Rows come as the copy has them: in their order, with every column. Nothing here knows what a table
is for, but for which of them hold everybody: whoever is to be found is found by values that are
equal, by times, by order, by lengths.
"""

from __future__ import annotations

import re
import subprocess
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

Row = tuple[str, int]
"""A table, and the place of the row in it."""

EVERYBODY: Final = frozenset({"person", "residence", "former_name", "roll_entry"})
"""Who is in these has done nothing for it."""
RARE: Final = 4
"""A value in more rows than that joins nobody to anything."""
STEPS: Final = 4
WORD: Final = re.compile(r"[\w+-]{8,}")
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d")
AHEAD: Final = re.compile(r"(?:(\d+) days? ?)?(?:(\d+):(\d+):([\d.]+))?")
ESCAPED: Final = re.compile(r"\\(.)")
UNESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}


def read(dump: str) -> dict[str, list[dict[str, str]]]:
    """The rows of `pg_dump`'s own text; what is empty is left out."""
    tables: dict[str, list[dict[str, str]]] = {}
    here: list[dict[str, str]] | None = None
    columns: list[str] = []
    for line in dump.split("\n"):
        begins = re.fullmatch(r"COPY (?:public\.)?(\S+) \((.*)\) FROM stdin;", line)
        if begins:
            here = tables.setdefault(begins[1], [])
            columns = [name.strip('"') for name in begins[2].split(", ")]
        elif line == "\\.":
            here = None
        elif here is not None:
            cells = zip(columns, line.split("\t"), strict=True)
            here.append({name: _plain(cell) for name, cell in cells if cell != "\\N"})
    return tables


def _plain(cell: str) -> str:
    return ESCAPED.sub(lambda found: UNESCAPED.get(found[1], found[1]), cell)


@dataclass
class Copy:
    """What was taken, and beside it whatever else can be had: lines of logs as a table more."""

    tables: Mapping[str, Sequence[Mapping[str, str]]]

    @classmethod
    def taken(cls, program: Path, address: str, *, logs: Iterable[str] = ()) -> Copy:
        done = subprocess.run(
            [program, "--dbname", address], capture_output=True, text=True, check=True
        )
        return cls(read(done.stdout) | {"log": [{"line": line} for line in logs]})

    def cells(self, row: Row) -> Iterator[tuple[str, str]]:
        table, place = row
        yield from self.tables[table][place].items()

    def rows(self) -> Iterator[Row]:
        for table, kept in self.tables.items():
            for place in range(len(kept)):
                yield table, place

    # Whom a value belongs to

    @cached_property
    def homes(self) -> dict[str, str]:
        """The district of each person."""
        return {row["person_id"]: row["district_id"] for row in self.tables["residence"]}

    @cached_property
    def owners(self) -> dict[str, str]:
        """By value, the one person to whom it belongs."""
        owned: defaultdict[str, set[str]] = defaultdict(set)
        for table, column in (("person", "id"), ("residence", "person_id")):
            for row in self.tables[table]:
                for cell in row.values():
                    owned[_bare(cell)].add(row[column])
        return {value: one for value, (one, *more) in owned.items() if not more and len(value) > 7}

    # What is equal

    @cached_property
    def places(self) -> dict[str, list[Row]]:
        """By value, the rows outside of the lists of everybody in which it is."""
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.rows():
            if row[0] not in EVERYBODY:
                for word in self.words(row):
                    found[word].append(row)
        return found

    def words(self, row: Row) -> set[str]:
        return {word for _, cell in self.cells(row) for word in _words(cell)}

    def leads_to(self, start: Row) -> set[str]:
        """The people to whom a row leads over values that few rows share."""
        seen, edge, people = {start}, [start], set[str]()
        for _ in range(STEPS):
            further: list[Row] = []
            for row in edge:
                for word in self.words(row):
                    if word in self.owners:
                        people.add(self.owners[word])
                    if len(self.places[word]) <= RARE:
                        further += [one for one in self.places[word] if one not in seen]
                        seen.update(self.places[word])
            edge = further
        return people

    @cached_property
    def told(self) -> dict[Row, str]:
        """The rows that lead to one person, and to whom."""
        leads = ((row, self.leads_to(row)) for row in self.rows() if row[0] not in EVERYBODY)
        return {row: next(iter(people)) for row, people in leads if len(people) == 1}

    # What has an order, or a time

    def streams(self) -> Iterator[tuple[str, list[str]]]:
        """People in the order in which rows that lead to them lie, or say that they were made."""
        by_table: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.told:
            by_table[row[0]].append(row)
        for table, rows in by_table.items():
            yield f"{table} as it lies", [self.told[row] for row in rows]
            columns = {column for row in rows for column, _ in self.moments(row)}
            for column in sorted(columns):
                timed = [
                    (at, row) for row in rows for one, at in self.moments(row) if one == column
                ]
                yield f"{table} by {column}", [self.told[row] for _, row in sorted(timed)]

    def moments(self, row: Row) -> Iterator[tuple[str, datetime]]:
        for column, cell in self.cells(row):
            for found in MOMENT.finditer(cell):
                yield column, datetime.fromisoformat(found[0])

    @cached_property
    def ahead(self) -> timedelta:
        """How far the service's clock was put forward."""
        found = AHEAD.fullmatch(self.tables["clock_offset"][0]["ahead"])
        assert found is not None
        days, hours, minutes, seconds = found.groups(default="0")
        return timedelta(
            days=int(days), hours=int(hours), minutes=int(minutes), seconds=float(seconds)
        )


Guess = Mapping[str, Sequence[str]]
"""By line, the people who may have signed it; a line that is not in it is not guessed at."""


def by_links(copy: Copy, lines: Sequence[str]) -> Guess:
    """Whom a line leads to over values that are equal."""
    at = {row["id"]: ("line", place) for place, row in enumerate(copy.tables["line"])}
    return {line: sorted(copy.leads_to(at[line])) for line in lines}


def by_order(copy: Copy, lines: Sequence[str]) -> Iterator[tuple[str, Guess]]:
    """The lines in their order beside people in theirs, as far as districts agree."""
    homes = _homes(copy)
    for name, people in copy.streams():
        districts = [copy.homes[one] for one in people]
        pairs = _alike([homes[line] for line in lines], districts)
        yield name, {lines[left]: [people[right]] for left, right in pairs}


def by_time(copy: Copy, lines: Sequence[str]) -> Guess:
    """Who did something last in the minute before a line was sealed, of its district."""
    entry_of = {row["id"]: row.get("record_entry_id") for row in copy.tables["line"]}
    homes = _homes(copy)
    index = {row["entry_id"]: int(row["index"]) for row in copy.tables["record_place"]}
    sizes = sorted(
        (int(row["size"]), place) for place, row in enumerate(copy.tables["record_checkpoint"])
    )
    seen = sorted((at, person) for row, person in copy.told.items() for _, at in copy.moments(row))
    guessed: dict[str, list[str]] = {}
    for line in lines:
        sealed = bisect_right(sizes, (index[entry_of[line] or ""], len(sizes)))
        for _, told in copy.moments(("record_checkpoint", sizes[sealed][1])):
            at = told - copy.ahead
            near = [
                person
                for when, person in seen
                if at - timedelta(minutes=1) <= when <= at and copy.homes[person] == homes[line]
            ]
            if near:
                guessed[line] = [near[-1]]
    return guessed


def by_length(copy: Copy, lines: Sequence[str], *, longer: int) -> Guess:
    """Whose particulars are as long, where a line says so many bytes more than the register."""
    kept = {row["id"]: row for row in copy.tables["line"]}
    return {
        line: [
            row["person_id"]
            for row in copy.tables["residence"]
            if row["district_id"] == kept[line]["district_id"]
            and "sealed" in row
            and _length(row["sealed"]) + longer == _length(kept[line]["sealed"])
        ]
        for line in lines
    }


def score(guess: Guess, truth: Mapping[str, str]) -> float:
    """How many of the lines are told right, where one of several is drawn by lot."""
    return sum(1 / len(people) for line, people in guess.items() if truth[line] in people)


def _homes(copy: Copy) -> dict[str, str]:
    """The district of each line, where it has one."""
    return {row["id"]: row.get("district_id", "") for row in copy.tables["line"]}


def _alike(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """A longest common subsequence, as pairs of places."""
    best = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in reversed(range(len(left))):
        for j in reversed(range(len(right))):
            further = max(best[i + 1][j], best[i][j + 1])
            best[i][j] = best[i + 1][j + 1] + 1 if left[i] == right[j] else further
    pairs, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        if left[i] == right[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _length(cell: str) -> int:
    return len(_bare(cell)) // 2


def _bare(cell: str) -> str:
    return cell.removeprefix("\\x")


def _words(cell: str) -> set[str]:
    """A value by itself, and whatever stands in it as text or as the bytes of a text."""
    if MOMENT.fullmatch(cell):
        return {cell}
    words = {_bare(cell), *WORD.findall(cell)}
    if cell.startswith("\\x"):
        words.update(WORD.findall(bytes.fromhex(cell[2:]).decode("utf-8", "ignore")))
    return {word for word in words if len(word) > 7}
