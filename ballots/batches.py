"""Entering the first returns of many boxes at once: all of them or none, with one record entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ballots import checking, polls, withholding
from ballots.canvassing import insist_on_counting
from ballots.errors import (
    BoxNotFound,
    BoxRepeated,
    ReturnAlreadyEntered,
    ReturnsFileEmpty,
    ReturnsRefused,
)
from ballots.stations import BoxView, boxes_of, lock_boxes
from ballots.tables import CountReturn, Poll, TurnoutReturn
from ballots.versions import latest_turnouts
from referendum.kernel.canonical import canonical
from referendum.kernel.errors import DomainError
from referendum.kernel.faults import Fault, Faults, Quote
from referendum.kernel.people import Officer, Role
from referendum.kernel.tree import grow, root_of
from referendum.kernel.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class TurnoutRow:
    """One box's turnout as a line of a file, or a form, says it."""

    line: int
    box_id: UUID
    issued: int | None
    cast: int | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class CountRow:
    """One box's count as a line of a file, or a form, says it."""

    line: int
    box_id: UUID
    papers: int | None
    votes: Mapping[str, int | None]
    invalid: int | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What was kept: how many returns, and the Merkle root of their leaves in the record."""

    returns: int
    root: str
    record_entry_id: UUID


class _OfBox(Protocol):
    @property
    def line(self) -> int: ...
    @property
    def box_id(self) -> UUID: ...


R = TypeVar("R", bound=_OfBox)
C = TypeVar("C")


def enter_turnouts(
    uow: UnitOfWork, poll_id: UUID, rows: Sequence[TurnoutRow], *, by: Officer
) -> Batch:
    """Keep the first turnout returns of many boxes; every faulty line is named, none is kept."""
    poll, boxes = _at_the_boxes(uow, poll_id, rows, by)

    def check(row: TurnoutRow) -> checking.Turnout:
        bounds = boxes[row.box_id].bounds(poll)
        return checking.turnout(bounds, issued=row.issued, cast=row.cast, reason=row.reason)

    entered = _entered(uow.session, TurnoutReturn, boxes)
    checked = _check_all(rows, check, boxes=boxes, entered=entered)
    figures = {
        box_id: {"issued": found.issued, "cast": found.cast} for box_id, found in checked.items()
    }
    values = [
        {"box_id": box_id, "reason": found.reason, **figures[box_id]}
        for box_id, found in checked.items()
    ]
    _keep_all(uow.session, TurnoutReturn, values, by=by)
    districts = _turnout_by_district(figures, boxes)
    return _record(uow, poll, "returns.turnout_entered", figures, by=by, districts=districts)


def enter_counts(uow: UnitOfWork, poll_id: UUID, rows: Sequence[CountRow], *, by: Officer) -> Batch:
    """Keep the first count returns of many boxes; every faulty line is named, none is kept."""
    poll, boxes = _at_the_boxes(uow, poll_id, rows, by)
    insist_on_counting(uow.session, poll)
    turnouts = latest_turnouts(uow.session, poll_id)

    def check(row: CountRow) -> checking.Count:
        return checking.count(
            boxes[row.box_id].bounds(poll),
            papers=row.papers,
            votes=row.votes,
            invalid=row.invalid,
            reason=row.reason,
            options=poll.options,
            cast=turnouts[row.box_id].cast,
        )

    entered = _entered(uow.session, CountReturn, boxes)
    checked = _check_all(rows, check, boxes=boxes, entered=entered)
    figures = {
        box_id: {"papers": found.papers, "invalid": found.invalid, "votes": dict(found.votes)}
        for box_id, found in checked.items()
    }
    salts = {box_id: withholding.new_salt() for box_id in checked}
    values = [
        {"box_id": box_id, "reason": found.reason, "salt": salts[box_id], **figures[box_id]}
        for box_id, found in checked.items()
    ]
    _keep_all(uow.session, CountReturn, values, by=by)
    bound = {
        box_id: {"commitment": withholding.commitment(salts[box_id], box_id, 1, figures[box_id])}
        for box_id in checked
    }
    batch = _record(uow, poll, "returns.count_entered", bound, by=by)
    withholding.open_when_whole(uow, poll, by=by)
    return batch


def merkle_root(said: Mapping[UUID, Mapping[str, Any]]) -> str:
    """The root over what is said of each box, by its id: figures of turnout, commitments of counts.

    Anyone who has the returns, and the salts once they are shown, can compute it again.
    """
    leaves = [
        canonical({"box": str(box_id), "version": 1, **said[box_id]})
        for box_id in sorted(said, key=str)
    ]
    return root_of(0, len(leaves), grow(0, leaves, {})).hex()


def fault(
    line: int, refused: DomainError, *, column: str | None = None, quote: Quote | None = None
) -> Fault:
    """A refusal of one line, as one of the faults of its file; with what is written there."""
    facts = {key: fact for key, fact in refused.facts.items() if isinstance(fact, (str, int))}
    field = facts.get("field")
    return {
        **facts,
        "line": line,
        "column": column or (field if isinstance(field, str) else None),
        "reason": refused.code,
        **(quote._asdict() if quote else {}),
    }


def _at_the_boxes(
    uow: UnitOfWork, poll_id: UUID, rows: Iterable[_OfBox], by: Officer
) -> tuple[Poll, dict[UUID, BoxView]]:
    by.insist(Role.CANVASSER)
    poll = polls.get_to_enter(uow.session, poll_id, by)
    wanted = [row.box_id for row in rows]
    if not wanted:
        raise ReturnsFileEmpty
    lock_boxes(uow.session, wanted)
    return poll, {box.id: box for box in boxes_of(uow.session, poll_id)}


def _entered(
    session: Session, table: type[TurnoutReturn | CountReturn], boxes: Iterable[UUID]
) -> set[UUID]:
    return set(session.scalars(select(table.box_id).where(table.box_id.in_(list(boxes)))))


def _check_all(
    rows: Sequence[R],
    check: Callable[[R], C],
    *,
    boxes: Mapping[UUID, BoxView],
    entered: set[UUID],
) -> dict[UUID, C]:
    checked: dict[UUID, C] = {}
    faults: list[Fault] = []
    for row in rows:
        try:
            if row.box_id not in boxes:
                raise BoxNotFound(box=str(row.box_id))
            station = boxes[row.box_id].label
            if row.box_id in checked:
                raise BoxRepeated(station=station)
            if row.box_id in entered:
                raise ReturnAlreadyEntered(station=station)
            checked[row.box_id] = check(row)
        except DomainError as refused:
            faults.append(fault(row.line, refused, quote=_quote(row, refused.field, boxes)))
    if faults:
        raise ReturnsRefused.because(Faults.of(faults))
    return checked


def _quote(row: _OfBox, field: str | None, boxes: Mapping[UUID, BoxView]) -> Quote:
    """The figure that is at fault, and the station's own name."""
    votes = getattr(row, "votes", {})
    said = getattr(row, field or "", votes.get((field or "").removeprefix("votes-")))
    box = boxes.get(row.box_id)
    return Quote.of("" if said is None else str(said), box.name_ko if box else "")


def _keep_all(
    session: Session,
    table: type[TurnoutReturn | CountReturn],
    values: Sequence[Mapping[str, Any]],
    *,
    by: Officer,
) -> None:
    rows = [{"id": uuid4(), "version": 1, "keyed_by": by.id, **value} for value in values]
    session.execute(insert(table), rows)


def _record(
    uow: UnitOfWork,
    poll: Poll,
    act: str,
    leaves: Mapping[UUID, Mapping[str, Any]],
    *,
    by: Officer,
    **facts: Any,
) -> Batch:
    root = merkle_root(leaves)
    told = {"poll": str(poll.id), "returns": len(leaves), "root": root, **facts}
    entry = uow.record(act, by=by, measure=poll.measure_id, facts=told)
    return Batch(returns=len(leaves), root=root, record_entry_id=entry)


def _turnout_by_district(
    figures: Mapping[UUID, Mapping[str, int]], boxes: Mapping[UUID, BoxView]
) -> dict[str, dict[str, int]]:
    districts: dict[str, Counter[str]] = {}
    for box_id, numbers in figures.items():
        districts.setdefault(boxes[box_id].district, Counter()).update({"boxes": 1, **numbers})
    return {code: dict(total) for code, total in districts.items()}
