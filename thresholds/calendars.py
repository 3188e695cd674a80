"""Calendar files: what has happened and which elections are set, and the dates that follow."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field, ValidationError

from thresholds.about import Measured
from thresholds.cases import Difference
from thresholds.errors import CaseUnreadable, Problem
from thresholds.periods import (
    DatedHoliday,
    Election,
    OrdinanceNumbers,
    Outage,
    PlausibleDay,
    days_off,
)
from thresholds.reading import Data, Day, faults, parse
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import DeadlineName, Event
from thresholds.windows import Deadline, deadlines


class CalendarAbout(Measured):
    """Which measure's calendar."""

    as_of: PlausibleDay


class CalendarCase(Data):
    """A calendar file: which measure, what has happened on which days, what else decides days."""

    calendar: CalendarAbout
    events: dict[Event, PlausibleDay] = Field(default_factory=dict)
    ordinance: OrdinanceNumbers = OrdinanceNumbers()
    elections: tuple[Election, ...] = ()
    holidays: tuple[DatedHoliday, ...] = ()
    outages: tuple[Outage, ...] = ()
    expected: dict[DeadlineName, Day] = Field(default_factory=dict)

    def rulebook(self) -> Rulebook:
        """The rulebook of the file's own day. Raises NoRulebookInForce, at `calendar.as_of`."""
        return self.calendar.rulebook(table="calendar")

    def years(self) -> range:
        """The years that any date of this file can fall into."""
        days = [self.calendar.as_of, *self.events.values(), *(e.date for e in self.elections)]
        return range(min(days).year - 1, max(days).year + 5)


def read_calendar(text: str) -> CalendarCase:
    """The file, with every key known and every date a date; else all its problems."""
    table = parse(text)
    if isinstance(table, Problem):
        raise CaseUnreadable([table])
    try:
        return CalendarCase.model_validate(table)
    except ValidationError as error:
        raise CaseUnreadable(faults(error)) from None


def dates_of(case: CalendarCase, *, holidays: frozenset[date]) -> tuple[Deadline, ...]:
    """Every deadline that follows; an event inside a barred period is refused.

    `holidays` are the almanac's; the file's own are laid over them.
    """
    return deadlines(
        case.rulebook(),
        case.events,
        elections=case.elections,
        holidays=days_off(holidays, case.holidays),
        ordinance=case.ordinance,
        level=case.calendar.level,
        outages=case.outages,
    )


def as_json(case: CalendarCase, found: tuple[Deadline, ...], *, language: str) -> dict[str, Any]:
    """The dates as `referendum rules dates --json` prints them.

    {"id": ..., "deadlines": [{"name", "date" (ISO 8601), "article", "sum", "districts"?}, ...]},
    where `districts` holds the own ends of districts that have any, by their names.
    """
    return {
        "id": case.calendar.id,
        "deadlines": [_deadline_json(deadline, language) for deadline in found],
    }


def _deadline_json(deadline: Deadline, language: str) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": deadline.name.value,
        "date": deadline.date.isoformat(),
        "article": deadline.article,
        "sum": deadline.sum[language],
    }
    if deadline.districts:
        ends = deadline.districts.items()
        document["districts"] = {name: day.isoformat() for name, day in ends}
    return document


def date_differences(case: CalendarCase, found: tuple[Deadline, ...]) -> tuple[Difference, ...]:
    """Everything that `[expected]` states and the calendar does not say."""
    dates = {deadline.name: deadline.date for deadline in found}
    return tuple(
        Difference(key=name, expected=day, found=dates.get(name))
        for name, day in case.expected.items()
        if dates.get(name) != day
    )
