"""The automatic examination in the background: asked for by an officer, done by a worker."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import qualifying, reading
from referendum.lifecycle.acting import Means
from signatures import examinations, petitions
from signatures.sheets import Progress

TASK: Final = "petitions.examine"


def ask(uow: UnitOfWork, measure_id: UUID, by: Officer) -> UUID:
    """Refuse at once what can be refused now, and leave the pass to the background.

    The measure is read and not locked: while a pass runs the second to ask is told so, and does
    not wait for it. Rights and stage are looked at again, under the lock, when the pass begins.
    """
    measure = reading.get(uow.session, measure_id)
    qualifying.insist_on_examinable(measure, by)
    asked = examinations.ask(uow, qualifying.petition_of(uow.session, measure).id, by)
    uow.later(TASK, examination_id=str(asked))
    return asked


def carry_out(
    uow: UnitOfWork, means: Means, examination_id: UUID, by: Officer, *, progress: Progress
) -> None:
    """The pass that was asked for, its counts and its end, all of it or nothing."""
    asked = examinations.get(uow.session, examination_id)
    measure_id = petitions.get(uow.session, asked.petition_id).measure_id
    report = qualifying.examine(uow, means, measure_id, by, progress=progress)
    examinations.finish(uow, examination_id, report)
