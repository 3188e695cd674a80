"""All that waits for a second officer, wherever it is kept: proposals, files of people, accounts.

A register's file and an account wait in rows of their own (decision 0032); whoever looks for what
they have to confirm finds them here beside the proposals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.identity import consenting, staff
from referendum.identity.tables import Staff
from referendum.identity.timing import machine_now
from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.proposals import Proposal
from referendum.lifecycle import confirming, proposable, seconding
from referendum.lifecycle.certifying import CERTIFY
from referendum.lifecycle.confirming import NEAR
from referendum.lifecycle.entrusting import OFFICERS
from referendum.lifecycle.office import city_pages
from referendum.roll import intakes
from referendum.roll.intake_tables import RegisterIntake
from referendum.roll.intakes import Stage

DEADLINES: Final = (proposable.OVERRIDING, proposable.RESTORING)
"""Sorts of proposals that are about a deadline, by its name."""


class Sort(StrEnum):
    """What waits and is no proposal."""

    IMPORT = "import"
    """A file that changes much of the register, for another registrar."""
    ACCOUNT = "account"
    """Roles that weigh, for another administrator."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Something that waits for a second officer and is confirmed where it stands."""

    sort: Sort
    id: UUID
    """The file's, or the account's."""
    named: str | date
    """The day of the register, or whose account it is."""
    by: str
    """The mark of whoever asked."""
    at: datetime
    ends: datetime | None
    """When it comes to nothing. None: it waits until somebody has answered."""
    may: bool
    """Whether this officer could be the second one."""
    mine: bool


def called(row: Proposal) -> tuple[str, str | None]:
    """By which keys a proposal is put in words: its own, and that of what it is about."""
    if row.kind in seconding.MATTERS:
        return f"proposal.kind.{row.kind.replace('.', '-')}", None
    act = proposable.act_of(row.kind)
    if act is not None:
        return f"measure.act.{act.value}", None
    sort, _, of = row.kind.partition(".")
    about = None
    if row.kind.startswith(OFFICERS):
        about = f"measure.act.{row.what['act']}"
    elif row.kind.startswith(CERTIFY):
        about = f"measure.outcome.{row.what['outcome']}"
    elif row.kind.startswith(city_pages.PUBLISH):
        about = f"help.page.{of}"
    elif row.kind.startswith(DEADLINES):
        about = f"measure.deadline.{of}"
    return f"proposal.kind.{sort}", about


def elsewhere(session: Session, by: Officer) -> list[Elsewhere]:
    """What waits beside the proposals and the officer may read: files, accounts."""
    return [*_imports(session, by), *_accounts(session, by)]


def waiting_for(session: Session, by: Officer, now: datetime) -> int:
    """How much of all this somebody else asked for and waits."""
    others = sum(1 for one in elsewhere(session, by) if one.may)
    return confirming.waiting_for(session, by, now) + others


def pressing(session: Session, place: UUID, now: datetime) -> int:
    """How much of it should not wait any longer: a day before its end, or for more than a day."""
    return (
        len(confirming.pressing(session, place, now))
        + sum(1 for row in _files(session, place) if _end_of(row) - machine_now(session) <= NEAR)
        + sum(1 for at in _asked(session, place) if machine_now(session) - at >= NEAR)
    )


def pressing_for(session: Session, by: Officer, now: datetime) -> int:
    """The same, of what is this officer's own office's: nobody else could do anything about it."""
    proposed = sum(
        row.proposer_authority == by.authority.value
        for row in confirming.pressing(session, by.jurisdiction, now)
    )
    clock = machine_now(session)
    files = _files(session, by.jurisdiction) if Role.REGISTRAR in by.roles else []
    asked = _asked(session, by.jurisdiction, by.authority)
    return (
        proposed
        + sum(1 for row in files if _end_of(row) - clock <= NEAR)
        + sum(1 for at in asked if clock - at >= NEAR)
    )


def _imports(session: Session, by: Officer) -> Iterator[Elsewhere]:
    if Role.REGISTRAR not in by.roles:
        return
    for row in _files(session, by.jurisdiction):
        assert row.confirmed_by is not None, "confirmed once, and so it waits"
        mine = row.confirmed_by == by.mark
        yield Elsewhere(
            sort=Sort.IMPORT,
            id=row.id,
            named=row.as_of,
            by=row.confirmed_by,
            at=row.touched_at,
            ends=_end_of(row),
            may=not mine,
            mine=mine,
        )


def _accounts(session: Session, by: Officer) -> Iterator[Elsewhere]:
    if Role.ADMINISTRATOR not in by.roles:
        return
    for account in staff.colleagues(session, by):
        if account.consent_asked_at is None or account.disabled_at is not None:
            continue
        yield Elsewhere(
            sort=Sort.ACCOUNT,
            id=account.id,
            named=account.display_name,
            by=f"officer:{account.consent_asked_by}",
            at=account.consent_asked_at,
            ends=None,
            may=consenting.is_for(account, by),
            mine=account.consent_asked_by == by.id,
        )


def _files(session: Session, place: UUID) -> list[RegisterIntake]:
    found = intakes.open_ones(session, place)
    return [row for row in found if row.stage == Stage.SECONDING]


def _end_of(row: RegisterIntake) -> datetime:
    return row.touched_at + intakes.SECOND_WITHIN


def _asked(session: Session, place: UUID, authority: Authority | None = None) -> list[datetime]:
    """Since when accounts of a place, or of one authority of it, wait for consent."""
    waiting = select(Staff.consent_asked_at).where(
        Staff.jurisdiction_id == place,
        Staff.disabled_at.is_(None),
        Staff.consent_asked_at.is_not(None),
    )
    if authority is not None:
        waiting = waiting.where(Staff.authority == authority.value)
    return [at for at in session.scalars(waiting) if at is not None]
