"""The calendar's acts: nominated by the sweep, done by a task that looks again."""

from __future__ import annotations

from uuid import UUID

from referendum.bootstrap import Services
from referendum.lifecycle import calendar, refusals
from referendum.lifecycle.stages import Act
from referendum.worker.carrying import once


def sweep(services: Services) -> None:
    """Ask for a task per act that is due."""
    with services.begin() as uow:
        calendar.nominate(uow)


def act_when_due(services: Services, *, message_id: str, measure_id: str, act: str) -> None:
    """Do the act, dated by its deadline, if under the lock it is still due.

    A refusal is kept with it: the sweep then asks again later and later, and the desk is told.
    """
    measure, name = UUID(measure_id), Act(act)
    once(
        services.begin,
        message_id,
        lambda uow: calendar.act(uow, services.means, measure, name),
        refused=lambda uow, why: refusals.keep(uow, measure, name, why),
    )
