"""A vote's result as its page shows it: in words, in bars, by district and on the map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from ballots.canvassing import Canvass, DistrictCanvass
from referendum.i18n.words import Language, Words
from referendum.lifecycle.surveying import Overview
from referendum.roll.tables import District
from referendum.web import charts, presenting, promise_pages
from thresholds.majority import leader
from thresholds.requirement import Finding, RequirementName
from thresholds.share import percentages

STEPS: Final = (Fraction(1, 4), Fraction(1, 3), Fraction(1, 2))
"""Turnouts at which the map changes its shade: those of which laws and promises speak."""
NO_SHADE: Final = 0


@dataclass(frozen=True, slots=True)
class Option:
    """What was chosen between, as the bar and the words beside it show it."""

    key: str
    ko: str
    en: str
    votes: int
    share: str
    leads: bool
    at: int
    wide: int


@dataclass(frozen=True, slots=True)
class Place:
    """One district's part; what is not known, or withheld, is None."""

    name: str
    borough: str
    electors: int | None
    cast: int
    rate: str | None
    votes: Sequence[int] | None
    invalid: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """All that a page says of a certified count before anybody scrolls."""

    canvass: Canvass
    turnout: str | None
    needed: int | None
    """How many had to vote; None where nothing asks for it."""
    voted_wide: int
    needed_at: int | None
    options: Sequence[Option]
    places: Sequence[Place]
    tiles: Sequence[dict[str, Any]]
    landed: tuple[int, int] | None
    """Where it stands in the picture of a promise; None without votes."""

    @property
    def leading(self) -> Option | None:
        return next((one for one in self.options if one.leads), None)

    @property
    def ahead(self) -> int:
        """By how many votes the first is ahead of the second."""
        first, second, *_ = *sorted((one.votes for one in self.options), reverse=True), 0, 0
        return first - second


def shown(
    view: Overview, options: Sequence[Any], findings: Sequence[Finding], words: Words
) -> Result | None:
    """The result of a measure; None until two officers have certified one."""
    canvass = view.canvass
    if canvass is None:
        return None
    asked = (one.needed for one in findings if one.requirement is RequirementName.TURNOUT)
    needed = next((one for one in asked if isinstance(one, int)), None)
    electors = Fraction(max(canvass.electors, canvass.cast, 1))
    return Result(
        canvass=canvass,
        turnout=presenting.turnout(canvass, findings),
        needed=needed,
        voted_wide=charts.place(Fraction(canvass.cast), electors, 0, charts.WIDTH),
        needed_at=None
        if needed is None
        else charts.place(Fraction(min(needed, int(electors))), electors, 0, charts.WIDTH),
        options=_options(options, canvass),
        places=_places(view, canvass, words),
        tiles=_tiles(view, canvass, words),
        landed=_landed(canvass),
    )


def _options(options: Sequence[Any], canvass: Canvass) -> list[Option]:
    if canvass.votes is None:
        return []
    first = leader(canvass.votes)
    parts = {one.key: one for one in charts.bar(list(_counts(options, canvass.votes)))}
    return [
        Option(
            option["key"],
            ko,
            en,
            votes,
            share,
            leads=option["key"] == first,
            at=part.at if part else 0,
            wide=part.wide if part else 0,
        )
        for option, (ko, en, votes, share) in zip(
            options, presenting.results(options, canvass), strict=True
        )
        for part in (parts.get(option["key"]),)
    ]


def _counts(options: Sequence[Any], votes: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    for option in options:
        yield option["key"], votes.get(option["key"], 0)


def _rate(one: DistrictCanvass) -> str | None:
    return percentages(one.electors, [one.cast])[0] if one.electors else None


def _places(view: Overview, canvass: Canvass, words: Words) -> list[Place]:
    homes = {one.id: one for one in view.districts}
    korean = words.language is Language.KO
    return [
        Place(
            name=one.name_ko if korean else one.name_en,
            borough=_borough(homes.get(one.district_id), korean=korean),
            electors=one.electors,
            cast=one.cast,
            rate=_rate(one),
            votes=None if one.votes is None else list(one.votes.values()),
            invalid=one.invalid,
        )
        for one in canvass.by_district
    ]


def _borough(home: District | None, *, korean: bool) -> str:
    if home is None:
        return ""
    return home.borough_ko if korean else home.borough_en


def _tiles(view: Overview, canvass: Canvass, words: Words) -> list[dict[str, Any]]:
    """The districts as a map of turnout; empty where one of them has no tile."""
    homes = {one.id: one for one in view.districts}
    here = [(one, homes.get(one.district_id)) for one in canvass.by_district]
    placed = [
        (one, home.tile_x, home.tile_y)
        for one, home in here
        if home is not None and home.tile_x is not None and home.tile_y is not None
    ]
    if not placed or len(placed) < len(here):
        return []
    left, top = min(x for _, x, _ in placed), min(y for _, _, y in placed)
    korean = words.language is Language.KO
    return [
        {
            "x": x - left,
            "y": y - top,
            "name": one.name_ko if korean else one.name_en,
            "value": _rate(one) or "–",
            "level": shade(one),
        }
        for one, x, y in placed
    ]


def shade(one: DistrictCanvass) -> int:
    """Which of the map's shades a district's turnout has; 0 where its electors are not known."""
    if not one.electors:
        return NO_SHADE
    rate = Fraction(one.cast, one.electors)
    return 1 + sum(rate >= step for step in STEPS)


def _landed(canvass: Canvass) -> tuple[int, int] | None:
    """The turnout across, the leading option's part of the valid votes up."""
    if not canvass.votes or not canvass.electors or not (valid := sum(canvass.votes.values())):
        return None
    rate = min(Fraction(canvass.cast, canvass.electors), Fraction(1))
    return promise_pages.spot(rate, Fraction(max(canvass.votes.values()), valid))
