"""The examination of a petition that was handed in: who may, when, and the pass over its lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.uow import Begin, UnitOfWork
from referendum.lifecycle import acting, entries, holds, locating, petitioning, rules, stages
from referendum.lifecycle.acting import Means
from referendum.lifecycle.dates import barring
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import (
    ExaminationOpen,
    NotYourAct,
)
from referendum.lifecycle.tables import Measure, StepTaken
from referendum.lifecycle.taking import Allowed
from signatures import examinations, petitions, tallying
from signatures.examinations import ExaminationReport
from signatures.examining import Pass, Progress, Terms
from thresholds.vocabulary import Instrument

TASK: Final = "petitions.examine"


def ask(uow: UnitOfWork, measure_id: UUID, by: Officer) -> UUID:
    """Refuse at once what can be refused now, and leave the pass to the background.

    The measure is read and not locked: while a pass runs the second to ask is told so, and does
    not wait for it. Rights and stage are looked at again, under the lock, when the pass begins.
    """
    measure = locating.get(uow.session, measure_id)
    _insist_on_possible(uow, measure, by)
    asked = examinations.ask(uow, petitioning.petition_of(uow.session, measure).id, by)
    uow.later(TASK, examination_id=str(asked))
    return asked


def carry_out(
    begin: Begin,
    means: Means,
    examination_id: UUID,
    officer: Callable[[Session, UUID], Officer],
    *,
    progress: Progress | None = None,
) -> bool:
    """The pass that was asked for, in its own transactions; False where it runs already.

    Whether it may, with the rights that `officer` gives who asked for it, is asked before it
    begins, with nothing locked, and again under the measure's lock when what it decided takes
    effect: a halt or a step that came meanwhile refuses it whole. What was published holds: it is
    entered whatever came since, and nobody's right to that is asked.
    """
    with begin() as uow:
        kept = examinations.get(uow.session, examination_id)
        petition = petitions.get(uow.session, kept.petition_id)
        measure = locating.get(uow.session, petition.measure_id)
        if kept.published_at is None:
            by = officer(uow.session, kept.asked_by)
            _insist_on_possible(uow, measure, by)
        else:
            owner = Authority(petition.owner)
            by = Officer(kept.asked_by, petition.jurisdiction_id, owner, frozenset())
        terms = Terms(
            petitioning.signing_of(rules.pinned(measure)).electorate,
            barring.closed_days(uow.session, measure),
        )

    def check(uow: UnitOfWork) -> None:
        _insist_on_possible(uow, acting.lock(uow.session, petition.measure_id), by)

    asked = Pass(begin, means.vault, petition.id, examination_id, terms, by, check)
    return (asked if progress is None else replace(asked, progress=progress)).run()


def examine(begin: Begin, means: Means, measure_id: UUID, by: Officer) -> ExaminationReport:
    """A pass from asking to its end, for whoever waits for it where there is no worker."""
    with begin() as uow:
        measure = locating.get(uow.session, measure_id)
        _insist_on_possible(uow, measure, by)
        petition = petitioning.petition_of(uow.session, measure)
        asked = examinations.ask(uow, petition.id, by)
    carry_out(begin, means, asked, lambda _session, _account: by)
    with begin() as uow:
        return examinations.finish(uow, asked)


def _insist_on_possible(uow: UnitOfWork, measure: Measure, by: Officer) -> None:
    insist_on_examinable(measure, by)
    holds.insist_on_none(uow.session, measure.id)


def settle_objections(allowed: Allowed) -> StepTaken:
    """Objections are decided; every line has its decision."""
    insist_on_examined(allowed.session, allowed.measure)
    return allowed.take()


def insist_on_examinable(measure: Measure, by: Officer) -> None:
    """Only those who may, and only between the handing in and the verdict."""
    insist_on_examiner(measure, by)
    entries.insist(measure, Entry.EXAMINE)


def insist_on_examiner(measure: Measure, by: Officer) -> None:
    """Only the examiners of the deciding authority may list or open who signed."""
    by.insist(Role.EXAMINER)
    deciding = stages.examining_authority(Instrument(measure.instrument))
    if by.jurisdiction != measure.jurisdiction_id or by.authority is not deciding:
        raise NotYourAct(act="examine", by=deciding.value)


def may_examine(measure: Measure, by: Officer) -> bool:
    """The same as an answer: pages offer the way to whoever may go it."""
    deciding = stages.examining_authority(Instrument(measure.instrument))
    here = by.jurisdiction == measure.jurisdiction_id and by.authority is deciding
    return here and Role.EXAMINER in by.roles


def insist_on_examined(session: Session, measure: Measure) -> None:
    """Refuse while lines wait for a decision."""
    open_lines = tallying.unsettled(session, petitioning.petition_of(session, measure).id)
    if open_lines:
        raise ExaminationOpen(lines=open_lines)
