"""Where things stand in a drawing: whole numbers for server-drawn SVG, in units of 400 wide.

The drawings are for the eye alone: each stands beside a table of the same figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final

from thresholds.curving import Point

WIDTH: Final = 400
LEFT: Final = 70
RIGHT: Final = 385
TOP: Final = 14
BOTTOM: Final = 236
DOT: Final = 13
"""What a dot takes of a line; closer ones are put above one another."""
NICE: Final = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5), Fraction(10))


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis and the amount it stands for."""

    at: int
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Line:
    """A level across the drawing: what it is (a key), how many, and where."""

    key: str
    amount: int
    at: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Needed signatures over share."""

    points: str
    across: Sequence[Tick]
    up: Sequence[Tick]
    lines: Sequence[Line]
    band: tuple[int, int] | None
    """Where the statute's envelope begins, and how wide it is."""
    chosen: tuple[int, int]
    height: int = BOTTOM + 40


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at a place on a line, `row` places above it."""

    number: int
    at: int
    row: int
    key: str = ""

    @property
    def up(self) -> int:
        return self.row * DOT


@dataclass(frozen=True, slots=True)
class DotRow:
    """Marks along one line; `ground` is where the line lies."""

    marks: Sequence[Mark]
    ticks: Sequence[Tick]
    ground: int
    quorum: int | None = None

    @property
    def height(self) -> int:
        return self.ground + 34


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a bar: what (a key), how many, from where, how wide."""

    key: str
    count: int
    at: int
    wide: int


def curve(
    points: Sequence[Point],
    *,
    chosen: Point,
    lines: Iterable[tuple[str, int]] = (),
    band: tuple[Fraction, Fraction] | None = None,
) -> Curve:
    """The curve, with every level that it is compared with inside the drawing."""
    levels = list(lines)
    most = max([points[-1].needed, chosen.needed, *(amount for _, amount in levels), 1])
    up = ticks(Fraction(most), start=BOTTOM, end=TOP)
    highest = up[-1].amount
    top = points[-1].share
    across = ticks(top, start=LEFT, end=RIGHT, whole=False)
    widest = max(across[-1].amount, top)

    def along(share: Fraction) -> int:
        return place(share, widest, LEFT, RIGHT)

    def above(amount: int) -> int:
        return place(Fraction(amount), highest, BOTTOM, TOP)

    edges = None if band is None else tuple(along(min(one, top)) for one in band)
    return Curve(
        points=" ".join(f"{along(one.share)},{above(one.needed)}" for one in points),
        across=across,
        up=up,
        lines=[Line(key, amount, above(amount)) for key, amount in levels],
        band=None if edges is None else (edges[0], edges[1] - edges[0]),
        chosen=(along(chosen.share), above(chosen.needed)),
    )


def row(
    amounts: Sequence[tuple[Fraction, str]],
    *,
    most: Fraction,
    quorum: Fraction | None = None,
    whole: bool = True,
) -> DotRow:
    """Amounts along a line from nothing to `most`, stacked where they would cover one another."""
    scale = ticks(most, start=LEFT // 2, end=RIGHT, whole=whole)
    widest = max(scale[-1].amount, most)
    ends: list[int] = []
    marks = []
    numbered = enumerate(amounts, 1)
    for number, (amount, key) in sorted(numbered, key=lambda one: (one[1][0], one[0])):
        at = place(amount, widest, LEFT // 2, RIGHT)
        free = next((n for n, end in enumerate(ends) if end + DOT <= at), len(ends))
        ends[free : free + 1] = [at]
        marks.append(Mark(number, at, free, key))
    ground = 20 + max(1, len(ends)) * DOT
    limit = None if quorum is None else place(min(quorum, widest), widest, LEFT // 2, RIGHT)
    return DotRow(marks, scale, ground, limit)


def bar(counts: Sequence[tuple[str, int]]) -> list[Segment]:
    """One bar for all of them together; what is nothing takes no room."""
    total = sum(count for _, count in counts)
    found, done = [], 0
    for key, count in counts:
        if count:
            begins, ends = (
                place(Fraction(one), Fraction(total), 0, WIDTH) for one in (done, done + count)
            )
            found.append(Segment(key, count, begins, ends - begins))
        done += count
    return found


def ticks(most: Fraction, *, start: int, end: int, whole: bool = True) -> list[Tick]:
    """Round amounts from nothing to at least `most`, four or five of them.

    `whole`: people, who are not counted in parts; else shares.
    """
    step = _nice(max(most, Fraction(1)) / 4) if whole else _nice(max(most, Fraction(1, 10_000)) / 4)
    if whole:
        step = Fraction(ceil(step))
    amounts = [step * at for at in range(ceil(most / step) + 1)] if most else [Fraction(0), step]
    return [Tick(place(one, amounts[-1], start, end), one) for one in amounts]


def roundly(share: Fraction) -> Fraction:
    """The round share at which an axis that must reach so far ends; never more than all."""
    return min(ticks(share, start=0, end=1, whole=False)[-1].amount, Fraction(1))


def place(amount: Fraction, most: Fraction, start: int, end: int) -> int:
    """Where an amount lies between two ends of the drawing."""
    return start + round((end - start) * amount / most)


def percent(share: Fraction, places: int = 2) -> str:
    """A share for the eye, to a few places; sums are never made from it."""
    parts = 10**places
    whole, rest = divmod(round(share * 100 * parts), parts)
    return f"{whole}.{rest:0{places}}".rstrip("0").rstrip(".") if rest else f"{whole}"


def _nice(least: Fraction) -> Fraction:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `least`."""
    power = Fraction(1)
    while power > least:
        power /= 10
    while power * 10 <= least:
        power *= 10
    return next(power * one for one in NICE if power * one >= least)
