"""Which projects the mayor's promise covers, until when a vote must be called, and what became.

Nobody has to call a vote. But what the promise covers is shown with its day, and where a vote is
not called the reasons are public; where nobody decided, that is shown as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import Session

from referendum.kernel import clock
from referendum.kernel.together import Rows, Together
from referendum.lifecycle import locating
from referendum.lifecycle.advisory.calling_in_time import CallBy, Timetable
from referendum.lifecycle.advisory.considered import Considered, Flag, State
from referendum.lifecycle.dates import circumstances
from referendum.lifecycle.office.tables import SignedAct
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.promise.tables import Delegation
from referendum.lifecycle.rules import local_day
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import DayOff, ElectionSet, Measure, StepTaken
from referendum.projects.lines import ProjectStage
from referendum.projects.tables import NotCalled, Project
from referendum.roll.tables import Jurisdiction
from thresholds.periods import DatedHoliday, Election
from thresholds.rulebook import Rulebook
from thresholds.terms import ProjectKind, Terms
from thresholds.vocabulary import ElectionKind

KEPT: Final = 256
"""Timetables that are kept: one for each year, promise and set of elections."""
NEAR: Final = timedelta(days=30)
"""How long before its last day a call is announced as near."""

PLACE: Final = bindparam("place", type_=Uuid())
LINKED: Final = (Measure.jurisdiction_id == PLACE, Measure.project_id.is_not(None))
ALL: Final = Together(
    published=delegating.PUBLISHED.where(Delegation.jurisdiction_id == PLACE),
    days_off=select(DayOff).where(DayOff.jurisdiction_id == PLACE),
    elections=circumstances.ELECTIONS.where(ElectionSet.jurisdiction_id == PLACE),
    decisions=select(NotCalled)
    .join(Project, Project.id == NotCalled.project_id)
    .where(Project.jurisdiction_id == PLACE)
    .order_by(NotCalled.decided_at.desc()),
    signed=select(SignedAct)
    .join(NotCalled, NotCalled.entry_id == SignedAct.entry_id)
    .join(Project, Project.id == NotCalled.project_id)
    .where(Project.jurisdiction_id == PLACE),
    measures=select(Measure).where(*LINKED, locating.IS_PUBLISHED).order_by(Measure.number.desc()),
    called=select(StepTaken.measure_id)
    .join(Measure, Measure.id == StepTaken.measure_id)
    .where(*LINKED, Measure.stage != Stage.ANNULLED.value, StepTaken.act == Act.CALL.value),
)
"""All that a place's projects are considered by, in one statement, however many there are."""


@dataclass(frozen=True)
class _Promise:
    """One published promise, read once."""

    delegation: Delegation

    @cached_property
    def terms(self) -> Terms:
        return delegating.terms_of(self.delegation)

    @cached_property
    def rulebook(self) -> Rulebook:
        return delegating.rulebook_of(self.delegation)

    @cached_property
    def document(self) -> str:
        """The rulebook's whole text, which what follows from it is kept by."""
        return json.dumps(self.delegation.rulebook)

    def flag(self, project: Project) -> Flag | None:
        kind = ProjectKind(project.kind)
        if not self.terms.falls_under(kind=kind, total=project.total):
            return None
        least = None if project.total is None else self.terms.least_for(kind)
        return Flag(promise=self.delegation, kind=kind, total=project.total, least=least)


@lru_cache(maxsize=KEPT)
def _promise(delegation: Delegation) -> _Promise:
    """What is read of a promise, once for as long as it is the same."""
    return _Promise(delegation)


@lru_cache(maxsize=KEPT)
def _kept(
    document: str,
    elections: tuple[Election, ...],
    holidays: frozenset[date],
    opinion: date | None,
) -> Timetable:
    """The days of votes do not change while the rules and the calendar do not."""
    return Timetable(delegating.in_full(document)[0], elections, holidays, opinion)


@dataclass
class Board:
    """What is needed to consider the projects of one place on one day."""

    session: Session
    jurisdiction_id: UUID
    today: date
    _tables: dict[tuple[UUID, tuple[UUID, ...], int], Timetable] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, jurisdiction_id: UUID) -> Board:
        """As of now, by the clock of all."""
        zone = ZoneInfo(session.get_one(Jurisdiction, jurisdiction_id).zone)
        return cls(session, jurisdiction_id, local_day(clock.read(session), zone))

    @property
    def promise(self) -> Delegation | None:
        """The one in force today."""
        return self._now.delegation if self._now else None

    @property
    def terms(self) -> Terms | None:
        return self._now.terms if self._now else None

    def all(self, projects: Iterable[Project]) -> list[Considered]:
        """Each of them, in the order in which the list shows them."""
        return sorted((self.one(project) for project in projects), key=lambda one: one.order)

    def one(self, project: Project) -> Considered:
        """Under the promise in force, or under an earlier one whose last day passed in its time."""
        now = self._under(self._now, project) if self._now else None
        if now is not None and now.state is not State.BEFORE_PROMISE:
            return now
        for promise in self._others:
            before = self._under(promise, project)
            if before is not None and self._passed_in_its_time(promise, before.call_by):
                return before
        return now or self._outside(project)

    def _passed_in_its_time(self, promise: _Promise, call_by: CallBy | None) -> bool:
        if call_by is None or call_by.day >= self.today:
            return False
        return self._in_force(call_by.day) == promise.delegation.id

    def _outside(self, project: Project) -> Considered:
        measures = self._measures.get(project.id, [])
        called = any(one.id in self._called for one in measures)
        return Considered(
            project=project,
            state=State.CALLED if called else State.OUTSIDE,
            earlier=self._decisions.get(project.id, []),
            signed=self._signed,
            measures=measures,
        )

    def _under(self, promise: _Promise, project: Project) -> Considered | None:
        flag = promise.flag(project)
        if flag is None:
            return None
        decisions = self._decisions.get(project.id, [])
        mine = [one for one in decisions if one.delegation_id == promise.delegation.id]
        call_by = self._call_by(promise, project)
        measures = self._measures.get(project.id, [])
        return Considered(
            project=project,
            state=self._state(promise, project, call_by, decided=bool(mine)),
            flag=flag,
            call_by=call_by,
            decision=mine[0] if mine else None,
            earlier=[one for one in decisions if one not in mine],
            signed=self._signed,
            measures=measures,
        )

    def _state(
        self, promise: _Promise, project: Project, call_by: CallBy | None, *, decided: bool
    ) -> State:
        if any(one.id in self._called for one in self._measures.get(project.id, ())):
            return State.CALLED
        if decided:
            return State.NOT_CALLED
        if call_by is not None and call_by.day < self.today:
            too_early = call_by.day < promise.delegation.valid_from
            return State.BEFORE_PROMISE if too_early else State.MISSED
        if not ProjectStage(project.stage).is_open:
            return State.CLOSED
        if call_by is None:
            return State.UNDATED
        return State.NEAR if call_by.day - self.today <= NEAR else State.TO_DECIDE

    def _call_by(self, promise: _Promise, project: Project) -> CallBy | None:
        decision = project.decision_on
        if decision is None:
            return None
        area = set(project.districts or ())
        held = [
            row
            for row in self._elections
            if row.districts is None or not area or area & set(row.districts)
        ]
        key = (promise.delegation.id, tuple(row.id for row in held), decision.year)
        if key not in self._tables:
            self._tables[key] = self._timetable(promise, held, decision.year)
        return self._tables[key].latest(decision)

    def _timetable(self, promise: _Promise, held: Sequence[ElectionSet], year: int) -> Timetable:
        opinion = promise.terms.legal_opinion
        about = date(year - 2, 1, 1)
        return _kept(
            promise.document,
            tuple(Election(date=one.day, kind=ElectionKind(one.kind)) for one in held),
            circumstances.holidays_with(
                self._days_off, promise.rulebook.calendar.almanac, first=about, last=about
            ),
            opinion.day if opinion else None,
        )

    def _in_force(self, day: date) -> UUID | None:
        found = delegating.running(self._published, day)
        return found.id if found else None

    @cached_property
    def _now(self) -> _Promise | None:
        found = delegating.running(self._published, self.today)
        return _promise(found) if found else None

    @cached_property
    def _found(self) -> Mapping[str, Rows]:
        return ALL.ask(self.session, place=self.jurisdiction_id)

    @property
    def _published(self) -> Sequence[Delegation]:
        return self._found["published"]

    @cached_property
    def _days_off(self) -> Sequence[DatedHoliday]:
        return circumstances.as_declared(self._found["days_off"])

    @cached_property
    def _others(self) -> list[_Promise]:
        """Published promises that are not in force today, newest first."""
        mine = self._now.delegation.id if self._now else None
        return [
            _promise(one)
            for one in self._published
            if one.id != mine and one.valid_from <= self.today
        ]

    @property
    def _elections(self) -> Sequence[ElectionSet]:
        return self._found["elections"]

    @cached_property
    def _decisions(self) -> dict[UUID, list[NotCalled]]:
        return _by_project(self._found["decisions"])

    @cached_property
    def _signed(self) -> dict[UUID, SignedAct]:
        """How decisions were signed, by their entries: older ones do not say."""
        return {one.entry_id: one for one in self._found["signed"]}

    @cached_property
    def _measures(self) -> dict[UUID, list[Measure]]:
        """By project the measures that everyone may see."""
        return _by_project(self._found["measures"])

    @cached_property
    def _called(self) -> set[UUID]:
        """The measures whose vote was called, and not annulled since."""
        return {row.measure_id for row in self._found["called"]}


def _by_project(rows: Rows) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for one in rows:
        found.setdefault(one.project_id, []).append(one)
    return found
