"""Moving a deadline with a written reason, and halting a measure for a court or a postponement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from referendum.lifecycle import holding, holds, proposing
from referendum.lifecycle.dates import deadlines, moving
from referendum.lifecycle.errors import DeadlineNotFound, NotHeld
from referendum.lifecycle.holding import HoldKind
from referendum.lifecycle.tables import DeadlineKept, Hold, Measure
from referendum.web.dated import Day, Paper
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.confirming import by_code
from referendum.web.desk.form import Context, Desk, Does, Form, Went, first
from referendum.web.desk.measure import for_clerks
from referendum.web.fields import REASON, Choice, Fields, Given, Text, Tick
from referendum.web.measures import Number


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline that a clerk looks at, to move it."""

    measure: Measure
    deadline: DeadlineKept


@dataclass(frozen=True, slots=True)
class Held:
    """A halt that lies over a measure."""

    measure: Measure
    hold: Hold


def _deadline(desk: Desk, number: Number, name: str) -> Moved:
    measure = for_clerks(desk, number)
    deadline = deadlines.kept(desk.session, measure.id, name)
    if deadline is None:
        raise DeadlineNotFound(deadline=name)
    return Moved(measure, deadline)


def _hold(desk: Desk, number: Number, hold_id: UUID) -> Held:
    measure = for_clerks(desk, number)
    lying = (one for one in holds.lying(desk.session, measure.id) if one.id == hold_id)
    return Held(measure, first(lying, NotHeld(measure=str(measure.id))))


def _lift(desk: Desk, held: Held, given: Given) -> Went:
    """Lifting waits for a second officer."""
    put = proposing.propose_lifting(
        desk.uow,
        desk.services.means,
        held.measure.id,
        held.hold.id,
        reason=given["reason"],
        by=desk.officer,
    )
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


def _usual_day(_desk: Desk, moved: Moved) -> Context:
    return {"values": {"day": moved.deadline.day.isoformat()}}


def _kinds(desk: Desk, _measure: Measure) -> Context:
    return {"kinds": desk.choices(HoldKind, "measure.hold")}


HALT: Final[Fields] = {
    "kind": Choice(HoldKind, usual=HoldKind.COURT),
    "stops_clock": Tick(),
    "document": Paper(),
    "reason": REASON,
}
MOVING: Final = Form(
    MEASURE.below("/deadlines/{name}", "deadline", "desk.override.title", _deadline, _usual_day),
    Does(moving.override, ("measure.id", "deadline.name")),
    {"day": Day(label="desk.override.day"), "reason": REASON},
    confirm=by_code,
    to=MEASURE,
    flash="desk.flash.overridden",
)
HOLDING: Final = Form(
    MEASURE.below("/holds", "hold", "desk.hold.place", for_clerks, _kinds),
    Does(holding.place, ("id",)),
    HALT,
    to=MEASURE,
    flash="desk.flash.held",
)
LIFTING: Final = Form(
    MEASURE.below("/holds/{hold_id}/lift", "lift", "desk.hold.lift", _hold),
    _lift,
    {"reason": Text(needed=True, label="desk.hold.why-lifted")},
)
