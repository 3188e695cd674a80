"""Every deadline that follows from what has happened, with its article and its sum."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from thresholds.bars import time_bars
from thresholds.counted import (
    HOLD,
    OUTAGE,
    days_lost,
    excluded,
    left_out,
    with_days_given_back,
)
from thresholds.deciding import EVERYWHERE, NOTHING_SETTLED, Decided, Settled, Texts
from thresholds.errors import InBarredPeriod
from thresholds.periods import (
    ONE_DAY,
    Calendar,
    Election,
    Happened,
    OrdinanceNumbers,
    Outage,
    Period,
    Span,
    VoteDay,
)
from thresholds.reading import Day
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import DeadlineName, Event, Level
from thresholds.votedays import choose
from thresholds.workings import Working, announced_texts, vote_day_texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A last day that counts (or the day itself), in the jurisdiction's own calendar.

    Half-open as instants: from the first moment of `opens` to the first moment of `closes`.
    `districts` holds those whose own elections give them another end, `district_sums` its sum.
    """

    name: DeadlineName
    date: Day
    opens: Day
    article: str
    sum: Mapping[str, str]
    assumed: bool = False
    districts: Mapping[str, Day] = field(default_factory=dict)
    district_sums: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def closes(self) -> Day:
        """The first day on which it is too late everywhere."""
        return self.latest + ONE_DAY

    @property
    def latest(self) -> Day:
        """The last day that counts in any district."""
        return max(self.date, *self.districts.values()) if self.districts else self.date


def deadlines(
    rulebook: Rulebook,
    events: Happened,
    *,
    elections: Iterable[Election] = (),
    holidays: frozenset[date] = frozenset(),
    ordinance: OrdinanceNumbers | None = None,
    level: Level | None = None,
    admitted: Collection[Event] = (),
    outages: Iterable[Outage] = (),
    stopped: Iterable[Span] = (),
    settled: Settled = NOTHING_SETTLED,
) -> tuple[Deadline, ...]:
    """All deadlines that follow, in the order of their days; refused where an event is barred.

    What has been `admitted` stays lawful: an election that is set later bars no past event. Days
    of `outages` are given back where the rule says so, those on which a hold `stopped` the clock
    in every period that they fall into. What is `settled` stands, and what follows from it
    follows. Raises InBarredPeriod, with the article that forbids the day.

    >>> from thresholds import library
    >>> law = library.in_force(
    ...     country="kr", level="city", instrument="referendum", on=date(2026, 11, 2)
    ... )
    >>> found = deadlines(law, {Event.CALLED: date(2026, 11, 2)})
    >>> [(one.name.value, one.date.isoformat()) for one in found if one.name == "vote_day"]
    [('vote_day', '2026-11-25')]
    """
    engine = _Engine(
        calendar=rulebook.calendar,
        events=events,
        elections=tuple(elections),
        holidays=holidays,
        ordinance=ordinance or OrdinanceNumbers(),
        level=level or rulebook.levels[0],
        outages=tuple(outages),
        stopped=tuple(stopped),
        settled=settled,
    )
    engine.refuse_barred_events(admitted)
    return engine.all()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Engine:
    calendar: Calendar
    events: Happened
    elections: tuple[Election, ...]
    holidays: frozenset[date]
    ordinance: OrdinanceNumbers
    level: Level
    outages: tuple[Outage, ...] = ()
    stopped: tuple[Span, ...] = ()
    settled: Settled = NOTHING_SETTLED
    found: dict[DeadlineName, Deadline | None] = field(default_factory=dict)

    def all(self) -> tuple[Deadline, ...]:
        names = [*self.calendar.periods, DeadlineName.VOTE_DAY]
        known = (self._deadline(name) for name in dict.fromkeys(names))
        return tuple(sorted((d for d in known if d is not None), key=lambda d: (d.date, d.name)))

    def refuse_barred_events(self, admitted: Collection[Event]) -> None:
        for rule in self.calendar.prohibited:
            day = None if rule.event in admitted else self.events.get(rule.event)
            if day is None or (rule.unless is not None and rule.unless in self.events):
                continue
            for election in self.elections:
                if day in (span := self.calendar.exclusions[rule.during].span(election)):
                    raise _barred(rule.event, day, span, rule.article)
        for bar in time_bars(
            self.calendar,
            term_started=self.events.get(Event.TERM_STARTED),
            term_ends=self.events.get(Event.TERM_ENDS),
            previous_vote=self.events.get(Event.PREVIOUS_VOTE),
        ):
            day = None if bar.tested_on in admitted else self.events.get(bar.tested_on)
            if day is not None and day in bar.span:
                raise _barred(bar.tested_on, day, bar.span, bar.article)

    def _deadline(self, name: DeadlineName) -> Deadline | None:
        if name not in self.found:
            self.found[name] = None  # a rule that leads back to itself finds nothing here
            if name is DeadlineName.VOTE_DAY and self.calendar.vote_day is not None:
                self.found[name] = self._vote_day(self.calendar.vote_day)
            elif name in self.calendar.periods:
                self.found[name] = self._settled(name, self.calendar.periods[name])
        return self.found[name]

    def _settled(self, name: DeadlineName, period: Period) -> Deadline | None:
        """As computed, unless an officer decided otherwise, or it was over before it was known."""
        found = self._period(name, period)
        if found is not None and name in self.settled.decided:
            found = self._as_decided(found, period, self.settled.decided[name])
        if found is not None and name in self.settled.noticed:
            found = _as_noticed(found, self.settled.noticed[name])
        return found

    def _as_decided(self, found: Deadline, period: Period, decided: Decided) -> Deadline:
        """One day for all districts, and the days of every hold that ended since on top."""
        length, _ = period.length_for(self.level, self.ordinance)
        first, spans = found.opens, decided.stopped
        if length.days is not None and length.days <= 0:
            spans = ()  # a day itself, counted back from another: no period that a hold stops
        spans = tuple(sorted(_from_the_first_counted(span, first) for span in spans))
        end = with_days_given_back(first, decided.day, spans)
        if period.holiday_end and end != decided.day:
            end = self._off_rest_days(end, spans)
        lost = days_lost(spans, (), first, end, title=HOLD)
        texts = Texts(found.sum).decided(decided, lost, end)
        return replace(found, date=end, sum=texts, districts={}, district_sums={})

    def _start(self, after: tuple[Event | DeadlineName, ...]) -> tuple[str, date] | None:
        """The first of these that has happened or is known to come, and its day."""
        for name in after:
            if isinstance(name, Event):
                if name in self.events:
                    return name.value, self.events[name]
            elif (deadline := self._deadline(name)) is not None:
                return name.value, deadline.latest
        return None

    def _period(self, name: DeadlineName, period: Period) -> Deadline | None:
        start = self._start(period.after)
        if start is None:
            return None
        length, assumed = period.length_for(self.level, self.ordinance)
        own: dict[str, Working] = {}
        working = self._work(period, start, None)
        if period.excluding and self.calendar.exclusions[period.excluding].per_district:
            for district in sorted({d for e in self.elections for d in e.districts or ()}):
                there = self._work(period, start, district)
                if there.end != working.end:
                    own[district] = there
        offset = length.days is not None and length.days <= 0
        return Deadline(
            name=name,
            date=working.end,
            opens=working.end
            if offset
            else start[1] + (timedelta() if period.first_day else ONE_DAY),
            article=period.article,
            sum=working.texts(),
            assumed=assumed,
            districts={district: there.end for district, there in own.items()},
            district_sums={district: there.texts() for district, there in own.items()},
        )

    def _work(self, period: Period, start: tuple[str, date], district: str | None) -> Working:
        event, base = start
        length, assumed = period.length_for(self.level, self.ordinance)
        if length.days is not None and length.days <= 0:
            end = base + timedelta(days=length.days)
            return Working(start_event=event, start=base, length=length, end=end)
        first = base if period.first_day else base + ONE_DAY
        exclusion = self.calendar.exclusions[period.excluding] if period.excluding else None
        spans = () if exclusion is None else exclusion.spans(self.elections, district=district)
        elections = spans
        outages = self.outages if period.outages else ()
        down = tuple(Span(one.first, one.last) for one in outages)
        stopped = tuple(_from_the_first_counted(span, first) for span in self.stopped)
        spans = tuple(sorted((*elections, *down, *stopped)))
        counted_end = with_days_given_back(first, length.last_day(first), spans)
        end = self._off_rest_days(counted_end, spans) if period.holiday_end else counted_end
        return Working(
            start_event=event,
            start=base,
            length=length,
            end=end,
            first_day=period.first_day,
            first_day_article=self.calendar.first_day_article,
            left_out=(
                *left_out(elections, first, end, exclusion),
                *days_lost(down, elections, first, end, title=OUTAGE, article=period.article),
                *days_lost(stopped, (*elections, *down), first, end, title=HOLD),
            ),
            moved_from=counted_end if end != counted_end else None,
            moved_article=self.calendar.holiday_end_article,
            point=period.point,
            assumed=assumed,
        )

    def _off_rest_days(self, end: date, spans: tuple[Span, ...]) -> date:
        """The next working day; a move never ends on a day that does not count."""
        moved = end
        while self._rests(moved) or (moved != end and excluded(moved, spans)):
            moved += ONE_DAY
        return moved

    def _rests(self, day: date) -> bool:
        weekend = any(weekday.falls_on(day) for weekday in self.calendar.weekend)
        return weekend or day in self.holidays

    def _vote_day(self, rule: VoteDay) -> Deadline | None:
        called = self.events.get(rule.after)
        if called is None:
            return None
        computed = self._computed_vote_day(rule, called)
        if self.settled.announced is None or self.settled.announced == computed.date:
            return computed
        return Deadline(
            name=DeadlineName.VOTE_DAY,
            date=self.settled.announced,
            opens=self.settled.announced,
            article=rule.article,
            sum=announced_texts(called=called, day=self.settled.announced),
        )

    def _computed_vote_day(self, rule: VoteDay, called: date) -> Deadline:
        exclusion = self.calendar.exclusions[rule.excluding]
        # An election anywhere in the area bars the day: one vote is held on one day.
        barring = () if rule.unless in self.events else self.elections
        spans = tuple(sorted(exclusion.span(election) for election in barring))
        chosen = choose(rule, called, spans=spans, holidays=self.holidays)
        return Deadline(
            name=DeadlineName.VOTE_DAY,
            date=chosen.day,
            opens=chosen.day,
            article=rule.article,
            sum=vote_day_texts(
                called=called,
                counted_days=rule.counted_days,
                reached=chosen.reached,
                day=chosen.day,
                left_out=left_out(spans, called + ONE_DAY, chosen.reached, exclusion),
                passed=chosen.passed,
            ),
        )


def _as_noticed(found: Deadline, noticed: Mapping[str, date]) -> Deadline:
    """No earlier, in each district, than the end of the day on which its passing was noticed."""
    day, texts = found.date, found.sum
    if EVERYWHERE in noticed and noticed[EVERYWHERE] > day:
        day, texts = noticed[EVERYWHERE], Texts(texts).noticed(noticed[EVERYWHERE])
    ends, sums = dict(found.districts), dict(found.district_sums)
    for district, floor in noticed.items():
        if district != EVERYWHERE and floor > ends.get(district, found.date):
            ends[district] = floor
            sums[district] = Texts(sums.get(district, found.sum)).noticed(floor)
    return replace(found, date=day, sum=texts, districts=ends, district_sums=sums)


def _from_the_first_counted(span: Span, first: date) -> Span:
    """A hold that began on the uncounted day of the start takes as many days after it."""
    return Span(first, span.last + ONE_DAY) if span.first == first - ONE_DAY else span


def _barred(event: Event, day: date, span: Span, article: str) -> InBarredPeriod:
    return InBarredPeriod(
        key=f"events.{event}", day=day, first=span.first, last=span.last, article=article
    )
