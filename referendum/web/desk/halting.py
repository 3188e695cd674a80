"""Moving a deadline with a written reason, and halting a measure for a court or a postponement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from referendum.lifecycle import (
    acting,
    holding,
    holds,
    proposable,
    proposing,
    rules,
    unfiled,
)
from referendum.lifecycle.dates import bounds, deadlines, moves
from referendum.lifecycle.dates import moving as overriding
from referendum.lifecycle.dates.moves import Told
from referendum.lifecycle.errors import DeadlineNotFound, NotHeld, NotOverridden
from referendum.lifecycle.holding import HoldKind
from referendum.lifecycle.tables import DeadlineKept, Hold, Measure
from referendum.web.dated import Day, Paper
from referendum.web.desk import moving
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.confirming import by_code
from referendum.web.desk.form import Context, Desk, Does, Form, Went, first
from referendum.web.desk.measure import for_clerks, for_halting, waits
from referendum.web.fields import REASON, Choice, Fields, Given, Tick
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
    own = overriding.deciding(measure, name)
    acting.insist_on_authority(desk.session, measure, desk.officer, act="override", deciding=own)
    deadline = deadlines.kept(desk.session, measure.id, name)
    if deadline is None:
        raise DeadlineNotFound(deadline=name)
    return Moved(measure, deadline)


def _hold(desk: Desk, number: Number, hold_id: UUID) -> Held:
    measure = for_halting(desk, number)
    lying = (one for one in holds.lying(desk.session, measure.id) if one.id == hold_id)
    return Held(measure, first(lying, NotHeld(measure=str(measure.id))))


def _paper(desk: Desk, measure: Measure) -> Context | Went:
    """To the paper whose file a halt still waits for, where it is brought."""
    for hold in unfiled.of_measure(desk.session, measure.id).values():
        return Went(f"/desk/papers/{hold.paper_id}")
    return Went(f"/desk/measures/{measure.number}")


def _lifted(desk: Desk, held: Held) -> Context:
    return {"already": waits(desk, held.measure, f"{proposable.LIFTING}{held.hold.id}")}


def _lift(desk: Desk, held: Held, given: Given) -> Went:
    """Lifting waits for a second officer."""
    put = proposing.propose_lifting(
        desk.uow,
        desk.services.means,
        held.measure.id,
        held.hold.id,
        document=given["document"],
        reason=given["reason"],
        by=desk.officer,
    )
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


def _shown(desk: Desk, moved: Moved) -> Context:
    """The day as it stands, how far it may be moved, and what moved it before."""
    measure, deadline = moved.measure, moved.deadline
    of_it = (one for one in moves.of_measure(desk.session, measure.id) if _is(one, deadline))
    return {
        "values": {"day": deadline.day.isoformat()},
        "movable": bounds.is_movable(desk.session, measure, deadline.name),
        "span": bounds.span_of(rules.pinned(measure)) if measure.rulebook else None,
        "caused": moving.by_cause(of_it),
        "already": waits(
            desk,
            measure,
            f"{proposable.OVERRIDING}{deadline.name}",
            f"{proposable.RESTORING}{deadline.name}",
        ),
        **moving.unseen(desk),
    }


def _is(one: Told, deadline: DeadlineKept) -> bool:
    return one.moved.name == deadline.name


def _override(desk: Desk, moved: Moved, given: Given) -> Went:
    """Proposed to a second officer, once what moves was seen."""
    measure, name = moved.measure.id, moved.deadline.name
    moved_by = overriding.preview(desk.uow, measure, name, day=given["day"], by=desk.officer)
    moves.insist_seen(moved_by, given["seen"])
    said = {one: given[one] for one in ("day", "document", "reason")}
    put = proposing.propose_override(
        desk.uow, desk.services.means, measure, name, by=desk.officer, **said
    )
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


def _restore(desk: Desk, moved: Moved, given: Given) -> Went:
    measure, name = moved.measure.id, moved.deadline.name
    moved_by = overriding.preview(desk.uow, measure, name, day=None, by=desk.officer)
    moves.insist_seen(moved_by, given["seen"])
    said = {one: given[one] for one in ("document", "reason")}
    put = proposing.propose_restoring(
        desk.uow, desk.services.means, measure, name, by=desk.officer, **said
    )
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


def _overridden(desk: Desk, number: Number, name: str) -> Moved:
    """One that was moved, and whose computed day may stand again."""
    moved = _deadline(desk, number, name)
    if moved.deadline.overridden_to is None:
        raise NotOverridden(deadline=name)
    return moved


def _kinds(desk: Desk, _measure: Measure) -> Context:
    return {
        "kinds": desk.choices(HoldKind, "measure.hold"),
        "whose": [
            (desk.words(f"measure.hold.{kind.value}"), holding.issuer_of(kind, desk.officer).value)
            for kind in HoldKind
        ],
    }


HALT: Final[Fields] = {
    "kind": Choice(HoldKind, usual=HoldKind.COURT),
    "stops_clock": Tick(),
    "document": Paper(),
    "reason": REASON,
}
MOVING: Final = Form(
    MEASURE.below("/deadlines/{name}", "deadline", "desk.override.title", _deadline, _shown),
    _override,
    {
        "day": Day(label="desk.override.day"),
        "document": Paper(),
        "reason": REASON,
        "seen": moving.SEEN,
    },
    confirm=by_code,
    tells=moving.told,
)
RESTORING: Final = Form(
    MEASURE.below(
        "/deadlines/{name}/restoration", "restoration", "desk.override.restore", _overridden, _shown
    ),
    _restore,
    {"document": Paper(), "reason": REASON, "seen": moving.SEEN},
    confirm=by_code,
    tells=moving.told,
)
HOLDING: Final = Form(
    MEASURE.below("/holds", "hold", "desk.hold.place", for_halting, _kinds),
    Does(holding.place, ("id",)),
    HALT,
    to=MEASURE,
    flash="desk.flash.held",
)
HALT_PAPER: Final = MEASURE.below(
    "/halt-paper", "halt_paper", "desk.task.halt_paper", for_clerks, _paper
)
LIFTING: Final = Form(
    MEASURE.below("/holds/{hold_id}/lift", "lift", "desk.hold.lift", _hold, _lifted),
    _lift,
    {"document": Paper(), "reason": REASON},
)
