"""A moment as people write it: the day in any of its forms, and an hour."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from referendum.kernel import days


@pytest.mark.parametrize(
    "cell", ["2026. 3. 1. (일)", "2026년 3월 1일(일)", "2026.3.1.", " 2026-03-01 "]
)
def test_a_day_may_name_its_weekday(cell: str) -> None:
    assert days.day_of(cell) == date(2026, 3, 1)


@pytest.mark.parametrize(
    "cell",
    [
        *("2026-03-01T09:30", "2026-03-01 09:30:00", "2026. 3. 1. 9:30", "2026.3.1 09:30"),
        *("2026년 3월 1일 9시 30분", "2026/03/01 09:30", "2026. 3. 1. (일) 9:30"),
    ],
)
def test_a_moment_is_a_day_in_any_form_and_an_hour(cell: str) -> None:
    assert days.moment_of(cell) == datetime(2026, 3, 1, 9, 30)  # noqa: DTZ001  # the place's own


@pytest.mark.parametrize("cell", ["2026-03-01", "2026-13-01T09:00", "2026-03-01T25:00", "9:30", ""])
def test_what_lacks_a_part_or_is_none_is_no_moment(cell: str) -> None:
    assert days.moment_of(cell) is None
