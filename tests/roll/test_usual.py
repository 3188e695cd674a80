"""What is taken in one breath becomes what the long way makes of it, byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.kernel.spreadsheet import Row
from referendum.roll.comparing import Known
from referendum.roll.lines import COLUMNS, Fault, RegisterLine, read_line
from referendum.roll.sealer import NONCE, Keyed, Sealer
from referendum.roll.usual import Take, usual_way

AS_OF = date(2026, 1, 1)
SEALER = Sealer(
    b"k" * 32, uuid4(), 1, *(Keyed((bytes([at]) * 64, bytes([at + 9]) * 64)) for at in range(3))
)
DISTRICTS = {name: SEALER.district(uuid4()) for name in ("가람동", "나루동", "123")}
PERSON, RESIDENCE, DRAWN = uuid4().bytes, uuid4().bytes, b"n" * NONCE

PLAIN = {
    "register_no": "R0000000017",
    "name": "김가나",
    "former_names": "",
    "birth_date": "1980-05-17",
    "address": "시험시 가람동 큰길 1, 2동 3호",
    "district": "가람동",
    "nationality": "KR",
    "status": "",
    "status_since": "",
    "registered_from": "2010-03-02",
    "registered_to": "",
    "voting_right_lost_from": "",
    "voting_right_lost_to": "",
    "phone": "010-2345-6789",
}
ODD = {
    "register_no": ["", "17", "00000000017", "R\u0007", "R" * 501, "R\n1", "R17", " R"],
    "name": ["", "Đặng Lan", "김 가나", "金加羅", "김\x00가", "가" * 501, "...", "가"],
    "former_names": ["옛이름", "|", "옛|이름"],
    "birth_date": [
        "",
        "1980.5.17",
        "19800517",
        "1980년 5월 17일",
        "29000",
        "2026-01-02",
        "1700-01-01",
    ],
    "address": ["", '길 "1"', "길 \\ 1", "길\t1", "길" * 501, "길 \u2028 1", "길 é"],
    "district": ["", "나루동", "123", "어디동"],
    "nationality": ["", "VN", "한국계중국인", "베트남", "K\u0007R", "아무나라"],
    "status": ["F-5", "f5", "F5", "영주"],
    "status_since": ["2015-03-01", "gestern"],
    "registered_from": ["", "2025-12-31", "2026-01-01", "2026-01-02", "36526", "2010. 3. 2."],
    "registered_to": ["2020-01-01", "2000-01-01"],
    "voting_right_lost_from": ["2020-01-01"],
    "voting_right_lost_to": ["2021-01-01"],
    "phone": [
        "",
        "01023456789",
        "10-2345-6789",
        "02-123-4567",
        "+82 10 2345 6789",
        "０１０-2345-6789",
    ],
}
assert [*PLAIN] == [*COLUMNS]
lines = st.fixed_dictionaries(
    {name: st.sampled_from([plain] * 12 + ODD[name]) for name, plain in PLAIN.items()}
)


def row(cells: dict[str, str]) -> Row:
    return Row(2, [*cells.values()], len(COLUMNS), fits=True)


def known(line_mac: bytes, name_index: bytes) -> Known:
    return Known(
        person_id=UUID(bytes=PERSON),
        residence_id=uuid4(),
        line_mac=line_mac,
        registered_from=date(2010, 3, 2),
        stated_from=date(2010, 3, 2),
        registered_to=None,
        district_id=DISTRICTS["가람동"].id,
        birth_date=date(1980, 5, 17),
        name_index=name_index,
        nationality="KR",
        status=None,
        status_since=None,
        lost_from=None,
        lost_to=None,
        phone_index=None,
    )


def way(
    held: dict[str, Known] | None = None, *, width: int | None = None, doubted: str = ""
) -> Take:
    return usual_way(
        SEALER, DISTRICTS, as_of=AS_OF, known=held or {}, doubted={doubted}, width=width
    )


def long_way(line: RegisterLine) -> bytes:
    district = DISTRICTS[line.district]
    mac = SEALER.mac(line, district.text)
    sealed = SEALER.seal(
        line,
        mac=mac,
        district=district,
        known=None,
        as_of=AS_OF,
        person=PERSON,
        row=RESIDENCE,
        nonce=DRAWN,
    )
    assert not sealed.former
    return sealed.row


@given(lines)
def test_either_way_gives_the_same_row(cells: dict[str, str]) -> None:
    taken = way()(row(cells), PERSON, RESIDENCE, DRAWN)
    if taken is None:
        return
    line = read_line(2, [*cells.values()])
    assert max(line.birth_date, line.registered_from) <= AS_OF
    assert taken == long_way(line)


@given(lines)
def test_who_is_known_is_the_same_only_where_the_long_way_says_so(cells: dict[str, str]) -> None:
    try:
        line = read_line(2, [*cells.values()])
    except Fault:
        assert way()(row(cells), PERSON, RESIDENCE, DRAWN) is None
        return
    if line.district not in DISTRICTS:
        return
    mac = SEALER.mac(line, DISTRICTS[line.district].text)
    name = SEALER.index(line.name, line.birth_date)
    same, other = known(mac, name), known(b"-" * 32, name)
    assert way({line.register_no: same})(row(cells), PERSON, RESIDENCE, DRAWN) in (b"", None)
    assert SEALER.says_the_same(line, mac, same)
    assert way({line.register_no: other})(row(cells), PERSON, RESIDENCE, DRAWN) is None


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"phone": ""},
        {"phone": "01023456789"},
        {"nationality": "VN", "status": "F5"},
        {"birth_date": "1980년 5월 17일"},
        {"address": 'a "quoted" \\ one'},
        {"registered_from": "2026-01-01"},
    ],
)
def test_the_lines_of_a_city_are_taken(odd: dict[str, str]) -> None:
    cells = PLAIN | odd
    taken = way()(row(cells), PERSON, RESIDENCE, DRAWN)
    assert taken == long_way(read_line(2, [*cells.values()]))


def test_whoever_says_what_the_register_holds_is_the_same() -> None:
    line = read_line(2, [*PLAIN.values()])
    mac = SEALER.mac(line, DISTRICTS[line.district].text)
    held = {line.register_no: known(mac, SEALER.index(line.name, line.birth_date))}
    assert way(held)(row(PLAIN), PERSON, RESIDENCE, DRAWN) == b""


@pytest.mark.parametrize(
    "take",
    [
        lambda cells: way(doubted=cells["register_no"])(row(cells), PERSON, RESIDENCE, DRAWN),
        lambda cells: way(width=8)(row(cells | {"register_no": "17"}), PERSON, RESIDENCE, DRAWN),
        lambda cells: way()(row(cells)._replace(fits=False), PERSON, RESIDENCE, DRAWN),
        lambda cells: way()(
            row(cells | {"registered_from": str(AS_OF + timedelta(1))}), PERSON, RESIDENCE, DRAWN
        ),
    ],
    ids=["number given twice", "zeros may be lost", "another width", "after the register's day"],
)
def test_what_the_line_alone_does_not_tell_is_left(
    take: Callable[[dict[str, str]], bytes | None],
) -> None:
    assert take(PLAIN) is None


def test_a_phone_that_comes_with_a_later_version_is_left_to_who_tells_of_it() -> None:
    later = replace(SEALER, version=2)
    take = usual_way(later, DISTRICTS, as_of=AS_OF, known={}, doubted=(), width=None)
    assert take(row(PLAIN), PERSON, RESIDENCE, DRAWN) is None
    assert take(row(PLAIN | {"phone": ""}), PERSON, RESIDENCE, DRAWN) is not None
