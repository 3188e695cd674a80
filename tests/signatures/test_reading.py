"""Files of sheets: bad signatures are kept, bad files are refused where they are bad."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.kernel.faults import REPORTED
from referendum.kernel.spreadsheet import Refused
from signatures.reading import LARGEST_ROW, Wrong, read_sheets

HEAD = "sheet,row,name,birth_date,address,district,signed_on,mark,collector\n"
GOOD = "A-1,1,김가나,1980-05-17,가람동 1,가람동,2026-03-04,1,박다라\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_file_is_read_in_each_encoding(encoding: str) -> None:
    read = read_sheets((HEAD + GOOD).encode(encoding))
    assert read.faults.first == []
    (line,) = read.lines
    assert (line.sheet, line.row, line.name, line.has_mark) == ("A-1", 1, "김가나", True)
    assert line.collector == "박다라"


def test_korean_headings_in_any_order_and_without_collector() -> None:
    text = "번호,서명부 번호,서명,성명,생년월일,주소,읍·면·동,서명 연월일\n7,B,x,,?,,,〃\n"
    read = read_sheets(text.encode())
    assert read.faults.first == []
    (line,) = read.lines
    assert (line.sheet, line.row, line.has_mark, line.name) == ("B", 7, False, "")
    assert (line.birth_date, line.signed_on, line.collector) == ("?", "〃", None)


@pytest.mark.parametrize(
    ("data", "refused"),
    [
        (b"", Refused(1, None, Wrong.EMPTY)),
        (b"\n \n", Refused(1, None, Wrong.EMPTY)),
        (HEAD.encode(), Refused(1, None, Wrong.EMPTY)),
        (b"\xff\xfe\x00a", Refused(1, None, Wrong.ENCODING)),
        ((HEAD + '"A-1,1\n').encode(), Refused(2, None, Wrong.NOT_CSV)),
        ((HEAD + "A-1,1\n").encode(), Refused(2, None, Wrong.FIELD_COUNT)),
        ((HEAD + GOOD + GOOD).encode(), Refused(3, "row", Wrong.ROW_REPEATED)),
        (
            (HEAD + GOOD.replace("A-1,1", ",1")).encode(),
            Refused(2, "sheet", Wrong.SHEET_MISSING),
        ),
        (
            (HEAD + GOOD.replace("A-1,1", "A-1,0")).encode(),
            Refused(2, "row", Wrong.ROW_NUMBER),
        ),
        (
            (HEAD + GOOD.replace("A-1,1", "A-1,-3")).encode(),
            Refused(2, "row", Wrong.ROW_NUMBER),
        ),
        (
            (HEAD + GOOD.replace("A-1,1", "A-1,x")).encode(),
            Refused(2, "row", Wrong.ROW_NUMBER),
        ),
        (
            (HEAD + GOOD.replace("A-1,1", "A-1,٣")).encode(),
            Refused(2, "row", Wrong.ROW_NUMBER),
        ),
        (
            (HEAD + GOOD.replace("A-1,1", "A-1," + "9" * 400)).encode(),
            Refused(2, "row", Wrong.ROW_NUMBER),
        ),
        (
            (HEAD + GOOD.replace(",1,박", ",?,박")).encode(),
            Refused(2, "mark", Wrong.MARK_UNKNOWN),
        ),
        (
            (HEAD + GOOD.replace("김가나", "김" * 501)).encode(),
            Refused(2, "name", Wrong.TOO_LONG),
        ),
        (
            (HEAD + GOOD.replace("김가나", "김\x07나")).encode(),
            Refused(2, "name", Wrong.CONTROL_CHARACTER),
        ),
    ],
)
def test_a_broken_file_names_the_place_of_its_fault(data: bytes, refused: Refused) -> None:
    assert refused.fault in read_sheets(data).faults.first


def test_columns_missing_unknown_and_repeated_are_named() -> None:
    read = read_sheets(b"sheet,row,row,name,colour\n")
    assert Refused(1, "colour", Wrong.COLUMN_UNKNOWN).fault in read.faults.first
    assert Refused(1, "row", Wrong.COLUMN_REPEATED).fault in read.faults.first
    faults = read.faults.first
    missing = {one["column"] for one in faults if one["reason"] == Wrong.COLUMN_MISSING}
    assert missing == {"birth_date", "address", "district", "signed_on", "mark"}


def test_a_file_of_another_kind_is_not_told_line_by_line() -> None:
    read = read_sheets((HEAD + "x\n" * 1_000).encode())
    assert len(read.faults.first) == REPORTED
    assert (read.faults.lines, read.faults.kinds[None, "field_count"]) == (1_000, 1_000)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    read = read_sheets(data)
    assert read.lines or read.faults.first


@given(st.text(max_size=200))
def test_no_rows_break_the_reader(rows: str) -> None:
    read = read_sheets((HEAD + rows).encode("utf-8", "replace"))
    assert read.lines or read.faults.first


def test_rows_numbered_through_all_sheets_cost_no_more_than_others() -> None:
    """Ten to a sheet and the number runs on: a bit for each was as long as the last row's."""

    def looked_through(rows: Iterable[tuple[int, int]]) -> int:
        lines = [f"{sheet},{row},가,1990-01-01,나,,2027-01-01,o," for sheet, row in rows]
        data = (HEAD + "\n".join(lines)).encode()
        tracemalloc.start()
        assert len(read_sheets(data).whole()) == len(lines)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    ends = range(LARGEST_ROW - 4_000, LARGEST_ROW)
    plain = looked_through((at // 10, at % 10 + 1) for at in ends)
    running = looked_through((at // 10, at + 1) for at in ends)
    assert running < 2 * plain


def test_a_row_that_is_there_twice_is_found_wherever_it_stands() -> None:
    rows = (1, 63, 64, 65, 64, LARGEST_ROW, LARGEST_ROW)
    lines = [f"A,{row},가,1990-01-01,나,,2027-01-01,o," for row in rows]
    found = read_sheets((HEAD + "\n".join(lines)).encode()).faults.first
    assert found == [Refused(line, "row", Wrong.ROW_REPEATED).fault for line in (6, 8)]
