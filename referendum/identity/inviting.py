"""Set-up links, and how each comes to its holder and to nobody else.

Neither a table nor a task holds a link: its token derives from its id and a key outside the
database, when the mail goes out or the sheet is printed. Whoever invites is shown none where mail
is set up.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from referendum.identity import sessions
from referendum.identity.errors import MailboxNotUsable
from referendum.identity.tables import SetupLink, Staff
from referendum.identity.timing import machine_now
from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork

LINK_LIFE: Final = timedelta(hours=48)
TASK: Final = "staff.invite"
TRIES: Final = 8
"""How often it is tried to send one; the outbox spaces them."""
MAILBOX: Final = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
"""Printable ASCII around one @ (RFC 5321 §4.5.3.1.1); more is found out by mail that comes."""
LONGEST: Final = 254


class Way(StrEnum):
    """How a link comes to its holder."""

    MAIL = "mail"
    SHEET = "sheet"
    """Printed and handed over under seal; its holder says that it came closed."""
    SHOWN = "shown"
    """On the terminal of whoever has the machine itself, or to invented officers."""


@dataclass(frozen=True, slots=True)
class Link:
    """A set-up link that somebody must hand over. What goes by mail is none."""

    staff_id: UUID
    token: str = field(repr=False)
    expires_at: datetime


def mailbox(given: str | None) -> str:
    """The address to which a link can go; MailboxNotUsable without one."""
    address = (given or "").strip()
    if len(address) > LONGEST or not MAILBOX.fullmatch(address):
        raise MailboxNotUsable
    return address


def keep_mailbox(session: Session, vault: Vault, account: Staff, address: str) -> None:
    """Seal the account's mailbox in place of the one that it had."""
    key = vault.open_key(session, account.key_id)
    account.email_sealed = key.seal(address.encode(), place=_place(account.id))


def mailbox_of(session: Session, vault: Vault, account: Staff) -> str | None:
    """The account's mailbox, opened."""
    if account.email_sealed is None:
        return None
    key = vault.open_key(session, account.key_id)
    return key.unseal(account.email_sealed, place=_place(account.id)).decode()


def make(uow: UnitOfWork, vault: Vault, account: Staff, way: Way) -> Link:
    """A new link for an account, in place of every one that was not used; mailed where it is."""
    session, link_id = uow.session, uuid4()
    end_unused(session, account.id)
    token, expires_at = token_of(vault, link_id), machine_now(session) + LINK_LIFE
    link = SetupLink(
        token_hash=sessions.mark(token),
        id=link_id,
        staff_id=account.id,
        expires_at=expires_at,
        way=way.value,
    )
    session.add(link)
    session.flush()
    if way is Way.MAIL:
        uow.later(TASK, link_id=str(link_id))
    return Link(account.id, token, expires_at)


def end_unused(session: Session, staff_id: UUID) -> None:
    """From now on none that was sent or handed out lets anybody in."""
    now = machine_now(session)
    unused = (SetupLink.staff_id == staff_id, SetupLink.used_at.is_(None))
    ended = update(SetupLink).where(*unused, SetupLink.expires_at > now).values(expires_at=now)
    session.execute(ended.execution_options(synchronize_session=False))


def token_of(vault: Vault, link_id: UUID) -> str:
    """What stands in the link."""
    derived = vault.mac("set-up").of(str(link_id))
    return base64.urlsafe_b64encode(derived).decode().rstrip("=")


def usable(session: Session, link_id: UUID) -> bool:
    """Whether a link may still be opened."""
    link = session.scalar(select(SetupLink).where(SetupLink.id == link_id))
    return link is not None and _is_open(link, machine_now(session))


def latest(session: Session, staff_id: UUID) -> SetupLink | None:
    """How the link that was made last fares."""
    made = select(SetupLink).where(SetupLink.staff_id == staff_id)
    return session.scalars(made.order_by(SetupLink.expires_at.desc()).limit(1)).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What the worker hands to a carrier of mail. Never logged, never stored."""

    link_id: UUID
    to: str = field(repr=False)
    token: str = field(repr=False)
    expires_at: datetime


class Handover(Protocol):
    """How it went: nobody took it (`carrier` is None), someone did, or may have (`unsure`)."""

    @property
    def carrier(self) -> str | None: ...
    @property
    def unsure(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Inviting:
    """The errand of links that go by mail (`kernel.errands`)."""

    vault: Vault
    deliver: Callable[[Invitation], Handover]

    def claim(
        self, uow: UnitOfWork, messages: Sequence[OutboxMessage]
    ) -> Mapping[UUID, Invitation]:
        """The links that wait, with their mailboxes opened. Each claim counts as one try."""
        now, asked = machine_now(uow.session), {}
        for message in messages:
            link = _held(uow.session, UUID(message.arguments["link_id"]))
            if link is None or not _is_open(link, now) or link.sent_at or link.failed_at:
                continue
            account = uow.session.get_one(Staff, link.staff_id)
            to = mailbox_of(uow.session, self.vault, account)
            if to is None or account.disabled_at is not None:
                continue
            link.tries += 1
            token = token_of(self.vault, link.id)
            asked[message.id] = Invitation(
                link_id=link.id, to=to, token=token, expires_at=link.expires_at
            )
        return asked

    def call(self, asked: Sequence[Invitation]) -> list[Handover]:
        return [self.deliver(one) for one in asked]

    def settle(
        self, uow: UnitOfWork, answered: Mapping[UUID, tuple[Invitation, Handover]]
    ) -> list[UUID]:
        """Note what went out; what nobody took comes again until it is given up."""
        done, now = [], machine_now(uow.session)
        for message, (asked, handover) in answered.items():
            link = _held(uow.session, asked.link_id)
            if link is not None and handover.carrier is not None and not handover.unsure:
                link.sent_at = now
            elif link is not None and link.tries < TRIES:
                continue
            elif link is not None:
                link.failed_at = now
            done.append(message)
        return done


def _held(session: Session, link_id: UUID) -> SetupLink | None:
    row = select(SetupLink).where(SetupLink.id == link_id).with_for_update()
    return session.scalars(row.execution_options(populate_existing=True)).one_or_none()


def _is_open(link: SetupLink, now: datetime) -> bool:
    return link.used_at is None and now < link.expires_at


def _place(staff_id: UUID) -> str:
    return f"staff.email:{staff_id}"
