"""Where a timeline's days go in a picture: pure arithmetic from dates to coordinates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

WIDTH: Final = 960
MARGIN: Final = 28
HEAD: Final = 46
"""Room above the rows for months and for the word "today"."""
ROW: Final = 30
FONT: Final = 15
GAP: Final = 10
"""Between a mark and its label, and between labels of one row."""
WIDE: Final = 0x2E80
"""From here on characters are as wide as they are high (CJK and Hangul)."""
NARROW: Final = 0.58
ONE_DAY: Final = timedelta(days=1)

Anchor = Literal["start", "end"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole days, both included, that are shaded from top to bottom."""

    kind: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both included, as a bar with a name."""

    kind: str
    first: date
    last: date
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One day with a name: a step that was taken, or a deadline ahead."""

    kind: str
    day: date
    label: str


@dataclass(frozen=True, slots=True)
class Shape:
    """Something drawn: where it is, how wide, in which row, and where its label stands."""

    kind: str
    x: float
    width: float
    row: int
    label: str
    label_x: float
    anchor: Anchor

    @property
    def y(self) -> int:
        """The middle of its row."""
        return HEAD + self.row * ROW + ROW // 2


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    label: str
    major: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """All that a template draws, in one coordinate system from the top left."""

    height: int
    bands: tuple[Shape, ...]
    bars: tuple[Shape, ...]
    dots: tuple[Shape, ...]
    ticks: tuple[Tick, ...]
    today: float

    width: int = WIDTH


@dataclass(frozen=True, slots=True)
class Scale:
    """Days from `first` to `last`, both included, spread over the width."""

    first: date
    last: date

    @classmethod
    def around(cls, days: Iterable[date]) -> Scale:
        """All these days with a little room on both sides."""
        known = sorted(days)
        room = timedelta(days=max((known[-1] - known[0]).days // 25, 3))
        return cls(known[0] - room, known[-1] + room)

    def x(self, day: date) -> float:
        """The left edge of a day; the right edge is the left one of the next."""
        whole = (self.last - self.first).days + 1
        return round(MARGIN + (WIDTH - 2 * MARGIN) * (day - self.first).days / whole, 1)

    def clipped(self, first: date, last: date) -> tuple[float, float] | None:
        """Left edge and width of whole days, as far as they are shown."""
        since, until = max(first, self.first), min(last, self.last)
        if until < since:
            return None
        left = self.x(since)
        return left, round(max(self.x(until + ONE_DAY) - left, 1), 1)


def draw(
    *,
    today: date,
    marks: Sequence[Mark],
    periods: Sequence[Period] = (),
    stretches: Sequence[Stretch] = (),
    month: Callable[[date, bool], str],
) -> Picture:
    """Lay everything out. No two labels of one row touch; `month` names a tick (major: new year).

    Stretches never widen the picture: an election in three years says nothing about this measure.
    """
    ends = [day for period in periods for day in (period.first, period.last)]
    scale = Scale.around([today, *(mark.day for mark in marks), *ends])
    rows = _Rows()
    bars = tuple(_bar(period, scale, rows) for period in periods)
    rows.close()
    dots = tuple(_dot(mark, scale, rows) for mark in sorted(marks, key=lambda one: one.day))
    bands = tuple(_bands(stretches, scale))
    return Picture(
        height=HEAD + max(rows.used, 1) * ROW + GAP,
        bands=bands,
        bars=bars,
        dots=dots,
        ticks=tuple(_ticks(scale, month)),
        today=scale.x(today),
    )


def text_width(text: str) -> float:
    """About how wide a label is; on the safe side for Hangul and for digits."""
    return sum(FONT if ord(letter) >= WIDE else FONT * NARROW for letter in text)


class _Rows:
    """Fills rows from the top; a new row begins where none of the former has room."""

    def __init__(self) -> None:
        self._taken: list[list[tuple[float, float]]] = []
        self._closed = 0

    @property
    def used(self) -> int:
        return len(self._taken)

    def close(self) -> None:
        """What comes now begins below all that was placed."""
        self._closed = len(self._taken)

    def place(self, left: float, right: float) -> int:
        for number, row in enumerate(self._taken[self._closed :], self._closed):
            if all(right + GAP <= start or left >= end + GAP for start, end in row):
                row.append((left, right))
                return number
        self._taken.append([(left, right)])
        return len(self._taken) - 1


def _beside(left: float, right: float, label: str) -> tuple[float, Anchor]:
    """Where a label stands: to the right if it fits there or has more room there, else left."""
    wide = text_width(label)
    if right + GAP + wide <= WIDTH or WIDTH - right >= left:
        return min(right + GAP, max(WIDTH - wide, 0)), "start"
    return max(left - GAP, min(wide, WIDTH)), "end"


def _placed(kind: str, left: float, width: float, label: str, rows: _Rows) -> Shape:
    at, anchor = _beside(left, left + width, label)
    wide = text_width(label)
    from_x, to_x = (at, at + wide) if anchor == "start" else (at - wide, at)
    row = rows.place(min(left, from_x), max(left + width, to_x))
    return Shape(kind, left, width, row, label, round(at, 1), anchor)


def _bar(period: Period, scale: Scale, rows: _Rows) -> Shape:
    left, width = scale.clipped(period.first, period.last) or (scale.x(period.first), 1)
    if text_width(period.label) + 2 * GAP <= width:
        row = rows.place(left, left + width)
        return Shape(period.kind, left, width, row, period.label, left + GAP, "start")
    return _placed(period.kind, left, width, period.label, rows)


def _dot(mark: Mark, scale: Scale, rows: _Rows) -> Shape:
    middle = round((scale.x(mark.day) + scale.x(mark.day + ONE_DAY)) / 2, 1)
    return _placed(mark.kind, middle, 0, mark.label, rows)


def _bands(stretches: Sequence[Stretch], scale: Scale) -> Iterator[Shape]:
    for one in stretches:
        shown = scale.clipped(one.first, one.last)
        if shown is not None:
            yield Shape(one.kind, *shown, 0, "", shown[0], "start")


def _ticks(scale: Scale, month: Callable[[date, bool], str]) -> Iterator[Tick]:
    """The first of months: as many as can be read beside each other, each year among them."""
    months = max((scale.last - scale.first).days // 30, 1)
    step = next(each for each in (1, 2, 3, 6, 12) if months / each <= 13 or each == 12)  # noqa: PLR2004  # labels that fit
    day = scale.first.replace(day=1)
    first = True
    while day <= scale.last:
        if day >= scale.first and (day.month - 1) % step == 0:
            major = first or day.month == 1
            yield Tick(scale.x(day), month(day, major), major)
            first = False
        day = (day + timedelta(days=32)).replace(day=1)
