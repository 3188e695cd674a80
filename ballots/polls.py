"""Setting, opening, closing and cancelling the polls of a polling day."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ballots.checking import whole
from ballots.days import get_day, insist_on_place
from ballots.errors import (
    OptionsInvalid,
    PollAlreadySet,
    PollCancelled,
    PollHasClosed,
    PollHasOpened,
    PollingHoursWrong,
    PollNotClosed,
    PollNotDue,
    PollNotFound,
    PollNotOpened,
    PollWithoutBoxes,
)
from ballots.gates import Gate
from ballots.tables import Box, Poll, PollingDay
from referendum.kernel.db import violates
from referendum.kernel.people import Actor, Officer
from referendum.kernel.uow import UnitOfWork

OPTION_LENGTH: Final = 60
COLUMNS: Final = frozenset(
    {"district", "station", "kind", "issued", "cast", "papers", "invalid", "reason"}
)
"""The columns of a file of returns; an option has a column of its own beside them."""


def set_poll(
    uow: UnitOfWork,
    *,
    measure_id: UUID,
    polling_day_id: UUID,
    options: Sequence[str],
    electors: int,
    by: Actor,
    gate: Mapping[str, Any] | None = None,
) -> Poll:
    """Give a measure its poll. After a poll that ended, this is the re-vote: the next sequence."""
    polling_day = get_day(uow.session, polling_day_id)
    insist_on_place(by, polling_day.jurisdiction_id)
    _check_options(options)
    if gate is not None:
        Gate.read(gate)
    poll = Poll(
        measure_id=measure_id,
        sequence=_next_sequence(uow.session, measure_id),
        polling_day_id=polling_day_id,
        options=list(options),
        gate=None if gate is None else dict(gate),
        electors=whole(electors, field="electors", station="poll", least=1),
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(poll)
    except IntegrityError as taken:
        if not violates(taken, "one_poll_a_sequence"):
            raise
        raise PollAlreadySet(measure=str(measure_id)) from taken
    facts = {
        "poll": str(poll.id),
        "sequence": poll.sequence,
        "day": str(polling_day.day),
        "options": poll.options,
        "electors": poll.electors,
        "gate": poll.gate,
    }
    uow.record("poll.set", by=by, measure=measure_id, facts=facts)
    return poll


def open_poll(uow: UnitOfWork, poll_id: UUID, *, by: Actor, at: datetime | None = None) -> Poll:
    """Open at the hour of the polling day (or `at`); opening an open poll changes nothing."""
    poll, day = _get_to_change(uow.session, poll_id, by)
    if poll.cancelled_at is not None:
        raise PollCancelled(poll=str(poll_id))
    if poll.opened_at is not None:
        return poll
    boxes = _boxes(uow.session, poll_id)
    if boxes == 0:
        raise PollWithoutBoxes(poll=str(poll_id))
    poll.opened_at = _due(uow, at or day.opens_at)
    facts: dict[str, str | int] = {"poll": str(poll_id), "boxes": boxes}
    uow.record("poll.opened", by=by, measure=poll.measure_id, facts=facts, at=poll.opened_at)
    return poll


def close_poll(uow: UnitOfWork, poll_id: UUID, *, by: Actor, at: datetime | None = None) -> Poll:
    """Close at the hour of the polling day (or `at`); closing a closed poll changes nothing."""
    poll, day = _get_to_change(uow.session, poll_id, by)
    if poll.closed_at is not None:
        return poll
    if poll.cancelled_at is not None:
        raise PollCancelled(poll=str(poll_id))
    if poll.opened_at is None:
        raise PollNotOpened(poll=str(poll_id))
    closes_at = at or day.closes_at
    if closes_at < poll.opened_at:
        raise PollingHoursWrong(opens=poll.opened_at.isoformat(), closes=closes_at.isoformat())
    poll.closed_at = _due(uow, closes_at)
    facts = {"poll": str(poll_id)}
    uow.record("poll.closed", by=by, measure=poll.measure_id, facts=facts, at=poll.closed_at)
    return poll


def cancel_poll(uow: UnitOfWork, poll_id: UUID, *, by: Actor, at: datetime | None = None) -> Poll:
    """End a poll that will not be held to its end. One that has closed was held, and stays.

    Cancelling a cancelled poll changes nothing. Why it ended is said where the measure's step is.
    """
    poll, _ = _get_to_change(uow.session, poll_id, by)
    if poll.closed_at is not None:
        raise PollHasClosed(poll=str(poll_id))
    if poll.cancelled_at is not None:
        return poll
    poll.cancelled_at = _due(uow, at or uow.now())
    facts = {"poll": str(poll_id)}
    uow.record("poll.cancelled", by=by, measure=poll.measure_id, facts=facts, at=poll.cancelled_at)
    return poll


def get(session: Session, poll_id: UUID) -> Poll:
    poll = session.get(Poll, poll_id)
    if poll is None:
        raise PollNotFound(poll=str(poll_id))
    return poll


def get_closed(session: Session, poll_id: UUID) -> Poll:
    """A poll of which figures may be read, or the refusal that says why not."""
    return _closed(get(session, poll_id))


def get_to_enter(session: Session, poll_id: UUID, by: Officer) -> Poll:
    """A closed poll, held shared: many enter returns, nobody changes the poll meanwhile."""
    poll = _locked(session, poll_id, shared=True)
    insist_on_place(by, get_day(session, poll.polling_day_id).jurisdiction_id)
    return _closed(poll)


def get_to_furnish(session: Session, poll_id: UUID) -> Poll:
    """A poll that may still get boxes: alone under the lock, neither opened nor cancelled.

    Its day is held too: the polls of a day share its stations, one is furnished after the other.
    """
    poll = _locked(session, poll_id, shared=False)
    session.get_one(PollingDay, poll.polling_day_id, with_for_update={"key_share": True})
    if poll.cancelled_at is not None:
        raise PollCancelled(poll=str(poll_id))
    if poll.closed_at is not None:
        raise PollHasClosed(poll=str(poll_id))
    if poll.opened_at is not None:
        raise PollHasOpened(poll=str(poll_id))
    return poll


def get_to_arrange(uow: UnitOfWork, poll_id: UUID, by: Actor) -> Poll:
    """A poll whose stations may be changed by hand: held alone, and before its hour has come.

    The hour decides, not the job that notices it: an opening that is late lets nobody in.
    """
    poll = get_to_furnish(uow.session, poll_id)
    day = get_day(uow.session, poll.polling_day_id)
    insist_on_place(by, day.jurisdiction_id)
    if uow.now() >= day.opens_at:
        raise PollHasOpened(poll=str(poll_id))
    return poll


def may_be_arranged(uow: UnitOfWork, poll: Poll) -> bool:
    """Whether its stations may still be changed, as far as can be told without the lock."""
    ended = poll.opened_at or poll.closed_at or poll.cancelled_at
    return ended is None and uow.now() < get_day(uow.session, poll.polling_day_id).opens_at


def of_measure(session: Session, measure_id: UUID) -> list[Poll]:
    """The polls of a measure, the first one first."""
    here = select(Poll).where(Poll.measure_id == measure_id).order_by(Poll.sequence)
    return list(session.scalars(here))


def _closed(poll: Poll) -> Poll:
    if poll.cancelled_at is not None:
        raise PollCancelled(poll=str(poll.id))
    if poll.closed_at is None:
        raise PollNotClosed(poll=str(poll.id))
    return poll


def _locked(session: Session, poll_id: UUID, *, shared: bool) -> Poll:
    poll = session.get(Poll, poll_id, with_for_update={"read": shared}, populate_existing=True)
    if poll is None:
        raise PollNotFound(poll=str(poll_id))
    return poll


def _get_to_change(session: Session, poll_id: UUID, by: Actor) -> tuple[Poll, PollingDay]:
    poll = _locked(session, poll_id, shared=False)
    day = get_day(session, poll.polling_day_id)
    insist_on_place(by, day.jurisdiction_id)
    return poll, day


def _due(uow: UnitOfWork, moment: datetime) -> datetime:
    if uow.now() < moment:
        raise PollNotDue(due=moment.isoformat())
    return moment


def _next_sequence(session: Session, measure_id: UUID) -> int:
    former = of_measure(session, measure_id)
    if any(poll.closed_at is None and poll.cancelled_at is None for poll in former):
        raise PollAlreadySet(measure=str(measure_id))
    return len(former) + 1


def _boxes(session: Session, poll_id: UUID) -> int:
    return session.scalar(select(func.count()).where(Box.poll_id == poll_id)) or 0


def _check_options(options: Sequence[str]) -> None:
    """At least two, each its own short plain word that can head a column."""
    good = all(
        option == unicodedata.normalize("NFC", option).strip()
        and option.isprintable()
        and 0 < len(option) <= OPTION_LENGTH
        and option.casefold() not in COLUMNS
        for option in options
    )
    different = len({option.casefold() for option in options}) == len(options)
    if len(options) < 2 or not good or not different:  # noqa: PLR2004  # a choice is between two
        raise OptionsInvalid(options=", ".join(options) or "-")
