"""The layout of the timeline: every day in its place, and no two labels over each other."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from referendum.web.timeline import (
    GAP,
    HEAD,
    MARGIN,
    ROW,
    WIDTH,
    Mark,
    Period,
    Picture,
    Scale,
    Shape,
    Stretch,
    draw,
    text_width,
)

DAYS = st.dates(date(2026, 1, 1), date(2031, 1, 1))
LABELS = st.text(st.sampled_from("가나다라 abc·(12)"), min_size=1, max_size=24)
TODAY = date(2027, 3, 1)


def month(day: date, major: bool) -> str:  # noqa: FBT001  # as the layout asks
    return f"{day:%Y-%m}" if major else f"{day:%m}"


def drawn(*marks: Mark, **more: object) -> Picture:
    return draw(today=TODAY, marks=marks, month=month, **more)  # type: ignore[arg-type]  # as given


def label_span(shape: Shape) -> tuple[float, float]:
    wide = text_width(shape.label)
    at = shape.label_x
    return (at, at + wide) if shape.anchor == "start" else (at - wide, at)


@given(
    marks=st.lists(st.tuples(DAYS, LABELS), min_size=1, max_size=30),
    periods=st.lists(st.tuples(DAYS, st.integers(0, 500), LABELS), max_size=4),
)
def test_everything_is_inside_in_order_and_nothing_overlaps(
    marks: list[tuple[date, str]], periods: list[tuple[date, int, str]]
) -> None:
    picture = drawn(
        *(Mark("ahead", day, label) for day, label in marks),
        periods=[
            Period("period", first, first + timedelta(days=days), label)
            for first, days, label in periods
        ],
    )
    shapes = [*picture.bars, *picture.dots]
    assert len(shapes) == len(marks) + len(periods)
    taken: dict[int, list[tuple[float, float]]] = {}
    for shape in shapes:
        left, right = label_span(shape)
        assert MARGIN <= shape.x <= shape.x + shape.width <= WIDTH - MARGIN + 1
        assert left >= -1
        assert right <= WIDTH + 1
        assert HEAD < shape.y < picture.height
        whole = (min(left, shape.x), max(right, shape.x + shape.width))
        for start, end in taken.setdefault(shape.row, []):
            assert whole[1] + GAP <= start + 0.2 or whole[0] >= end + GAP - 0.2
        taken[shape.row].append(whole)
    by_day = [dot.x for dot in picture.dots]
    assert by_day == sorted(by_day)
    assert not {bar.row for bar in picture.bars} & {dot.row for dot in picture.dots}
    assert picture.height == HEAD + max(len(taken), 1) * ROW + GAP


@given(first=DAYS, days=st.integers(0, 2000))
def test_a_day_is_as_wide_as_every_other(first: date, days: int) -> None:
    scale = Scale(first, first + timedelta(days=days))
    assert scale.x(first) == MARGIN
    assert abs(scale.x(scale.last + timedelta(days=1)) - (WIDTH - MARGIN)) < 0.2
    each = (WIDTH - 2 * MARGIN) / (days + 1)
    middle = first + timedelta(days=days // 2)
    assert abs(scale.x(middle) - MARGIN - each * (days // 2)) < 0.1


def test_stretches_are_cut_to_what_is_shown_and_widen_nothing() -> None:
    mark = Mark("past", date(2027, 2, 1), "시작")
    alone = drawn(mark)
    stretches = [
        Stretch("excluded", date(2027, 2, 10), date(2027, 2, 12)),
        Stretch("excluded", date(2020, 1, 1), date(2040, 1, 1)),
        Stretch("excluded", date(2040, 1, 1), date(2040, 2, 1)),
    ]
    picture = drawn(mark, stretches=stretches)
    assert picture.dots == alone.dots
    inside, around = picture.bands
    assert MARGIN < inside.x < around.x + around.width
    assert (around.x, around.width) == (MARGIN, WIDTH - 2 * MARGIN)
    scale = Scale.around([TODAY, mark.day])
    assert inside.width == round(scale.x(date(2027, 2, 13)) - scale.x(date(2027, 2, 10)), 1)


def test_months_are_named_as_far_as_they_can_be_read() -> None:
    short = drawn(Mark("past", date(2026, 11, 5), "a"), Mark("ahead", date(2027, 6, 1), "b"))
    assert [tick.label for tick in short.ticks] == [
        "2026-11", "12", "2027-01", "02", "03", "04", "05", "06",
    ]  # fmt: skip
    long = drawn(Mark("past", date(2026, 11, 5), "a"), Mark("ahead", date(2029, 11, 5), "b"))
    assert [tick.label for tick in long.ticks][:4] == ["2026-10", "2027-01", "04", "07"]
    for picture in (short, long):
        edges = [tick.x for tick in picture.ticks]
        assert all(after - before >= 40 for before, after in pairwise(edges))


def test_a_label_at_the_right_edge_stands_to_the_left_of_its_mark() -> None:
    picture = drawn(
        Mark("past", date(2026, 1, 1), "가"), Mark("ahead", date(2028, 1, 1), "나" * 12)
    )
    first, last = picture.dots
    assert (first.anchor, last.anchor) == ("start", "end")
    assert last.label_x < last.x
