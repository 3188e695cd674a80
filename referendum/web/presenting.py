"""Shapes what may be known of a measure for its pages: cards, figures by district, its times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo

from ballots.canvassing import Canvass
from referendum.i18n.words import Words
from referendum.identity.absences import Names
from referendum.lifecycle import progressing, stages
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.listing import Listed, Support
from referendum.lifecycle.progressing import Progress
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.surveying import Overview
from referendum.lifecycle.tables import DeadlineKept, Hold, Measure
from signatures import petitions
from thresholds.majority import leader
from thresholds.requirement import Finding, RequirementName
from thresholds.share import percentages

OPEN = frozenset({Stage.COLLECTING, Stage.VOTING})
AFTER_THE_CALL: Final = frozenset(
    step.target
    for life in stages.LIVES.values()
    for step in life
    if step.source in {Stage.CALLED, Stage.VOTING, Stage.COUNTING, Stage.DECLARED}
    and step.target not in {Stage.ANNULLED, Stage.OFFICE_VACANT}
)
"""Where the signatures have done what they were given for."""


@dataclass(frozen=True, slots=True)
class Card:
    """A measure in a list."""

    measure: Measure
    kind: str
    """How its stage is coloured: open, wait, done or ended."""
    support: Support | None
    due: DeadlineKept | None
    leading: Mapping[str, str] | None = None
    """The option that an advisory vote gave more votes, once the count is public."""
    decision: str | None = None
    """What the mayor answered."""
    halt: Hold | None = None
    """What halts it now."""


def cards(listed: Sequence[Listed], *, own: bool = False) -> list[Card]:
    """What a list shows of each: how far those are that urge nobody, only in their `own` list."""
    return [
        Card(
            one.measure,
            kind_of(one.measure),
            one.support if own or _shows_support(one.measure) else None,
            one.due,
            leading=_leading(one),
            decision=one.decision,
            halt=one.halt,
        )
        for one in listed
    ]


def _shows_support(measure: Measure) -> bool:
    """Not while it might urge, and no more once the voters have the word."""
    return not is_quiet(measure) and Stage(measure.stage) not in AFTER_THE_CALL


def is_quiet(measure: Measure) -> bool:
    """Whether nothing may be shown that urges anybody to sign it."""
    return progressing.is_quiet(measure)


def _leading(one: Listed) -> Mapping[str, str] | None:
    key = leader(one.canvass.votes) if one.canvass and one.canvass.votes else None
    return next((option for option in one.measure.options if option["key"] == key), None)


def doer(words: Words, people: Names, mark: str | None, at: datetime | None, otherwise: str) -> str:
    """Who did something at a moment, by name, and in whose stead."""
    name, absent = people.get(mark or "", otherwise), people.stood_in_for(mark, at)
    return words("absence.in-stead", name=name, absent=absent) if absent else name


def kind_of(measure: Measure) -> str:
    """The colour of a stage."""
    stage = Stage(measure.stage)
    if stage in OPEN:
        return "open"
    if stage in stages.ENDINGS:
        return "ended"
    return "done" if stage is Stage.DECLARED else "wait"


def signs_online(progress: Progress | None, now: datetime) -> bool:
    """Whether this petition takes signatures here today."""
    return progress is not None and petitions.takes_online(progress.petition, now)


@dataclass(frozen=True, slots=True)
class Left:
    """How much of the signing period is left."""

    days: int
    """After today."""
    until: str


def left(words: Words, overview: Overview) -> Left | None:
    """None where nobody can sign, or where a halt has stopped the clock."""
    measure, progress = overview.measure, overview.progress
    stopped = any(hold.stops_clock for hold in overview.holds)
    if progress is None or stopped or Stage(measure.stage) is not Stage.COLLECTING:
        return None
    zone, closes = ZoneInfo(progress.petition.zone), progress.petition.closes_at
    last = (closes - timedelta(microseconds=1)).astimezone(zone).date()
    days = (last - overview.now.astimezone(zone).date()).days
    return None if days < 0 else Left(days, words.soon(last))


def due(words: Words, deadline: DeadlineKept, day: date | None = None) -> str:
    """A deadline's day, or another one of it: with 24:00 where a period ends with it."""
    say = words.date if deadline.name in deadlines.POINTS else words.last_day
    return say(day or deadline.day)


def results(options: Sequence[Any], canvass: Canvass) -> list[tuple[str, str, int, str]]:
    """Each option in the order of the ballot: its two names, its votes, its share of valid ones."""
    votes = [(canvass.votes or {}).get(option["key"], 0) for option in options]
    valid = sum(votes)
    # Beside one half, which the law speaks of.
    *shares, _ = percentages(valid, [*votes, Fraction(valid, 2)])
    return [
        (option["ko"], option.get("en") or option["ko"], count, share)
        for option, count, share in zip(options, votes, shares, strict=True)
    ]


def turnout(canvass: Canvass, findings: Sequence[Finding]) -> str | None:
    """Who voted as a share of the electors, told apart from what was needed."""
    if not canvass.electors:
        return None
    turnouts = (one for one in findings if one.requirement is RequirementName.TURNOUT)
    needed = [one.needed for one in turnouts if isinstance(one.needed, int)]
    return percentages(canvass.electors, [canvass.cast, *needed])[0]
