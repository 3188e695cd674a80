"""A slider and the exact share it stands for, with scripts and without."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final

from referendum.doors.errors import InputNotUsable
from referendum.web import charts
from thresholds.share import Share

HUNDRED_PERCENT: Final = 10_000
"""A slider counts in hundredths of a per cent."""
FINE: Final = 300
"""Up to three per cent a slider moves by one hundredth, beyond it by ten."""


@dataclass(frozen=True, slots=True)
class Slider:
    """Where a slider stands, and the exact share it stands for: 1/150 is no round number."""

    most: int
    step: int
    at: int
    share: Share

    @property
    def percent(self) -> str:
        return charts.percent(self.share.value)


def slider(top: Fraction, usual: Share, written: str, points: int | None) -> Slider:
    """Where the slider was moved, its place decides; until then the share that was written."""
    most = ceil(charts.roundly(top) * HUNDRED_PERCENT)
    step = 1 if most <= FINE else 10
    exact = _read(written) if written else usual
    at = min(_place(exact, step), most)
    if points is not None and points != at:
        at = min(points - points % step, most)
        exact = Share(Fraction(at, HUNDRED_PERCENT), said(Fraction(at, HUNDRED_PERCENT)))
    return Slider(most, step, at, exact)


def _place(share: Share, step: int) -> int:
    return round(share.value * HUNDRED_PERCENT / step) * step


def _read(written: str) -> Share:
    try:
        return Share.parse(written)
    except ValueError:
        raise InputNotUsable from None


def said(share: Fraction) -> str:
    return f"{charts.percent(share)}%"
