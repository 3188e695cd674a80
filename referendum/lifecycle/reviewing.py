"""The examination of a petition that was handed in: who may, when, and the pass over its lines."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel.people import Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, petitioning, reading, rules, stages
from referendum.lifecycle.acting import Means
from referendum.lifecycle.dates import barring
from referendum.lifecycle.errors import (
    ExaminationOpen,
    NotYourAct,
)
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure, StepTaken
from referendum.lifecycle.taking import Allowed
from signatures import examinations, examining, petitions, tallying
from signatures.sheets import Progress
from thresholds.vocabulary import Instrument

TASK: Final = "petitions.examine"


def ask(uow: UnitOfWork, measure_id: UUID, by: Officer) -> UUID:
    """Refuse at once what can be refused now, and leave the pass to the background.

    The measure is read and not locked: while a pass runs the second to ask is told so, and does
    not wait for it. Rights and stage are looked at again, under the lock, when the pass begins.
    """
    measure = reading.get(uow.session, measure_id)
    insist_on_examinable(measure, by)
    asked = examinations.ask(uow, petitioning.petition_of(uow.session, measure).id, by)
    uow.later(TASK, examination_id=str(asked))
    return asked


def carry_out(
    uow: UnitOfWork, means: Means, examination_id: UUID, by: Officer, *, progress: Progress
) -> None:
    """The pass that was asked for, its counts and its end, all of it or nothing."""
    asked = examinations.get(uow.session, examination_id)
    measure_id = petitions.get(uow.session, asked.petition_id).measure_id
    report = examine(uow, means, measure_id, by, progress=progress)
    examinations.finish(uow, examination_id, report)


def settle_objections(allowed: Allowed) -> StepTaken:
    """Objections are decided; every line has its decision."""
    insist_on_examined(allowed.session, allowed.measure)
    return allowed.take()


def examine(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    by: Officer,
    *,
    progress: Progress | None = None,
) -> examining.ExaminationReport:
    """The automatic pass over the frozen roll, for a petition that has been handed in."""
    measure = acting.lock(uow.session, measure_id)
    insist_on_examinable(measure, by)
    rulebook = rules.pinned(measure)
    return examining.examine(
        uow,
        means.vault,
        petitioning.petition_of(uow.session, measure).id,
        electorate=petitioning.signing_of(rulebook).electorate,
        by=by,
        closed_days=barring.closed_days(uow.session, measure),
        progress=progress,
    )


def insist_on_examinable(measure: Measure, by: Officer) -> None:
    """Only those who may, and only between the handing in and the verdict."""
    insist_on_examiner(measure, by)
    stages.insist_lines_decided(Stage(measure.stage))


def insist_on_examiner(measure: Measure, by: Officer) -> None:
    """Only the examiners of the deciding authority may list or open who signed."""
    by.insist(Role.EXAMINER)
    deciding = stages.examining_authority(Instrument(measure.instrument))
    if by.jurisdiction != measure.jurisdiction_id or by.authority is not deciding:
        raise NotYourAct(act="examine", by=deciding.value)


def insist_on_examined(session: Session, measure: Measure) -> None:
    """Refuse while lines wait for a decision."""
    open_lines = tallying.unsettled(session, petitioning.petition_of(session, measure).id)
    if open_lines:
        raise ExaminationOpen(lines=open_lines)
