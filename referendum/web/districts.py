"""What is public of each district of a petition: its figures, its floor, which one is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from referendum.i18n.words import Language, Words
from referendum.lifecycle.progressing import Progress
from referendum.roll.tables import District
from signatures import tallying
from thresholds.requirement import DistrictFinding, Finding, RequirementName

KEPT: Final = 64
"""Petitions whose rows are kept, in each language."""
SHADES: Final = 4
"""How many steps of colour the tile map has besides "not shown"."""


@dataclass(frozen=True, slots=True)
class Row:
    """One district's public figures. `standing` is None where it would point at people."""

    code: str
    """What an address calls it by."""
    name: str
    borough: str
    claimants: int | None
    standing: int | None
    floor: DistrictFinding | None
    met: bool | None
    x: int | None
    y: int | None
    level: int

    @property
    def short(self) -> int | None:
        """How many its floor lacks; None without a floor, or where the count is not shown."""
        if self.floor is None or self.standing is None:
            return None
        return max(0, self.floor.needed - self.standing)


@dataclass(frozen=True, slots=True)
class Shown:
    """The districts as a page shows them."""

    rows: Sequence[Row]
    tiles: Sequence[dict[str, Any]]
    spread: Finding | None
    """What the rules ask of single districts; None where they ask nothing."""
    chosen: Row | None = None
    own: bool = False
    """Whether what is chosen is where the signature of who asks is counted."""

    @property
    def options(self) -> list[tuple[str, str]]:
        """To choose one by, in the order in which the city lists them."""
        return [(row.code, f"{row.borough} {row.name}".strip()) for row in self.rows]


def shown(
    progress: Progress | None, words: Words, *, code: str = "", own: UUID | None = None
) -> Shown:
    """All of a petition's districts, and the one of that code, or else one's own."""
    if progress is None:
        return Shown([], [], None)
    rows = districts(progress, words.language)
    codes = {district.id: district.code for district in progress.where.districts}
    mine = codes.get(own) if own else None
    by_code = {row.code: row for row in rows}
    chosen = by_code.get(code) or by_code.get(mine or "")
    return Shown(
        rows,
        [] if progress.is_hushed else tiles(rows, words),
        _spread(progress.findings),
        chosen,
        own=chosen is not None and chosen.code == mine,
    )


@lru_cache(maxsize=KEPT)
def districts(progress: Progress, language: Language) -> Sequence[Row]:
    """Every district of the measure with its public count, its floor and its tile."""
    area, claimants = progress.where.districts, progress.where.by_district
    shown = _public(progress)
    spread = _spread(progress.findings)
    floors = {floor.name: floor for floor in (spread.districts if spread else None) or ()}
    largest = max((count for count in shown.values() if count), default=1)
    return [
        _row(
            district,
            language,
            claimants=claimants.get(district.id),
            standing=shown[district.id],
            floor=floors.get(district.name_ko),
            examined=progress.examined,
            largest=largest,
        )
        for district in area
    ]


def _public(progress: Progress) -> Mapping[UUID, int | None]:
    """By district how many are told; none where nothing is told of the whole."""
    area = [district.id for district in progress.where.districts]
    if progress.tally is None:
        return dict.fromkeys(area)
    return tallying.public_districts(progress.tally, area)


def tiles(rows: Sequence[Row], words: Words) -> list[dict[str, Any]]:
    """The rows as a map; empty where a district has no tile."""
    if not rows or any(row.x is None or row.y is None for row in rows):
        return []
    left, top = min(row.x or 0 for row in rows), min(row.y or 0 for row in rows)
    return [
        {
            "x": (row.x or 0) - left,
            "y": (row.y or 0) - top,
            "name": row.name,
            "value": words.number(row.standing) if row.standing is not None else "–",
            "level": row.level,
            "met": row.met,
        }
        for row in rows
    ]


def _spread(findings: Sequence[Finding]) -> Finding | None:
    return next((one for one in findings if one.requirement is RequirementName.SPREAD), None)


def _row(
    district: District,
    language: Language,
    *,
    claimants: int | None,
    standing: int | None,
    floor: DistrictFinding | None,
    examined: bool,
    largest: int,
) -> Row:
    korean = language is Language.KO
    most = floor.needed if floor and floor.needed else largest
    shade = 0 if standing is None else min(SHADES, max(1, standing * SHADES // most))
    known = examined and floor is not None and standing is not None
    return Row(
        code=district.code,
        name=district.name_ko if korean else district.name_en,
        borough=district.borough_ko if korean else district.borough_en,
        claimants=claimants,
        standing=standing,
        floor=floor,
        met=standing >= floor.needed if known and floor and standing is not None else None,
        x=district.tile_x,
        y=district.tile_y,
        level=shade,
    )
