"""Taking a step: the only way in which a measure's stage changes.

`allow` asks every guard of the table once, under the measure's lock; what it gives is the only
thing that can `take` the step. So no act can forget a guard, and none asks it twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from referendum.kernel.people import Actor, Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, agreed, entries, foureyes, holds, papering, stages
from referendum.lifecycle.acting import NOTHING, Means, Particulars
from referendum.lifecycle.dates import done, following, reckoning
from referendum.lifecycle.office import approving
from referendum.lifecycle.office.approving import Approval, Approved
from referendum.lifecycle.stages import Act, Stage, Step
from referendum.lifecycle.tables import CalendarRefusal, Measure, StepTaken
from signatures import petitions
from signatures.tables import Petition
from thresholds.vocabulary import Instrument

SILENT: Final = frozenset({Act.FREEZE_ROLL, Act.STATE_ELECTORS})
"""Steps that representatives need not be told of."""


DAY_SET_AGAIN: Final = frozenset({Act.RESET_DAY, Act.CALL_REVOTE})


@dataclass(frozen=True, slots=True)
class Allowed:
    """An act that may be taken now, with all that it works with."""

    uow: UnitOfWork
    means: Means
    measure: Measure
    step: Step
    by: Actor
    given: Particulars
    recorded_from: bool
    """Whether the operator records it from the deciding authority's document."""
    at: datetime | None
    """When it takes effect: the deadline's moment for the calendar's acts, else now."""

    @property
    def session(self) -> Session:
        return self.uow.session

    def turned_to(self, act: Act) -> Self:
        """The same, for the act that a verdict chooses among the certified ones from here."""
        found = stages.find(Instrument(self.measure.instrument), Stage(self.measure.stage), act)
        assert (found.certified, found.by) == (self.step.certified, self.step.by)
        return replace(self, step=found)

    def dated(self, at: datetime) -> Self:
        """The same, with effect from another moment."""
        return replace(self, at=at)

    def take(self, *, facts: Mapping[str, Any] | None = None) -> StepTaken:
        """Take the step: the stage changes, the deadlines follow, the record has one entry."""
        measure, session, act = self.measure, self.session, self.step.act
        petition = _petition_to_close(self)
        effective = self.at or self.uow.now()
        approved = _approved(self)
        taken = _write(self, effective, {**(facts or {}), **(approved.who if approved else {})})
        agreed.settle(session, measure, act, effective)
        measure.stage = self.step.target.value
        session.flush()
        if approved is not None:
            about, entry = measure.id, taken.entry_id
            approving.keep(self.uow, approved, what=act.value, about=about, entry=entry)
        session.execute(delete(CalendarRefusal).where(CalendarRefusal.measure_id == measure.id))
        if petition is not None:
            petitions.close(self.uow, petition.id, at=effective)
        happened = done.events_by(Instrument(measure.instrument), act)
        reckoning.refresh(session, measure, new=happened, reset=act in DAY_SET_AGAIN)
        if act not in SILENT and Stage(measure.stage) not in stages.UNPUBLISHED:
            self.uow.later(
                "notices.tell_step", measure_id=str(measure.id), sequence=str(taken.sequence)
            )
        return taken


def allow(
    uow: UnitOfWork,
    means: Means,
    measure: Measure,
    act: Act,
    by: Actor,
    given: Particulars = NOTHING,
    *,
    at: datetime | None = None,
) -> Allowed:
    """Whether a locked measure may move, who may, and on what paper: refused, or let through.

    `at` is the deadline's moment of a calendar's act; every other act takes effect now.
    """
    step = stages.find(Instrument(measure.instrument), Stage(measure.stage), act)
    holds.insist_on_none(uow.session, measure.id, under_hold=step.under_hold)
    right = acting.right(uow.session, measure, step, by)
    acting.insist_on_right(right, step, by, given)
    acting.insist_on_document(step, given)
    papering.issuer_for(uow.session, measure.jurisdiction_id, step, given)
    acting.insist_not_ahead(uow, measure.jurisdiction_id, given.document)
    if given.day is not None:
        following.insist_plausible(day=given.day)
    foureyes.insist(
        uow.session, measure.jurisdiction_id, step, by, recorded_from=right.recorded_from
    )
    agreed.insist(uow, measure, step, by)
    return Allowed(uow, means, measure, step, by, given, right.recorded_from, at)


def _approved(allowed: Allowed) -> Approved | None:
    """Who held the office whose paper this is, and who signed it: of the acts that say so."""
    step, by, place = allowed.step, allowed.by, allowed.measure.jurisdiction_id
    if not step.signed or step.by.authority is None:
        return None
    approval = Approval(allowed.given.document, allowed.given.deputy)
    office, act = step.by.authority, step.act.value
    return approving.approve(allowed.uow, place, office, approval, act=act, by=by)


def _write(allowed: Allowed, at: datetime, facts: dict[str, Any]) -> StepTaken:
    measure, step, given = allowed.measure, allowed.step, allowed.given
    authority = step.by.authority.value if step.by.authority else None
    named = None
    if given.document is not None:
        place = measure.jurisdiction_id
        issuer = papering.issuer_for(allowed.session, place, step, given)
        named = papering.name(allowed.uow, place, issuer, given.document, by=allowed.by)
        if allowed.recorded_from:
            papering.insist_on_file(named)
    entry = allowed.uow.record(
        "measure.step_taken",
        by=allowed.by,
        measure=measure.id,
        at=at,
        facts={
            "act": step.act.value,
            "source": step.source.value,
            "target": step.target.value,
            "authority": authority,
            "recorded_from": allowed.recorded_from,
            "document": named.paper.number if named else None,
            **(named.facts if named else {}),
            **({"transcribed_by": by} if (by := _transcriber(allowed)) else {}),
            **facts,
        },
    )
    taken = StepTaken(
        measure_id=measure.id,
        sequence=_next_sequence(allowed.session, measure.id),
        act=step.act.value,
        source=step.source.value,
        target=step.target.value,
        at=at,
        by=allowed.by.mark,
        authority=authority,
        recorded_from=allowed.recorded_from,
        transcribed_by=_transcriber(allowed),
        confirmed_by=allowed.by.seconded_by if isinstance(allowed.by, Officer) else None,
        **(named.columns if named else {}),
        reason=given.reason,
        facts=facts,
        entry_id=entry,
    )
    allowed.session.add(taken)
    return taken


def _transcriber(allowed: Allowed) -> str | None:
    """The office whose officers recorded another authority's step."""
    by = allowed.by
    return by.authority.value if allowed.recorded_from and isinstance(by, Officer) else None


def _petition_to_close(allowed: Allowed) -> Petition | None:
    """Whatever ends the collection closes the petition: the deadline, a withdrawal, a court.

    It is held before the clock is read, so that no signature is younger than the end. Whoever
    brings lines shares it (`keying.bring`): where none come any more, they are waited for as well.
    """
    source, target = allowed.step.source, allowed.step.target
    if source not in entries.LINES_COME or source is target:
        return None
    petition = petitions.of_measure(allowed.session, allowed.measure.id)
    if petition is None:
        return None
    held = petitions.get_to_close(allowed.session, petition.id)
    return held if source is Stage.COLLECTING else None


def _next_sequence(session: Session, measure_id: UUID) -> int:
    last = select(func.max(StepTaken.sequence)).where(StepTaken.measure_id == measure_id)
    return (session.scalar(last) or 0) + 1
