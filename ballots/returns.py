"""Entering the returns of a box, first its turnout and later its count, and correcting them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypedDict, Unpack
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ballots import checking, polls, withholding
from ballots.canvassing import insist_on_counting
from ballots.errors import ReturnAlreadyEntered, ReturnNotEntered
from ballots.stations import BoxView, boxes_of, get_box, lock_boxes
from ballots.tables import Box, CountReturn, Poll, TurnoutReturn
from ballots.versions import ReturnKind, Versions, of_box
from referendum.kernel.db import violates
from referendum.kernel.people import Officer, Role
from referendum.kernel.uow import UnitOfWork


def enter_turnout(
    uow: UnitOfWork,
    box_id: UUID,
    *,
    issued: int | None,
    cast: int | None,
    by: Officer,
    reason: str | None = None,
) -> TurnoutReturn:
    """Keep a closed poll's first turnout return of a box. None is refused: empty is not zero."""
    at = _at_the_box(uow, box_id, by)
    checked = checking.turnout(at.bounds, issued=issued, cast=cast, reason=reason)
    _insist_on_first(uow.session, TurnoutReturn, at.box)
    return _keep_turnout(uow, at, checked, version=1)


def correct_turnout(
    uow: UnitOfWork,
    box_id: UUID,
    *,
    issued: int | None,
    cast: int | None,
    reason: str | None,
    by: Officer,
) -> TurnoutReturn:
    """Add a version with its reason; the former one stays readable.

    Taken also where it brings the poll below its gate after boxes were opened: the turnout is
    what it is, and the canvass then withholds the counts.
    """
    at = _at_the_box(uow, box_id, by)
    given = checking.correction(reason, station=at.box.label)
    checked = checking.turnout(at.bounds, issued=issued, cast=cast, reason=given)
    version = _next_version(uow.session, TurnoutReturn, at.box)
    return _keep_turnout(uow, at, checked, version=version)


def enter_count(
    uow: UnitOfWork,
    box_id: UUID,
    *,
    papers: int | None,
    votes: Mapping[str, int | None],
    invalid: int | None,
    by: Officer,
    reason: str | None = None,
) -> CountReturn:
    """Keep the first count return of a box, once all turnout is known and the gate is met."""
    at = _at_the_box(uow, box_id, by)
    checked = _count(uow.session, at, reason, papers=papers, votes=votes, invalid=invalid)
    _insist_on_first(uow.session, CountReturn, at.box)
    return _keep_count(uow, at, checked, version=1)


def correct_count(
    uow: UnitOfWork,
    box_id: UUID,
    *,
    papers: int | None,
    votes: Mapping[str, int | None],
    invalid: int | None,
    reason: str | None,
    by: Officer,
) -> CountReturn:
    """Add a version with its reason, under the same conditions as the first."""
    at = _at_the_box(uow, box_id, by)
    given = checking.correction(reason, station=at.box.label)
    checked = _count(uow.session, at, given, papers=papers, votes=votes, invalid=invalid)
    version = _next_version(uow.session, CountReturn, at.box)
    return _keep_count(uow, at, checked, version=version)


KEPT_BY: Final[Mapping[tuple[ReturnKind, bool], Callable[..., TurnoutReturn | CountReturn]]] = {
    (ReturnKind.TURNOUT, False): enter_turnout,
    (ReturnKind.TURNOUT, True): correct_turnout,
    (ReturnKind.COUNT, False): enter_count,
    (ReturnKind.COUNT, True): correct_count,
}
"""By the return, and by whether there is one already."""


def keep(
    uow: UnitOfWork,
    box_id: UUID,
    kind: ReturnKind,
    *,
    reason: str | None,
    by: Officer,
    **keyed: Any,
) -> TurnoutReturn | CountReturn:
    """The first return of this kind, or where the box has one another version of it."""
    again = bool(of_box(uow.session, box_id).of(kind))
    return KEPT_BY[kind, again](uow, box_id, reason=reason or None, by=by, **keyed)


def versions(session: Session, box_id: UUID) -> Versions:
    """Every return of a box there ever was, for those who may see its figures."""
    polls.get_closed(session, get_box(session, box_id).poll_id)
    return of_box(session, box_id)


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who enters figures of which box."""

    poll: Poll
    box: BoxView
    by: Officer

    @property
    def bounds(self) -> checking.Bounds:
        return self.box.bounds(self.poll)


def keyed_by(session: Session, poll_id: UUID, officer: UUID) -> bool:
    """Whether an officer keyed any return of a poll, in whichever version."""
    boxes = select(Box.id).where(Box.poll_id == poll_id)
    kinds = (TurnoutReturn, CountReturn)
    keyed = [exists().where(kind.box_id.in_(boxes), kind.keyed_by == officer) for kind in kinds]
    return bool(session.scalar(select(or_(*keyed))))


def _at_the_box(uow: UnitOfWork, box_id: UUID, by: Officer) -> _Desk:
    """The poll held shared and the box held alone, in that order, by a canvasser of the place."""
    by.insist(Role.CANVASSER)
    poll = polls.get_to_enter(uow.session, get_box(uow.session, box_id).poll_id, by)
    lock_boxes(uow.session, [box_id])
    (box,) = boxes_of(uow.session, poll.id, box_id=box_id)
    return _Desk(poll, box, by)


def _last_version(session: Session, table: type[TurnoutReturn | CountReturn], box_id: UUID) -> int:
    return session.scalar(select(func.max(table.version)).where(table.box_id == box_id)) or 0


def _insist_on_first(
    session: Session, table: type[TurnoutReturn | CountReturn], box: BoxView
) -> None:
    if _last_version(session, table, box.id):
        raise ReturnAlreadyEntered(station=box.label)


def _next_version(session: Session, table: type[TurnoutReturn | CountReturn], box: BoxView) -> int:
    last = _last_version(session, table, box.id)
    if last == 0:
        raise ReturnNotEntered(station=box.label)
    return last + 1


class _Counted(TypedDict):
    """The figures of a count as they are keyed in."""

    papers: int | None
    votes: Mapping[str, int | None]
    invalid: int | None


def _count(
    session: Session, at: _Desk, reason: str | None, **keyed: Unpack[_Counted]
) -> checking.Count:
    """The figures, checked against the latest turnout; there is one once counting may start."""
    insist_on_counting(session, at.poll)
    cast = of_box(session, at.box.id).turnouts[-1].cast
    return checking.count(at.bounds, reason=reason, options=at.poll.options, cast=cast, **keyed)


def _keep_turnout(
    uow: UnitOfWork, at: _Desk, checked: checking.Turnout, *, version: int
) -> TurnoutReturn:
    kept = TurnoutReturn(
        box_id=at.box.id,
        version=version,
        issued=checked.issued,
        cast=checked.cast,
        reason=checked.reason,
        keyed_by=at.by.id,
    )
    _insert(uow.session, kept, at.box, upheld="one_turnout_a_version")
    act = "return.turnout_entered" if version == 1 else "return.turnout_corrected"
    _record(uow, at, act, kept, {"issued": checked.issued, "cast": checked.cast})
    return kept


def _keep_count(
    uow: UnitOfWork, at: _Desk, checked: checking.Count, *, version: int
) -> CountReturn:
    figures = {
        "papers": checked.papers,
        "votes": dict(checked.votes),
        "invalid": checked.invalid,
    }
    salt = withholding.new_salt()
    kept = CountReturn(
        box_id=at.box.id,
        version=version,
        salt=salt,
        reason=checked.reason,
        keyed_by=at.by.id,
        **figures,
    )
    _insert(uow.session, kept, at.box, upheld="one_count_a_version")
    act = "return.count_entered" if version == 1 else "return.count_corrected"
    bound = withholding.commitment(salt, at.box.id, version, figures)
    _record(uow, at, act, kept, {"commitment": bound})
    withholding.open_when_whole(uow, at.poll, by=at.by)
    return kept


def _insert(
    session: Session, kept: TurnoutReturn | CountReturn, box: BoxView, *, upheld: str
) -> None:
    """The lock makes writers wait for each other; the constraint holds against any other way."""
    try:
        with session.begin_nested():
            session.add(kept)
    except IntegrityError as taken:
        if not violates(taken, upheld):
            raise
        raise ReturnAlreadyEntered(station=box.label) from taken


def _record(
    uow: UnitOfWork,
    at: _Desk,
    act: str,
    kept: TurnoutReturn | CountReturn,
    figures: Mapping[str, Any],
) -> None:
    """Of a turnout the figures, of a count what binds them until all are in.

    Of a reason only that there is one, as people may be named in it.
    """
    facts = {
        "box": str(at.box.id),
        "poll": str(at.poll.id),
        "version": kept.version,
        "reasoned": kept.reason is not None,
        **figures,
    }
    uow.record(act, by=at.by, measure=at.poll.measure_id, facts=facts)
