"""Before a count is affirmed: boxes that stand apart are named, and no others."""

from __future__ import annotations

from fractions import Fraction
from statistics import median
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.noticing import FEWEST, Apart, Looked, fences, looked
from ballots.stations import BoxView
from ballots.tables import CountReturn, Kind, TurnoutReturn

shares = st.lists(st.fractions(0, 1, max_denominator=1000), min_size=FEWEST, max_size=60)


def box(number: int, electors: int | None = 100, kind: Kind = Kind.REGULAR) -> BoxView:
    return BoxView(
        id=UUID(int=number),
        station_id=UUID(int=number),
        district_id=UUID(int=0),
        position=1,
        district="d1",
        district_ko="가동",
        district_en="Ga",
        number=number,
        kind=kind,
        electors=electors,
        name_ko="",
        name_en="",
    )


def turnout(cast: int, version: int = 1) -> TurnoutReturn:
    return TurnoutReturn(issued=cast, cast=cast, version=version)


def count(yes: int, no: int, invalid: int = 1) -> CountReturn:
    return CountReturn(
        papers=yes + no + invalid, invalid=invalid, votes={"yes": yes, "no": no}, version=1
    )


def seen(
    boxes: list[BoxView], turnouts: dict[int, TurnoutReturn], counts: dict[int, CountReturn]
) -> dict[int, tuple[Apart, ...]]:
    found: list[Looked] = looked(
        boxes,
        {UUID(int=one): row for one, row in turnouts.items()},
        {UUID(int=one): row for one, row in counts.items()},
        leading="yes",
    )
    return {one.box.number: one.apart for one in found if one.apart}


def plain(boxes: int) -> tuple[dict[int, TurnoutReturn], dict[int, CountReturn]]:
    """Boxes that are nearly alike: 40 or 41 of a hundred voted."""
    casts = {number: 40 + number % 2 for number in range(1, boxes + 1)}
    return (
        {number: turnout(cast) for number, cast in casts.items()},
        {number: count(cast - 16, 15) for number, cast in casts.items()},
    )


def test_a_poll_whose_boxes_are_alike_has_none_to_look_at() -> None:
    boxes = [box(number) for number in range(1, 13)]
    assert seen(boxes, *plain(12)) == {}


def test_each_reason_is_named_at_its_box_alone() -> None:
    boxes = [box(number) for number in range(1, 13)]
    turnouts, counts = plain(12)
    turnouts[3] = turnout(99)
    counts[3] = count(60, 38)
    turnouts[4] = turnout(40, version=2)
    counts[5] = count(25, 15, invalid=0)
    turnouts[6] = turnout(101)
    counts[6] = count(61, 39)
    counts[7] = count(5, 34)
    turnouts[7] = turnout(40)
    assert seen(boxes, turnouts, counts) == {
        3: (Apart.TURNOUT,),
        4: (Apart.CORRECTED,),
        5: (Apart.GAP, Apart.INVALID),
        6: (Apart.FULL, Apart.TURNOUT),
        7: (Apart.LEADING,),
    }


def test_an_early_box_is_compared_with_early_boxes_alone() -> None:
    """A tenth of the electors votes early: beside the boxes of the day that would stand apart."""
    boxes = [box(number) for number in range(1, 13)] + [box(20, kind=Kind.EARLY)]
    turnouts, counts = plain(12)
    turnouts[20], counts[20] = turnout(10), count(5, 4)
    assert seen(boxes, turnouts, counts) == {}


def test_few_boxes_are_not_compared_and_missing_returns_are_no_noughts() -> None:
    boxes = [box(number) for number in range(1, FEWEST)]
    turnouts, counts = plain(FEWEST - 1)
    turnouts[1] = turnout(99)
    counts[1] = count(60, 38)
    assert seen(boxes, turnouts, counts) == {}
    assert seen([box(1), box(2, electors=None)], {2: turnout(5)}, {}) == {}


@given(shares)
def test_the_fences_hold_all_that_lies_between_the_quartiles(found: list[Fraction]) -> None:
    low, high = fences(found)
    assert low <= median(found) <= high
    inside = [share for share in found if low <= share <= high]
    assert 2 * len(inside) >= len(found), "what stands apart is never most of it"


@pytest.mark.parametrize("size", [8, 9, 10, 11])
def test_the_hinges_are_those_of_the_halves(size: int) -> None:
    """By hand, of 1 to n: 8: 2.5, 6.5; 9: 3, 7; 10: 3, 8; 11: 3.5, 8.5."""
    hinges = {8: ("5/2", "13/2"), 9: ("3", "7"), 10: ("3", "8"), 11: ("7/2", "17/2")}
    low, high = map(Fraction, hinges[size])
    apart = Fraction(3, 2) * (high - low)
    assert fences([Fraction(n) for n in range(1, size + 1)]) == (low - apart, high + apart)
