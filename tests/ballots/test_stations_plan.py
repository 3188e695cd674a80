"""A plan of stations from a file: put in place whole, or refused with every fault named."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ballots.tables import Kind
from referendum.i18n.words import Language, Words
from referendum.kernel.tree import leaf_hash, node_hash
from referendum.kernel.uow import Begin
from tests.ballots.building import Building
from tests.ballots.hall import Wanted, refused

HEAD = "district,number,kind,name_ko,name_en,electors\n"
A, B = Wanted("a", 100), Wanted("b", 1_050)
PLAN = HEAD + 'a,1,,가관,A,70\na,2,regular,나관,B,30\na,1,early,가관,A,\nb,1,,다관,C,"1,050"\n'


@pytest.fixture
def hall(begin: Begin) -> Building:
    return Building.built(begin)


def faults(facts: Any) -> list[tuple[int, str | None, str]]:
    return [(one["line"], one["column"], one["reason"]) for one in facts["faults"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_plan_takes_the_place_of_the_stations(hall: Building, encoding: str) -> None:
    poll = hall.sets_a_poll(A, B)
    before = {box.label: box.id for box in hall.boxes(poll)}
    done = hall.plans(poll, PLAN.encode(encoding))

    assert done.stations == 4
    assert hall.has(poll) == {"a/1": 70, "a/1/early": None, "a/2": 30, "b/1": 1_050}
    boxes = {box.label: box for box in hall.boxes(poll)}
    assert boxes["a/1"].id == before["a/1"], "a station that stays keeps its box"
    assert boxes["a/2"].name_ko == "나관"
    hall.plans(poll, HEAD + "a,1,,가관,A,100\nb,1,,다관,C,1050\n")
    assert hall.has(poll) == {"a/1": 100, "b/1": 1_050}
    again = hall.opens(poll, "a", electors=1)
    assert again.name_ko == "제2투표소", "a station that nobody used any more was gone"


def test_a_plan_is_one_entry_whose_root_anyone_can_compute_again(hall: Building) -> None:
    poll = hall.sets_a_poll(A)
    done = hall.plans(poll, HEAD + "a,1,,가,A,70\na,2,,나,B,30\n")
    leaves = [
        f'{{"district":"a","electors":{electors},"kind":"regular","name_en":"{en}",'
        f'"name_ko":"{ko}","number":{number}}}'
        for number, electors, ko, en in ((1, 70, "가", "A"), (2, 30, "나", "B"))
    ]
    root = node_hash(*(leaf_hash(leaf.encode()) for leaf in leaves)).hex()

    assert done.root == root
    assert hall.facts("stations.planned") == [
        {
            "poll": str(poll),
            "stations": 2,
            "root": root,
            "districts": {"a": {"stations": 2, "electors": 100}},
        }
    ]


def test_every_faulty_line_is_named_and_nothing_is_changed(hall: Building) -> None:
    poll = hall.sets_a_poll(A, B)
    lines = (
        "z,1,,가,A,1",
        "a,x,,가,A,1",
        "a,0,,가,A,1",
        "a,1,night,가,A,1",
        "a,1,,,A,1",
        "a,1,,가,=A(),1",
        "a,1,,가,A,",
        "a,1,,가,A,-1",
        "a,1,,가,A,99999999999",
        "a,1,early,가,A,5",
        "a,1",
    )
    with refused("station-plan-refused") as no:
        hall.plans(poll, HEAD + "\n".join(lines))
    assert faults(no.facts) == [
        (2, "district", "district-not-in-poll"),
        (3, "number", "figure-not-whole"),
        (4, "number", "figure-too-small"),
        (5, "kind", "kind-unknown"),
        (6, "name_ko", "station-name-wrong"),
        (7, "name_en", "station-name-wrong"),
        (8, "electors", "figure-missing"),
        (9, "electors", "figure-too-small"),
        (10, "electors", "figure-too-large"),
        (11, "electors", "box-without-electors"),
        (12, None, "row-length-wrong"),
    ]
    for language in Language:
        words = Words.load(language)
        assert all(words(f"problem.{one['reason']}", **one) for one in no.facts["faults"])
    assert hall.has(poll) == {"a/1": 100, "b/1": 1_050}
    assert hall.leaves("stations.planned") == []


def test_each_district_keeps_its_electors_and_none_is_forgotten(hall: Building) -> None:
    poll = hall.sets_a_poll(A, B, Wanted("c", 10))
    with refused("station-plan-refused") as no:
        hall.plans(poll, HEAD + "a,1,,가,A,70\na,2,,나,B,31\nb,1,,다,C,1050\nb,1,,다,C,0\n")
    assert faults(no.facts) == [
        (0, None, "district-not-planned"),
        (2, "electors", "district-sum-differs"),
        (5, "number", "box-repeated"),
    ]
    assert json.dumps(no.facts["faults"][1], sort_keys=True) == json.dumps(
        {
            "line": 2,
            "column": "electors",
            "field": "electors",
            "reason": "district-sum-differs",
            "district": "a",
            "planned": 101,
            "electors": 100,
        },
        sort_keys=True,
    )


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"", "station-plan-empty"),
        (HEAD.encode(), "station-plan-empty"),
        (b"\xff\xfe\x00", "returns-file-unreadable"),
        (b"district,number\na,1\n", "returns-columns-wrong"),
        (HEAD.replace("kind", "sort").encode() + b"a,1,,x,y,1\n", "returns-columns-wrong"),
        (HEAD.encode() + b"a,1,,x,y,0\n" * 5_001, "station-plan-too-long"),
    ],
)
def test_a_file_that_is_no_plan_is_refused(hall: Building, file: bytes, code: str) -> None:
    poll = hall.sets_a_poll(A)
    with refused(code):
        hall.plans(poll, file)


def test_other_polls_of_the_day_keep_their_stations_and_their_names(hall: Building) -> None:
    one, other = hall.sets_a_poll(A), hall.sets_a_poll(Wanted("a", 80))
    (theirs,) = hall.boxes(other)
    with refused("station-plan-refused") as no:
        hall.plans(one, HEAD + "a,1,,새 이름,New,100\n")
    assert faults(no.facts) == [(2, "name_ko", "station-shared")]
    hall.plans(one, HEAD + "a,2,,새 이름,New,100\n")
    assert (hall.has(one), hall.has(other)) == ({"a/2": 100}, {"a/1": 80})
    assert hall.boxes(other) == [theirs]


CUTS = st.lists(st.integers(0, 100), max_size=5)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=CUTS, wrong=st.sampled_from([0, 0, 1]), early=st.booleans())
def test_a_plan_is_taken_exactly_where_its_sums_are_the_districts(
    hall: Building, *, cuts: list[int], wrong: int, early: bool
) -> None:
    """The property: taken or refused, the electors of a district stay what they were."""
    hall = Building.built(hall.begin)
    poll = hall.sets_a_poll(A)
    edges = [0, *sorted(cuts), 100 + wrong]
    parts = [high - low for low, high in pairwise(edges)]
    file = HEAD + "".join(f"a,{n},,{n}관,S,{part}\n" for n, part in enumerate(parts, 1))
    file += "a,1,early,사전,E,\n" if early else ""
    if not wrong:
        hall.plans(poll, file)
        assert len(hall.boxes(poll)) == len(parts) + early
    else:
        with refused("station-plan-refused"):
            hall.plans(poll, file)
        assert hall.has(poll) == {"a/1": 100}
    assert sum(box.electors or 0 for box in hall.boxes(poll)) == 100
    assert {box.kind for box in hall.boxes(poll)} <= {Kind.REGULAR, Kind.EARLY}
