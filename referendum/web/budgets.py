"""The picture of budgets: one row a project on a scale of tens, with the promise's line in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Final
from unicodedata import east_asian_width

from referendum.i18n.words import Words
from referendum.lifecycle.advisory.considered import Considered
from thresholds.terms import ProjectKind, Terms

MOST: Final = 15
WIDTH: Final = 480
LEFT, RIGHT = 36, 44
ROW: Final = 46
TOP: Final = 34
ROOM: Final = 34
"""How much of a name has room in the picture, a Korean letter being as wide as two others."""


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One project; places are in the picture's own units."""

    number: int
    name: str
    short: str
    total: int
    said: str
    y: int
    x: int
    least: int | None
    line_x: int | None
    promised: bool


@dataclass(frozen=True, slots=True)
class Tick:
    x: int
    said: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What the template draws."""

    rows: Sequence[BudgetRow]
    ticks: Sequence[Tick]
    width: int
    left: int
    height: int
    left_out: int
    """Projects with a smaller total that have no row."""


def picture(found: Sequence[Considered], terms: Terms | None, words: Words) -> Picture | None:
    """The largest totals, largest first; None where fewer than two have any."""
    budgeted = sorted(
        (one for one in found if one.project.total),
        key=lambda one: (-(one.project.total or 0), one.project.number),
    )
    if len(budgeted) < 2:  # noqa: PLR2004  # one alone is compared with nothing
        return None
    shown = budgeted[:MOST]
    lines = {kind: terms.least_for(kind) for kind in ProjectKind} if terms else {}
    scale = _Scale.of(
        [one.project.total or 1 for one in shown]
        + [least for one in shown if (least := lines.get(ProjectKind(one.project.kind)))]
    )
    rows = []
    for at, one in enumerate(shown):
        project, total = one.project, one.project.total or 1
        name = project.name_en if words.language == "en" and project.name_en else project.name_ko
        least = lines.get(ProjectKind(project.kind))
        rows.append(
            BudgetRow(
                number=project.number,
                name=name,
                short=_short(name),
                total=total,
                said=words.won_short(total),
                y=TOP + at * ROW,
                x=scale.x(total),
                least=least,
                line_x=scale.x(least) if least else None,
                promised=one.flag is not None,
            )
        )
    return Picture(
        rows=rows,
        ticks=[Tick(scale.x(10**power), words.won_short(10**power)) for power in scale.powers],
        width=WIDTH,
        left=LEFT,
        height=TOP + len(rows) * ROW + 6,
        left_out=len(budgeted) - len(shown),
    )


def _short(name: str) -> str:
    """As much of a name as there is room for; the table beside has it whole."""
    room = ROOM
    for at, letter in enumerate(name):
        room -= 2 if east_asian_width(letter) in "WF" else 1
        if room < 0:
            return f"{name[:at].rstrip()}…"
    return name


@dataclass(frozen=True, slots=True)
class _Scale:
    """Powers of ten, evenly apart from the left edge to the right one."""

    lowest: int
    highest: int

    @classmethod
    def of(cls, amounts: Sequence[int]) -> _Scale:
        lowest = floor(log10(min(amounts)))
        return cls(lowest, max(ceil(log10(max(amounts))), lowest + 1))

    @property
    def powers(self) -> range:
        return range(self.lowest, self.highest + 1)

    def x(self, amount: int) -> int:
        part = (log10(amount) - self.lowest) / (self.highest - self.lowest)
        return round(LEFT + part * (WIDTH - LEFT - RIGHT))
