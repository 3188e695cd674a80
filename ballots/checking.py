"""What a return must satisfy before it is kept: whole figures that add up. No database here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ballots.errors import (
    CorrectionReasonNeeded,
    DoesNotAddUp,
    FigureMissing,
    FigureNotWhole,
    FigureTooLarge,
    FigureTooSmall,
    MoreThanElectors,
    OptionUnknown,
    ReasonNeeded,
    ReasonTooLong,
)

REASON_LENGTH: Final = 1_000
LARGEST: Final = 2**31 - 1
"""What a column of figures holds; no city is near it."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The station a figure is said to be from, and the most people who could have voted there."""

    station: str
    electors: int
    explained_above: int | None = None
    """Beyond this many a figure needs a reason in writing."""

    def insist_on_reason(self, figure: str, value: int, reason: str | None) -> None:
        most = self.explained_above
        if most is not None and value > most and reason is None:
            raise ReasonNeeded(station=self.station, figure=figure, value=value, expected=most)


@dataclass(frozen=True, slots=True)
class Turnout:
    """Papers handed out, and papers cast."""

    issued: int
    cast: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """Papers found in the box, as they were sorted."""

    papers: int
    votes: Mapping[str, int]
    invalid: int
    reason: str | None


def whole(value: int | None, *, field: str, station: str, least: int = 0) -> int:
    """A figure that is there and is a whole number. True, 3.0 and "3" are none."""
    if value is None:
        raise FigureMissing(field=field, station=station)
    if type(value) is not int:
        raise FigureNotWhole(field=field, station=station)
    if value < least:
        raise FigureTooSmall(field=field, station=station, least=least)
    if value > LARGEST:
        raise FigureTooLarge(field=field, station=station, largest=LARGEST)
    return value


def turnout(bounds: Bounds, *, issued: int | None, cast: int | None, reason: str | None) -> Turnout:
    """More cast than handed out is possible (a paper from another box) and needs a reason."""
    given = written(reason)
    checked = Turnout(
        _bounded(issued, field="issued", bounds=bounds),
        _bounded(cast, field="cast", bounds=bounds),
        given,
    )
    bounds.insist_on_reason("cast", max(checked.issued, checked.cast), given)
    if checked.cast > checked.issued and given is None:
        raise ReasonNeeded(
            station=bounds.station, figure="cast", value=checked.cast, expected=checked.issued
        )
    return checked


def count(
    bounds: Bounds,
    *,
    papers: int | None,
    votes: Mapping[str, int | None],
    invalid: int | None,
    reason: str | None,
    options: Sequence[str],
    cast: int,
) -> Count:
    """Options and invalid must equal papers; papers other than `cast` need a reason."""
    given = written(reason)
    checked = Count(
        _bounded(papers, field="papers", bounds=bounds),
        _votes(votes, options=options, station=bounds.station),
        whole(invalid, field="invalid", station=bounds.station),
        given,
    )
    sorted_papers = sum(checked.votes.values()) + checked.invalid
    if sorted_papers != checked.papers:
        raise DoesNotAddUp(
            station=bounds.station,
            papers=checked.papers,
            options=sum(checked.votes.values()),
            invalid=checked.invalid,
            difference=sorted_papers - checked.papers,
        )
    bounds.insist_on_reason("papers", checked.papers, given)
    if checked.papers != cast and given is None:
        raise ReasonNeeded(
            station=bounds.station, figure="papers", value=checked.papers, expected=cast
        )
    return checked


def written(reason: str | None) -> str | None:
    """The reason, or None where nothing is written in it."""
    text = (reason or "").strip()
    if len(text) > REASON_LENGTH:
        raise ReasonTooLong(longest=REASON_LENGTH)
    return text or None


def correction(reason: str | None, *, station: str) -> str:
    """A correction without a reason is refused, whatever its figures."""
    given = written(reason)
    if given is None:
        raise CorrectionReasonNeeded(station=station)
    return given


def _bounded(value: int | None, *, field: str, bounds: Bounds) -> int:
    number = whole(value, field=field, station=bounds.station)
    if number > bounds.electors:
        raise MoreThanElectors(
            station=bounds.station, field=field, value=number, electors=bounds.electors
        )
    return number


def _votes(
    votes: Mapping[str, int | None], *, options: Sequence[str], station: str
) -> dict[str, int]:
    for option in votes:
        if option not in options:
            raise OptionUnknown(station=station, option=option)
    return {option: whole(votes.get(option), field=option, station=station) for option in options}
