"""Until when a vote must be called for its result to be there before the city decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from thresholds.errors import InBarredPeriod
from thresholds.periods import ONE_DAY, Election
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import DeadlineName, Event
from thresholds.windows import Deadline, deadlines

COUNTING: Final = ONE_DAY
"""From the vote to its published result: an assumption of this project, and shown as one."""
SEARCHED: Final = timedelta(days=1_100)
"""How far before a decision the last day is looked for: no frame allows periods this long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBy:
    """The last day, and the sum that leads from it to the eve of the decision."""

    day: date
    vote: date
    result: date
    answer: date
    """When the mayor's answer is due at the latest; the result's day where none is."""
    decision: date
    vote_sum: Mapping[str, str]
    vote_article: str
    answer_sum: Mapping[str, str] | None
    answer_article: str | None

    @property
    def past(self) -> date:
        """The first day on which it is too late."""
        return self.day + ONE_DAY


@dataclass(slots=True)
class Timetable:
    """The days of votes under one promise; each day is worked out once, however many ask."""

    rulebook: Rulebook
    elections: tuple[Election, ...] = ()
    holidays: frozenset[date] = frozenset()
    opinion: date | None = None
    """The day of a legal opinion, which lifts the bar before elections."""
    _votes: dict[date, Deadline | None] = field(default_factory=dict)
    _answers: dict[date, Deadline | None] = field(default_factory=dict)
    _latest: dict[date, CallBy | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Leave out the periods of a petition: nothing here begins with one."""
        calendar = self.rulebook.calendar
        answer = DeadlineName.ANSWER_DUE
        kept = {name: one for name, one in calendar.periods.items() if name is answer}
        calendar = calendar.model_copy(update={"periods": kept})
        self.rulebook = self.rulebook.model_copy(update={"calendar": calendar})

    def latest(self, decision: date) -> CallBy | None:
        """The last day on which a call leads to an answer before the day of the decision."""
        if decision not in self._latest:
            self._latest[decision] = self._found(decision)
        return self._latest[decision]

    def _found(self, decision: date) -> CallBy | None:
        day = decision - ONE_DAY
        while day > decision - SEARCHED:
            found = self._leads_to(day, decision)
            if found is not None:
                return found
            day -= ONE_DAY
        return None

    def _leads_to(self, day: date, decision: date) -> CallBy | None:
        vote = self._vote(day)
        if vote is None or vote.date + COUNTING >= decision:
            return None
        result = vote.date + COUNTING
        answer = self._answer(result)
        due = result if answer is None else answer.date
        if due >= decision:
            return None
        return CallBy(
            day=day,
            vote=vote.date,
            result=result,
            answer=due,
            decision=decision,
            vote_sum=vote.sum,
            vote_article=vote.article,
            answer_sum=answer.sum if answer else None,
            answer_article=answer.article if answer else None,
        )

    def _vote(self, called: date) -> Deadline | None:
        """The vote that a call on that day leads to; None where a call is barred."""
        if called not in self._votes:
            events = {Event.CALLED: called}
            if self.opinion is not None:
                events[Event.LEGAL_OPINION_RECORDED] = self.opinion
            try:
                found = self._named(events, DeadlineName.VOTE_DAY)
            except InBarredPeriod:
                found = None
            self._votes[called] = found
        return self._votes[called]

    def _answer(self, result: date) -> Deadline | None:
        if result not in self._answers:
            events = {Event.RESULT_PUBLISHED: result}
            self._answers[result] = self._named(events, DeadlineName.ANSWER_DUE)
        return self._answers[result]

    def _named(self, events: Mapping[Event, date], name: DeadlineName) -> Deadline | None:
        found = deadlines(self.rulebook, events, elections=self.elections, holidays=self.holidays)
        return next((one for one in found if one.name is name), None)
