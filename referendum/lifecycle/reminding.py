"""Who is to be reminded by mail of what: once a day of what waits, at once of what presses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.identity import mailing, staff
from referendum.identity.tables import Staff
from referendum.kernel import proposals
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.kernel.proposals import Proposal
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import assigning, confirmable, confirming, telling, waiting
from referendum.lifecycle.assigning import Held, Whose
from referendum.lifecycle.dates.moves import Told
from referendum.notices import reminders
from referendum.notices.reminders import DAILY
from referendum.roll import places
from referendum.roll.tables import Jurisdiction

PRESSING: Final = "proposal."
"""Before the id of a proposal: what a reminder is about that does not wait for the digest."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What waits for one officer. No number of a measure is in it but its own."""

    overdue: Sequence[Held]
    due: Sequence[Held]
    """Within the days that are looked ahead."""
    owed: Sequence[Held]
    """What can be done, has no day by which, and is owed since one."""
    seconds: int
    """What colleagues asked for and this officer could confirm: proposals, files, accounts."""
    moved: Sequence[Told]

    @property
    def empty(self) -> bool:
        return not (self.overdue or self.due or self.owed or self.seconds or self.moved)


def ask(uow: UnitOfWork, *, hour: int) -> int:
    """Ask for the reminders that are due now, each once; gives how many.

    From the hour on until midnight where the place is: whoever was down at the hour is late and
    not silent.
    """
    asked = 0
    for place in uow.session.scalars(select(Jurisdiction).order_by(Jurisdiction.id)).all():
        accounts = mailing.reached(uow.session, place.id)
        if not accounts:
            continue
        now, zone = uow.now(), places.zone_of(uow.session, place.id)
        today = now.astimezone(zone).date()
        if now.astimezone(zone).hour >= hour:
            asked += _daily(uow, accounts, today)
        asked += _pressing(uow, place, accounts, today, now)
    return asked


def _daily(uow: UnitOfWork, accounts: Sequence[Staff], today: date) -> int:
    known = {who for who, _ in reminders.asked(uow.session, DAILY, [today])}
    fresh = [one for one in accounts if one.id not in known]
    wanting = [one for one in fresh if mailing.of(uow.session, one.id).daily]
    return sum(reminders.ask(uow, one.id, DAILY, today) for one in wanting)


def _pressing(
    uow: UnitOfWork, place: Jurisdiction, accounts: Sequence[Staff], today: date, now: datetime
) -> int:
    """Each day anew, to whoever could confirm it and to whoever proposed it."""
    return sum(
        reminders.ask(uow, account.id, f"{PRESSING}{row.id}", today)
        for row in confirming.pressing(uow.session, place.id, now)
        for account in accounts
        if account.id == row.proposed_by or may_second(uow.session, row, account.id)
    )


def pressing_of(session: Session, about: str, now: datetime) -> Proposal | None:
    """The proposal that a reminder is about, as long as it presses."""
    row = session.get(Proposal, UUID(about.removeprefix(PRESSING)))
    if row is None:
        return None
    return next(
        (one for one in confirming.pressing(session, row.jurisdiction_id, now) if one.id == row.id),
        None,
    )


def digest(session: Session, officer: Officer, now: datetime, *, days: int) -> Digest:
    """What waits for this officer: what a colleague has taken on is not among it."""
    under_way = waiting.measures(session, officer)
    found = waiting.tasks(session, officer, under_way, now)
    mine = [
        one for one in assigning.held(session, officer, found) if one.whose is not Whose.COLLEAGUES
    ]
    late = [one for one in mine if one.task.overdue]
    return Digest(
        overdue=late,
        due=[
            one
            for one in mine
            if not one.task.overdue and one.task.days is not None and one.task.days <= days
        ],
        owed=[one for one in mine if one.task.since is not None and one.task.since <= now],
        seconds=sum(1 for _ in _to_second(session, officer, now))
        + sum(one.may for one in confirmable.elsewhere(session, officer)),
        moved=telling.unread(session, officer, now),
    )


def _to_second(session: Session, officer: Officer, now: datetime) -> Iterator[Proposal]:
    for row in proposals.waiting(session, officer.jurisdiction, now):
        if row.proposed_by != officer.id and _may(session, row, officer):
            yield row


def may_second(session: Session, row: Proposal, staff_id: UUID) -> bool:
    """Whether this account could be the second officer of a proposal."""
    if row.proposed_by == staff_id:
        return False
    return _may(session, row, staff.officer_now(session, staff_id))


def _may(session: Session, row: Proposal, officer: Officer) -> bool:
    try:
        measure = confirming.measure_of(session, row)
        return confirming.refusal(session, measure, row, officer) is None
    except DomainError:
        # The measure stands elsewhere by now: whoever proposed it is told so on its page.
        return False
