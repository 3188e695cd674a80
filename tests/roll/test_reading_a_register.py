"""Reading a register's file: its encodings, its columns, and the place of every fault."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.kernel import spreadsheet
from referendum.kernel.decoding import NotText
from referendum.kernel.spreadsheet import HeadingWrong, NotCsv, Refused
from referendum.roll.errors import (
    RegisterColumnsWrong,
    RegisterEmpty,
    RegisterEncodingUnknown,
    RegisterNotCsv,
)
from referendum.roll.lines import COLUMNS, Reason, usable_phone
from tests.roll.city import City, csv_of
from tests.roll.files import read_register

HEADING = ",".join(COLUMNS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_the_three_encodings_read_alike(encoding: str) -> None:
    parsed = read_register(csv_of({"register_no": "가-1", "name": "홍길동"}, encoding=encoding))
    assert spreadsheet.encoding_of(csv_of({"name": "홍길동"}, encoding=encoding)) == encoding
    assert (parsed.lines[0].register_no, parsed.lines[0].name) == ("가-1", "홍길동")
    assert parsed.refused == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_other_encodings_are_refused(city: City, encoding: str) -> None:
    with pytest.raises(RegisterEncodingUnknown):
        city.compares(csv_of({"register_no": "1"}, encoding=encoding))


def test_a_damaged_utf8_file_is_refused_at_its_byte_and_not_read_as_cp949(city: City) -> None:
    whole = csv_of(*({"register_no": str(no)} for no in range(1, 5)))
    at = whole.index("홍".encode(), whole.index(b"\r\n3,"))
    with pytest.raises(RegisterEncodingUnknown) as refusal:
        city.compares(whole[: at + 1] + whole[at + 2 :])
    assert refusal.value.facts == {"line": 4, "byte": at + 1}


def test_the_byte_of_a_damaged_file_counts_its_mark(city: City) -> None:
    whole = csv_of({"register_no": "1"}, encoding="utf-8-sig")
    at = whole.index("홍".encode())
    with pytest.raises(RegisterEncodingUnknown) as refusal:
        city.compares(whole[:at] + b"\xff" + whole[at:])
    assert refusal.value.facts == {"line": 2, "byte": at + 1}


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", HEADING.encode(), csv_of()])
def test_a_file_without_a_person_is_refused(city: City, data: bytes) -> None:
    with pytest.raises(RegisterEmpty):
        city.compares(data)


def test_columns_may_stand_in_any_order_and_have_korean_headings() -> None:
    korean = [aliases[0] for aliases in COLUMNS.values()]
    cells = ["1", "홍길동", "", "1980-05-05", "", "주교동", "대한민국"]
    cells += ["", "", "2015-03-01", "", "", "", ""]
    assert dict(zip(COLUMNS, korean, strict=True))["register_no"] == "등록번호"
    data = "\n".join([",".join(reversed(korean)), ",".join(reversed(cells))])
    (line,) = read_register(data.encode()).lines
    assert (line.register_no, line.name, line.nationality) == ("1", "홍길동", "KR")


def test_columns_missing_unknown_or_repeated_are_named(city: City) -> None:
    heading = HEADING.replace("phone", "voting_right_lost").replace("former_names", "name")
    with pytest.raises(RegisterColumnsWrong) as refusal:
        city.compares(heading.encode() + b"\n")
    assert refusal.value.facts == {
        "missing": ["former_names", "phone"],
        "unknown": ["voting_right_lost"],
        "repeated": ["name"],
    }


def test_titles_above_the_heading_and_empty_columns_make_no_difference() -> None:
    whole = csv_of({"register_no": "1"}, {"register_no": "2"})
    told = b"".join(line + b",,\r\n" for line in whole.splitlines())
    titled = "2026년 주민 명부,,\r\n기준일,2026-01-05,\r\n\r\n".encode() + told
    assert [line.register_no for line in read_register(titled).lines] == ["1", "2"]
    assert read_register(titled).lines[0].line == 5


def test_a_column_without_a_heading_that_holds_something_is_named_by_its_place(city: City) -> None:
    heading, person = csv_of({"register_no": "1"}).decode().splitlines()
    nameless = f",{heading}\r\nx,{person}\r\n".encode()
    with pytest.raises(RegisterColumnsWrong) as refusal:
        city.compares(nameless)
    assert refusal.value.facts == {"missing": [], "unknown": ["#1"], "repeated": []}


def test_a_quotation_mark_that_never_closes_refuses_the_file_at_its_line(city: City) -> None:
    data = csv_of({"register_no": "1"}, {"register_no": "2"}) + b'3,"open'
    with pytest.raises(RegisterNotCsv) as refusal:
        city.compares(data)
    assert refusal.value.facts == {"line": 4}


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ({"register_no": " "}, ("register_no", Reason.MISSING)),
        ({"name": ""}, ("name", Reason.MISSING)),
        ({"name": "-"}, ("name", Reason.NOT_A_NAME)),
        ({"former_names": "김가나|-"}, ("former_names", Reason.NOT_A_NAME)),
        ({"birth_date": "19800230"}, ("birth_date", Reason.NOT_A_DATE)),
        ({"birth_date": "05/05/1980"}, ("birth_date", Reason.NOT_A_DATE)),
        ({"birth_date": "29346"}, ("birth_date", Reason.DATE_SERIAL)),
        ({"birth_date": "1080-05-05"}, ("birth_date", Reason.DATE_OUT_OF_RANGE)),
        ({"district": ""}, ("district", Reason.MISSING)),
        ({"nationality": ""}, ("nationality", Reason.MISSING)),
        ({"registered_from": ""}, ("registered_from", Reason.MISSING)),
        ({"registered_to": "2014-01-01"}, ("registered_to", Reason.ENDS_BEFORE_START)),
        ({"voting_right_lost_to": "2020-01-01"}, ("voting_right_lost_to", Reason.NEEDS_START)),
        (
            {"voting_right_lost_from": "2020-01-02", "voting_right_lost_to": "2020-01-01"},
            ("voting_right_lost_to", Reason.ENDS_BEFORE_START),
        ),
        ({"status_since": "2020-01-01"}, ("status_since", Reason.NEEDS_STATUS)),
        ({"address": "가\n나"}, ("address", Reason.CONTROL_CHARACTER)),
        ({"address": "가" * 501}, ("address", Reason.TOO_LONG)),
    ],
)
def test_a_fault_is_refused_with_its_line_its_column_and_its_reason(
    cell: dict[str, Any], fault: tuple[str, Reason]
) -> None:
    data = csv_of({"register_no": "1", "address": "두\u2028줄"}, {"register_no": "2", **cell})
    parsed = read_register(data)
    assert parsed.refused == [Refused(3, *fault)]
    assert [line.register_no for line in parsed.lines] == ["1"]


def test_too_few_and_too_many_fields_are_refused_and_the_person_is_remembered(city: City) -> None:
    people = [{"register_no": str(no)} for no in range(1, 8)]
    city.imports(*people)
    cut = csv_of(people[0], *people[3:]) + b"2,short\r\n" + b"3" + b",x" * 20 + b"\r\n"
    report = city.imports_file(cut)
    assert report.refused == [
        Refused(7, None, Reason.WRONG_NUMBER_OF_FIELDS),
        Refused(8, None, Reason.WRONG_NUMBER_OF_FIELDS),
    ]
    assert (report.unchanged, report.ended) == (5, 0)


def test_a_good_line_with_the_number_of_a_broken_one_is_refused_too(city: City) -> None:
    others = [{"register_no": str(no)} for no in range(2, 6)]
    report = city.imports(*others, {"register_no": "1"}, {"register_no": "1", "birth_date": "x"})
    assert report.added == 4
    assert {fault.reason for fault in report.refused} == {Reason.REPEATED, Reason.NOT_A_DATE}


@pytest.mark.parametrize(
    "written", ["1980-05-05", "19800505", "1980.05.05", "1980/05/05", "1980.5.5", "1980년 5월 5일"]
)
def test_a_date_may_be_written_in_many_ways(written: str) -> None:
    (line,) = read_register(csv_of({"register_no": "1", "birth_date": written})).lines
    assert line.birth_date == date(1980, 5, 5)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("010-2345-6789", "+821023456789"),
        ("01023456789", "+821023456789"),
        ("+82 10 2345 6789", "+821023456789"),
        ("82-10-2345-6789", "+821023456789"),
        ("1023456789", "+821023456789"),
        ("010-２３４５-6789", "+821023456789"),
        ("٠١٠-2345-6789", "+821023456789"),
        ("010-200-0009", None),
        ("010-1000-0000", None),
        ("010-0000-0001", None),
        ("011-234-5678", None),
        ("031-900-0000", None),
        ("010-12-34", None),
        ("없음", None),
        ("+1 650 253 0000", "+16502530000"),
    ],
)
def test_a_phone_is_kept_where_a_code_could_be_sent(written: str, number: str | None) -> None:
    assert usable_phone(written) == number


def test_invented_people_have_phones_that_nobody_has() -> None:
    assert usable_phone("010-0000-0001", invented=True) == "+821000000001"
    assert usable_phone("010-1000-0001", invented=True) is None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *((word, "KR") for word in ("KR", "kor", "대한민국", "한국인", "내국인", "ＫＲ", "국민")),
        *((word, "VN") for word in ("vn", "VNM", "베트남", "Viet Nam", "베트남인")),
        *((word, "CN") for word in ("중국", "중국(한국계)", "한국계중국인", "China")),
        ("무국적", "XX"),
        *(("U.S.", "US"), ("U.K.", "GB"), ("NA", "NA"), ("나미비아", "NA")),
    ],
)
def test_a_nationality_is_read_however_offices_write_it(written: str, code: str) -> None:
    (line,) = read_register(csv_of({"register_no": "1", "nationality": written})).lines
    assert line.nationality == code


@pytest.mark.parametrize("written", ["외국인", "불명", "기타", "K", "1", "복수국적", "N/A", "n.a."])
def test_a_nationality_that_nobody_knows_is_refused_and_makes_nobody_a_foreigner(
    written: str,
) -> None:
    parsed = read_register(
        csv_of({"register_no": "1"}, {"register_no": "2", "nationality": written})
    )
    assert parsed.refused == [Refused(3, "nationality", Reason.NATIONALITY_UNKNOWN)]


def test_a_file_in_decomposed_letters_is_the_same_as_in_composed_ones() -> None:
    whole = csv_of({"register_no": "가-1", "address": "주교동 견본로", "district": "주교동"})
    apart = unicodedata.normalize("NFD", whole.decode()).encode()
    assert apart != whole
    assert read_register(apart).lines == read_register(whole).lines


def test_a_number_in_composed_and_in_decomposed_letters_is_given_twice(city: City) -> None:
    """The preview and the import say the same."""
    apart = unicodedata.normalize("NFD", "가-101")
    others = [{"register_no": str(no)} for no in range(2, 5)]
    file = csv_of({"register_no": "가-101"}, *others, {"register_no": apart})
    foreseen = city.compares(file)
    assert foreseen.refused == [
        Refused(2, "register_no", Reason.REPEATED),
        Refused(6, "register_no", Reason.REPEATED),
    ]
    assert city.imports_file(file) == foreseen


def test_an_unusable_phone_is_noted_and_keeps_nobody_out() -> None:
    parsed = read_register(csv_of({"register_no": "1", "phone": "031-900-0000"}))
    assert (len(parsed.lines), parsed.refused) == (1, [])
    assert parsed.noted == [Refused(2, "phone", Reason.PHONE_UNUSABLE)]


def test_a_line_does_not_show_whom_it_is_about() -> None:
    (line,) = read_register(
        csv_of({"register_no": "1", "phone": "010-0000-0001"}), invented=True
    ).lines
    for secret in ("홍길동", "1980", "견본로", "0000001"):
        assert secret not in repr(line)


@given(head=st.sampled_from([b"", csv_of({"register_no": "1"})]), tail=st.binary(max_size=300))
def test_no_bytes_at_all_are_more_than_a_refusal(head: bytes, tail: bytes) -> None:
    try:
        parsed = read_register(head + tail)
    except (NotText, NotCsv, HeadingWrong):
        return
    assert bool(parsed.lines or parsed.refused) is bool(head)
