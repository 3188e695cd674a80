"""What a measure leaves an office to do beside its steps, and how far each is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from referendum.kernel.people import Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import polling
from referendum.lifecycle.advisory import arguing, drawing
from referendum.lifecycle.advisory.drawing import LotState
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.enrolment import enrolled
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from thresholds.vocabulary import DeadlineName, Instrument


@dataclass(frozen=True, slots=True)
class Chore:
    """What it is about, and how far it is: a name of its own for each, with the facts of that."""

    page: str
    said: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def chores(uow: UnitOfWork, measure: Measure, officer: Officer) -> list[Chore]:
    """What this officer may do now, or may look at until it no longer matters."""
    if Role.CLERK not in officer.roles or officer.authority is not arguing.keeper(measure):
        return []
    if measure.instrument == Instrument.INITIATIVE and measure.stage == Stage.COLLECTING:
        return list(_the_sides(uow, measure))
    if measure.instrument != Instrument.ADVISORY:
        return []
    match Stage(measure.stage):
        case Stage.CALLED:
            return list(_until_the_polls(uow, measure))
        case Stage.ANSWERED:
            return [Chore("answer", "about-answer"), Chore("follow-up", "about-follow-up")]
        case _:
            # Texts and lot are settled with the opening of the polls (`drawing.SETTLED`).
            return []


def _until_the_polls(uow: UnitOfWork, measure: Measure) -> Iterator[Chore]:
    enrols = enrolled.enrols(uow.session, measure)
    if enrols and polling.current_poll(uow.session, measure) is None:
        yield Chore("enrol", "about-enrol")
    yield from _the_sides(uow, measure)
    yield _the_draw(uow, measure)


def _the_sides(uow: UnitOfWork, measure: Measure) -> Iterator[Chore]:
    due = deadlines.kept(uow.session, measure.id, DeadlineName.ARGUMENTS_END)
    if due is not None:
        spaces = arguing.spaces(uow.session, measure)
        facts = {
            "day": due.day,
            "written": sum(1 for space in spaces if space.argument is not None),
            "sides": len(spaces),
        }
        open_still = due.at > uow.now()
        yield Chore("arguments", "about-arguments" if open_still else "arguments-over", facts)


def _the_draw(uow: UnitOfWork, measure: Measure) -> Chore:
    lot = drawing.lot(uow.session, measure)
    if lot.committed is None:
        return Chore("draw", "about-draw")
    if lot.state is LotState.DRAWN:
        return Chore("draw", "draw-done")
    facts = {"source": lot.committed.source, "day": lot.committed.day}
    return Chore("draw", "draw-named", facts)
