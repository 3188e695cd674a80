"""Drawings stay inside their frame, keep their order, and cover nothing."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.web import charts
from thresholds.curving import Point

shares = st.fractions(Fraction(1, 10_000), 1)
amounts = st.integers(0, 10**7)


@given(st.lists(st.tuples(shares, amounts), min_size=2, max_size=30), st.lists(amounts, max_size=3))
def test_a_curve_and_its_levels_stay_inside_and_never_fall(
    pairs: list[tuple[Fraction, int]], levels: list[int]
) -> None:
    given_shares = sorted({share for share, _ in pairs})
    needed = sorted(amount for _, amount in pairs)[: len(given_shares)]
    points = [Point(share=one, needed=two) for one, two in zip(given_shares, needed, strict=True)]
    drawn = charts.curve(
        points,
        chosen=points[0],
        lines=[("submitted", level) for level in levels],
        band=(Fraction(0), Fraction(1)),
    )
    places = [tuple(map(int, one.split(","))) for one in drawn.points.split()]
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    assert [y for _, y in places] == sorted((y for _, y in places), reverse=True)
    for x, y in [*places, drawn.chosen]:
        assert charts.LEFT <= x <= charts.RIGHT
        assert charts.TOP <= y <= charts.BOTTOM
    assert all(charts.TOP <= line.at <= charts.BOTTOM for line in drawn.lines)
    assert drawn.band is not None
    assert charts.LEFT <= drawn.band[0] <= sum(drawn.band) <= charts.RIGHT


@given(st.lists(st.fractions(0, 1), min_size=1, max_size=40), st.fractions(0, 1))
def test_dots_of_one_row_do_not_cover_one_another(found: list[Fraction], quorum: Fraction) -> None:
    drawn = charts.row([(one, "x") for one in found], most=Fraction(1), quorum=quorum, whole=False)
    assert sorted(mark.number for mark in drawn.marks) == list(range(1, len(found) + 1))
    for row in {mark.row for mark in drawn.marks}:
        places = sorted(mark.at for mark in drawn.marks if mark.row == row)
        assert all(b - a >= charts.DOT for a, b in pairwise(places))
    assert all(charts.LEFT // 2 <= mark.at <= charts.RIGHT for mark in drawn.marks)
    assert all(drawn.ground - mark.up - 7 >= 0 for mark in drawn.marks)
    assert drawn.quorum is not None
    assert charts.LEFT // 2 <= drawn.quorum <= charts.RIGHT


@given(st.lists(st.integers(0, 99), min_size=1, max_size=5))
def test_the_parts_of_a_bar_are_the_whole_bar(counts: list[int]) -> None:
    parts = charts.bar([(str(at), count) for at, count in enumerate(counts)])
    assert sum(part.count for part in parts) == sum(counts)
    assert sum(part.wide for part in parts) == (charts.WIDTH if any(counts) else 0)
    assert all(b.at == a.at + a.wide for a, b in pairwise(parts))


@given(st.fractions(Fraction(1, 100_000), 1))
def test_an_axis_of_shares_reaches_as_far_as_it_must(most: Fraction) -> None:
    found = charts.ticks(most, start=0, end=1_000, whole=False)
    assert found[0].amount == 0
    assert found[-1].amount >= most
    assert 2 <= len(found) <= 6
    assert most <= charts.roundly(most) <= 1


@given(st.integers(0, 10**8))
def test_an_axis_of_people_counts_in_whole_people(most: int) -> None:
    found = charts.ticks(Fraction(most), start=0, end=1_000)
    assert all(tick.amount.denominator == 1 for tick in found)
    assert found[-1].amount >= most
    assert len({tick.amount for tick in found}) == len(found) >= 2


@pytest.mark.parametrize(
    ("share", "places", "said"),
    [
        (Fraction(1, 150), 2, "0.67"),
        (Fraction(1, 3), 2, "33.33"),
        (Fraction(1, 4), 2, "25"),
        (Fraction(1, 10), 1, "10"),
        (Fraction(1, 3), 0, "33"),
        (Fraction(0), 2, "0"),
        (Fraction(1, 20_000), 2, "0"),
        (Fraction(1), 2, "100"),
    ],
)
def test_a_share_as_it_is_said(share: Fraction, places: int, said: str) -> None:
    assert charts.percent(share, places) == said
