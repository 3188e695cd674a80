"""Tables of offices: what saved them makes no difference, and what leaves computes nothing."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from datetime import date
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.kernel import days, spreadsheet
from referendum.kernel.decoding import Detective, Lines, NotText
from referendum.kernel.spreadsheet import HeadingWrong, Row

COLUMNS = {"name": ("성명",), "day": ("날짜", "작성일"), "note": ()}
PLAIN = "성명,날짜,note\n김가나,2026-01-02,가\n박다라,2026-01-03,\n"


def cells(data: bytes | str) -> list[list[str]]:
    table = spreadsheet.read(data.encode() if isinstance(data, str) else data, COLUMNS)
    assert table is not None
    return [list(row.cells) for row in table if row.fits]


def wrong(data: str) -> HeadingWrong:
    with pytest.raises(HeadingWrong) as refusal:
        cells(data)
    return refusal.value


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("cp949"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        (PLAIN + "\n\n , ,\n").encode(),
        PLAIN.rstrip("\n").encode(),
        PLAIN.replace("\n", ",\n").encode(),
        PLAIN.replace("\n", ",,,\n").encode(),
        PLAIN.replace("note\n", "note,,\n").encode(),
        PLAIN.replace("note\n", "note,,\n").replace("가\n", "가,,\n").encode(),
        unicodedata.normalize("NFD", PLAIN).encode(),
        ("2026년 명부,,\n작성일: 2026-01-05,,\n\n" + PLAIN).encode(),
        ("명부\n" + PLAIN).encode(),
        PLAIN.replace("성명", " 성 명 ").encode(),
    ],
    ids=[
        *("marked", "cp949", "crlf", "cr", "blank last lines", "no last end", "a comma more"),
        *("commas more", "heading's commas", "both", "decomposed", "titles", "a title", "spaces"),
    ],
)
def test_whatever_saved_a_table_it_reads_alike(data: bytes) -> None:
    assert (
        cells(data)
        == cells(PLAIN)
        == [
            ["김가나", "2026-01-02", "가"],
            ["박다라", "2026-01-03", ""],
        ]
    )


def test_a_row_knows_the_line_on_which_it_begins_whatever_stands_above() -> None:
    table = spreadsheet.read('제목\n성명,날짜,note\n가,1,"a\nb"\n\n나,2\n'.encode(), COLUMNS)
    assert table is not None
    assert list(table) == [
        Row(3, ["가", "1", "a\nb"], 3, fits=True),
        Row(6, ["나", "2", ""], 2, fits=False),
    ]


def test_a_column_without_a_heading_is_named_by_its_place_once_it_holds_something() -> None:
    assert wrong("성명,,날짜,note\n가,,1,2\n나,x,1,2\n").unknown == ["#2"]
    assert wrong("성명,날짜,note,\n가,1,2,\n나,1,2,x\n").unknown == ["#4"]
    assert cells("성명,,날짜,note\n가,,1,2\n") == [["가", "1", "2"]]


def test_a_cell_beyond_the_heading_is_no_column_and_the_row_does_not_fit() -> None:
    assert cells("성명,날짜,note\n가,1,2,더\n나,1,2,\n") == [["나", "1", "2"]]


def test_columns_missing_unknown_or_repeated_are_told_by_name() -> None:
    refusal = wrong("성명,이름표,성명\n가,1,2\n")
    assert (refusal.missing, refusal.unknown, refusal.repeated) == (
        ["day", "note"],
        ["이름표"],
        ["name"],
    )


def test_a_row_of_data_above_the_heading_is_no_title() -> None:
    assert wrong("가,1,2\n" + PLAIN).unknown == ["가", "1", "2"]


def test_a_damaged_file_is_refused_where_it_is_damaged() -> None:
    """Also where the damage would be letters in the other encoding."""
    for data, line in (
        (PLAIN.encode().replace("박".encode(), b"\xb0\xe5"), 3),
        (PLAIN.encode() + b"\0", 4),
        (PLAIN.encode("utf-16"), 1),
    ):
        with pytest.raises(NotText) as refusal:
            spreadsheet.read(data, COLUMNS)
        assert refusal.value.line == line


@given(st.binary(max_size=200), st.integers(1, 40))
def test_pieces_of_any_size_are_the_same_file(data: bytes, size: int) -> None:
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    whole, parts = Detective(), Detective()
    whole.look(data)
    for piece in pieces:
        parts.look(piece)
    assert told(parts) == told(whole)
    encoding = told(whole)
    if isinstance(encoding, str):
        assert list(Lines(pieces, encoding)) == list(Lines([data], encoding))


def told(detective: Detective) -> str | tuple[int, int]:
    try:
        return detective.found()
    except NotText as refusal:
        return refusal.line, refusal.byte


@given(st.text(alphabet="가나a\r\n,\"'", max_size=60), st.integers(1, 9), st.integers(0, 20))
def test_reading_goes_on_from_where_it_had_stopped(text: str, size: int, stop: int) -> None:
    data = codecs.BOM_UTF8 + text.encode()
    whole = list(Lines([data], "utf-8-sig"))
    begun = Lines([data], "utf-8-sig")
    first = list(islice(begun, stop))
    rest = data[begun.offset :]
    pieces = [rest[at : at + size] for at in range(0, len(rest), size)]
    again = Lines(pieces, "utf-8-sig", begun.offset) if begun.offset else Lines([data], "utf-8-sig")
    assert [*first, *again] == whole


@pytest.mark.parametrize(
    "cell",
    [
        *("2026-03-01", "2026-3-1", "2026.3.1", "2026.03.01.", "2026/3/1", "20260301"),
        *("2026. 3. 1.", "2026년 3월 1일", "2026년3월1일", "2026-03-01 00:00:00"),
        *("２０２６－０３－０１", "２０２６．３．１"),
    ],
)
def test_a_day_may_be_written_in_many_ways(cell: str) -> None:
    assert days.day_of(cell) == date(2026, 3, 1)


@pytest.mark.parametrize(
    "cell", ["2026-13-01", "26.3.1", "3/1/2026", "2026-3", "2026031", "46082", "2026-03-01 09:00"]
)
def test_a_day_that_could_be_another_is_none(cell: str) -> None:
    assert days.day_of(cell) is None


HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "＝1+1", "＋1")


@pytest.mark.parametrize("cell", HOSTILE)
def test_no_text_that_leaves_is_a_formula_in_a_heading_or_in_a_row(cell: str) -> None:
    data = spreadsheet.write([cell], [[cell, -5]])
    heading, row = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert heading == [f"'{cell}"]
    assert row == [f"'{cell}", "-5"], "a number is a number"
    assert spreadsheet.meant(row[0]) == cell
