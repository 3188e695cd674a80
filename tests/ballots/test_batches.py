"""Entering the returns of many boxes at once, from a file or a rehearsal."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from ballots import batches, reading, returns
from ballots.batches import Batch, CountRow, TurnoutRow
from ballots.stations import BoxView
from ballots.tables import Kind
from referendum.i18n.words import Language, Words
from referendum.kernel.tree import leaf_hash, node_hash
from tests.ballots.hall import THIRD, Hall, Wanted, refused

BOXES = (
    Wanted("a", 100),
    Wanted("a", 50, number=2),
    Wanted("b", 60, number=3),
    Wanted("b", None, number=3, kind=Kind.EARLY),
)
VIEWS = [
    BoxView(
        id=uuid4(),
        station_id=uuid4(),
        district_id=uuid4(),
        position=1,
        district=box.district,
        district_ko=f"{box.district}동",
        district_en=box.district.title(),
        number=box.number,
        kind=box.kind,
        electors=box.electors,
        name_ko=f"제{box.number}투표소",
        name_en=f"Station {box.number}",
    )
    for box in BOXES
]
TURNOUTS = (
    "station,kind,issued,cast\r\n1,,40,40\r\n2,regular,20,20\r\n"
    "3,regular,30,30\r\n3,early,10,10\r\n"
)
COUNTS = (
    "station,kind,papers,yes,no,invalid,reason\n1,,40,30,9,1,\n2,,19,10,9,0,one taken home\n"
    "3,,30,30,0,0,\n3,early,10,0,10,0,\n"
)


def turnouts(hall: Hall, poll: UUID, data: bytes) -> Batch:
    rows = reading.read_turnouts(data, boxes=hall.boxes(poll))
    with hall.begin() as uow:
        return batches.enter_turnouts(uow, poll, rows, by=hall.officer)


def counts(
    hall: Hall, poll: UUID, data: bytes, *, options: tuple[str, ...] = ("yes", "no")
) -> Batch:
    rows = reading.read_counts(data, boxes=hall.boxes(poll), options=options)
    with hall.begin() as uow:
        return batches.enter_counts(uow, poll, rows, by=hall.officer)


def test_a_file_of_turnout_and_one_of_counts_make_a_canvass(hall: Hall) -> None:
    poll = hall.held(*BOXES)
    assert turnouts(hall, poll, TURNOUTS.encode()).returns == 4
    assert counts(hall, poll, COUNTS.encode()).returns == 4

    found = hall.canvass(poll)
    assert (found.issued, found.cast, found.papers, found.invalid) == (100, 100, 99, 1)
    assert found.votes == {"yes": 70, "no": 28}
    assert [(gap.box, gap.reason) for gap in found.gaps] == [("a/2", "one taken home")]
    assert [(part.code, part.electors, part.votes) for part in found.by_district] == [
        ("a", 150, {"yes": 40, "no": 18}),
        ("b", 60, {"yes": 30, "no": 10}),
    ]


def test_a_batch_is_one_entry_whose_root_anyone_can_compute_again(hall: Hall) -> None:
    poll = hall.held(Wanted("a", 100), Wanted("b", 60, number=2))
    made = turnouts(hall, poll, b"station,issued,cast\n1,40,39\n2,20,20\n")
    by_id = sorted((str(box.id), box.number) for box in hall.boxes(poll))
    figures = {1: (39, 40), 2: (20, 20)}
    leaves = [
        f'{{"box":"{box}","cast":{figures[number][0]},"issued":{figures[number][1]},"version":1}}'
        for box, number in by_id
    ]
    root = node_hash(*(leaf_hash(leaf.encode()) for leaf in leaves)).hex()

    assert made.root == root
    assert hall.acts() == ["returns.turnout_entered"]
    (leaf,) = hall.leaves("returns.turnout_entered")
    assert json.loads(leaf)["facts"] == {
        "poll": str(poll),
        "returns": 2,
        "root": root,
        "districts": {
            "a": {"boxes": 1, "issued": 40, "cast": 39},
            "b": {"boxes": 1, "issued": 20, "cast": 20},
        },
    }


def test_a_batch_of_counts_says_nothing_of_votes_until_all_are_in(hall: Hall) -> None:
    """CAN-06: the batch binds its counts; what it brings last opens them all."""
    poll = hall.held(*BOXES)
    turnouts(hall, poll, TURNOUTS.encode())
    heading, *lines = COUNTS.splitlines()
    counts(hall, poll, "\n".join([heading, *lines[:-1]]).encode())
    (leaf,) = hall.leaves("returns.count_entered")
    assert set(json.loads(leaf)["facts"]) == {"poll", "returns", "root"}
    assert hall.leaves("returns.count_opened") == []
    counts(hall, poll, "\n".join([heading, lines[-1]]).encode())
    opened = [json.loads(one)["facts"] for one in hall.leaves("returns.count_opened")]
    assert [(one["district"], len(one["returns"])) for one in opened] == [("a", 2), ("b", 2)]
    assert sum(row["votes"]["yes"] for one in opened for row in one["returns"]) == 70


def test_every_faulty_line_is_named_and_none_is_kept(hall: Hall) -> None:
    poll = hall.held(*BOXES)
    first, second, third, _ = hall.boxes(poll)
    rows = [
        TurnoutRow(2, first.id, 40, 40),
        TurnoutRow(3, second.id, 51, 40),
        TurnoutRow(4, first.id, 40, 40),
        TurnoutRow(5, uuid4(), 40, 40),
        TurnoutRow(6, third.id, None, 40),
    ]
    with refused("returns-refused") as no, hall.begin() as uow:
        batches.enter_turnouts(uow, poll, rows, by=hall.officer)

    assert no.facts["count"] == 4
    assert [(wrong["line"], wrong["column"], wrong["reason"]) for wrong in no.facts["faults"]] == [
        (3, "issued", "more-than-electors"),
        (4, None, "box-repeated"),
        (5, None, "box-not-found"),
        (6, "issued", "figure-missing"),
    ]
    assert hall.acts() == []
    assert hall.canvass(poll).turnout_missing == 4


def test_a_box_entered_before_is_named(hall: Hall) -> None:
    poll = hall.held(*BOXES)
    first, second, *_ = hall.boxes(poll)
    hall.turnout(first.id, 1, 1)
    rows = [TurnoutRow(2, first.id, 40, 40), TurnoutRow(3, second.id, 40, 40)]
    with refused("returns-refused") as no, hall.begin() as uow:
        batches.enter_turnouts(uow, poll, rows, by=hall.officer)

    assert [wrong["reason"] for wrong in no.facts["faults"]] == ["return-already-entered"]
    with hall.begin() as uow:
        assert returns.versions(uow.session, second.id).turnouts == ()


def test_counts_of_a_batch_wait_for_turnout_and_gate(hall: Hall) -> None:
    poll = hall.held(Wanted("a", 100), Wanted("b", 60, number=2), gate=THIRD)
    first, second = hall.boxes(poll)
    rows = [CountRow(2, first.id, 40, {"yes": 40, "no": 0}, 0)]
    with refused("turnout-incomplete"), hall.begin() as uow:
        batches.enter_counts(uow, poll, rows, by=hall.officer)
    hall.turnout(first.id, 40, 40)
    hall.turnout(second.id, 13, 13)
    with refused("below-count-gate"), hall.begin() as uow:
        batches.enter_counts(uow, poll, rows, by=hall.officer)
    hall.corrects_turnout(second.id, 14, 14)
    with hall.begin() as uow:
        assert batches.enter_counts(uow, poll, rows, by=hall.officer).returns == 1


def test_an_empty_batch_is_refused(hall: Hall) -> None:
    poll = hall.held(*BOXES)
    with refused("returns-file-empty"), hall.begin() as uow:
        batches.enter_turnouts(uow, poll, [], by=hall.officer)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_file_is_read_in_each_encoding_korean_offices_write(hall: Hall, encoding: str) -> None:
    poll = hall.held(Wanted("a", 1_500), Wanted("b", 60), options=("혁신안", "점진안"))
    text = 'district,station,issued,cast\na동,1,"1,200",1200\nB,1,60,60\n'
    turnouts(hall, poll, text.encode(encoding))
    text = "invalid,점진안,혁신안,papers,district,station\n0,1000,200,1200,a,1\n60,0,0,60,b,1\n"
    counts(hall, poll, text.encode(encoding), options=("혁신안", "점진안"))

    assert hall.canvass(poll).votes == {"혁신안": 200, "점진안": 1000}


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("1,,forty,40", "issued", "figure-not-whole"),
        ("1,,40,4O", "cast", "figure-not-whole"),
        ("1,,40,40.0", "cast", "figure-not-whole"),
        ("1,,٤٠,40", "issued", "figure-not-whole"),
        ("1,,-40,40", "issued", "figure-too-small"),
        ("1,,,40", "issued", "figure-missing"),
        ("1,,40, ", "cast", "figure-missing"),
        ("9,,40,40", "station", "station-unknown"),
        (",,40,40", "station", "station-unknown"),
        ("1,mail,40,40", "station", "station-unknown"),
        ("1,balloon,40,40", "kind", "kind-unknown"),
        ("1,40,40", None, "row-length-wrong"),
        ("1,,40,40,5", None, "row-length-wrong"),
    ],
)
def test_bad_input_each_fault_of_a_file_is_named_with_its_place(
    line: str, column: str | None, code: str
) -> None:
    data = f"station,kind,issued,cast\n2,,20,20\n\n{line}\n".encode()
    with refused("returns-refused") as no:
        reading.read_turnouts(data, boxes=VIEWS)

    (wrong,) = no.facts["faults"]
    assert (wrong["line"], wrong["column"], wrong["reason"]) == (4, column, code)
    facts = {key: fact for key, fact in wrong.items() if key not in {"line", "column", "reason"}}
    for language in Language:
        assert Words.load(language)(f"problem.{code}", **facts)


def test_bad_input_all_faults_are_told_at_once() -> None:
    data = b"station,papers,yes,no,invalid\n1,x,,3,-1\n77,1,1,0,0\n"
    with refused("returns-refused") as no:
        reading.read_counts(data, boxes=VIEWS, options=["yes", "no"])

    assert [(wrong["line"], wrong["column"]) for wrong in no.facts["faults"]] == [
        (2, "papers"),
        (2, "yes"),
        (2, "invalid"),
        (3, "station"),
    ]


@pytest.mark.parametrize(
    ("data", "code", "facts"),
    [
        (b"", "returns-file-empty", {}),
        (b"station,issued,cast\n", "returns-file-empty", {}),
        (b"station,issued,cast\n,,\n \n", "returns-file-empty", {}),
        (
            b"station,issued,handed,issued\n1,1,1,1\n",
            "returns-columns-wrong",
            {"missing": ["cast"], "unknown": ["handed"], "repeated": ["issued"]},
        ),
        ("station,issued,cast\n1,1,1\n".encode("utf-16"), "returns-file-unreadable", {"line": 1}),
        (
            b"station,issued,cast,reason\n1,1,1,a\0b\n",
            "returns-file-unreadable",
            {"line": 2},
        ),
        (
            b"station,issued,cast,reason\n1,1,1,a\n2,1,1,a\x1b[31mb\n",
            "returns-file-unreadable",
            {"line": 3},
        ),
        (b'station,issued,cast\n1,"1"x,1\n', "returns-file-unreadable", {"line": 2}),
        (b"station,issued,cast\n1," + b"9" * 200_000 + b",1\n", "returns-file-unreadable", None),
    ],
    ids=[
        *("nothing", "head only", "blank lines", "columns", "utf-16", "nul", "escape"),
        *("quotes", "a huge cell"),
    ],
)
def test_bad_input_a_file_that_is_no_table_of_returns_is_refused(
    data: bytes, code: str, facts: dict[str, Any] | None
) -> None:
    with refused(code) as no:
        reading.read_turnouts(data, boxes=VIEWS)
    assert facts is None or no.facts == facts


def test_a_number_that_two_districts_share_needs_the_district(hall: Hall) -> None:
    poll = hall.held(Wanted("a", 100), Wanted("b", 60))
    with refused("returns-refused") as no:
        turnouts(hall, poll, b"station,issued,cast\n1,40,40\n")
    assert no.facts["faults"][0]["reason"] == "station-ambiguous"


def test_an_absurd_number_of_a_file_is_refused_with_its_line(hall: Hall) -> None:
    poll = hall.held(*BOXES)
    with refused("returns-refused") as no:
        turnouts(hall, poll, b"station,issued,cast\n1,999999999999999,40\n")
    (wrong,) = no.facts["faults"]
    assert (wrong["line"], wrong["reason"]) == (2, "figure-too-large")
