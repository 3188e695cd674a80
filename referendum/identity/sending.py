"""Sending a code: derived when it goes out, with no transaction open while it is on the wire."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from referendum.identity import codes
from referendum.identity.errors import CodeUnknown
from referendum.identity.keeping import number_of
from referendum.identity.limits import DEFAULT
from referendum.identity.tables import Challenge, CodeSend
from referendum.identity.timing import machine_now
from referendum.kernel import outbox
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin, UnitOfWork

LEASE: Final = timedelta(seconds=60)
"""How long one worker may take; longer than all carriers' time-outs together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMessage:
    """What the worker hands to a carrier. Never logged, never stored."""

    challenge_id: UUID
    phone: str = field(repr=False)
    code: str = field(repr=False)
    minutes: int
    language: str
    key: str
    """The carrier sends once per key, however often it is asked."""
    only: str | None
    """The carrier that may have taken it already: no other may be asked."""


class Handover(Protocol):
    """How it went: nobody took it (`carrier` is None), someone did, or may have (`unsure`)."""

    @property
    def carrier(self) -> str | None: ...
    @property
    def reference(self) -> str | None: ...
    @property
    def unsure(self) -> bool: ...


Deliver = Callable[[CodeMessage], Handover]


class Delivery(StrEnum):
    """What the page says about the latest message of a challenge."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


def send_code(
    begin: Begin, vault: Vault, deliver: Deliver, *, challenge_id: UUID, message_id: UUID
) -> None:
    """The body of the sending task: claim, hand over, settle. It may run any number of times.

    If it is unknown whether a carrier took the code, the outbox message stays undone and the
    same carrier is asked again with the same key (OTP-13). If none took it, that is told to the
    resident and not tried again: a code that comes late helps nobody (OPS-12).
    """
    with begin() as uow:
        claimed = _claim(uow, vault, challenge_id, message_id)
    if claimed is None:
        return
    send_id, message = claimed
    handover = deliver(message)
    with begin() as uow:
        _settle(uow.session, send_id, message_id, handover)


def delivery(session: Session, challenge_id: UUID, *, aim: codes.Aim) -> Delivery:
    """Whether the latest message went out, for the browser that asked for it."""
    challenge = session.get(Challenge, challenge_id)
    if challenge is None or challenge.browser != aim.browser:
        raise CodeUnknown
    latest = (
        select(CodeSend)
        .where(CodeSend.challenge_id == challenge_id)
        .order_by(CodeSend.number.desc())
        .limit(1)
    )
    send = session.scalars(latest).one()
    if send.sent_at is not None:
        return Delivery.SENT
    return Delivery.WAITING if send.failed_at is None else Delivery.FAILED


def _claim(
    uow: UnitOfWork, vault: Vault, challenge_id: UUID, message_id: UUID
) -> tuple[UUID, CodeMessage] | None:
    """Take the challenge's oldest open send, or None where there is nothing to do (now)."""
    session = uow.session
    if not outbox.take(session, message_id):
        return None
    now = machine_now(session)
    challenge = session.get(Challenge, challenge_id)
    send = _open_send(session, challenge_id)
    if challenge is None or send is None:
        outbox.done(session, message_id)
        return None
    if send.claimed_until is not None and now < send.claimed_until:
        return None
    if codes.why_dead(challenge, now, DEFAULT) is not None:
        send.failed_at = now
        outbox.done(session, message_id)
        return None
    send.claimed_until = now + LEASE
    return send.id, _message(session, vault, challenge, send, now)


def _open_send(session: Session, challenge_id: UUID) -> CodeSend | None:
    """The first send that is neither settled nor in another worker's hands; else any open one."""
    now = machine_now(session)
    free = or_(CodeSend.claimed_until.is_(None), CodeSend.claimed_until <= now)
    pending = (
        select(CodeSend)
        .where(
            CodeSend.challenge_id == challenge_id,
            CodeSend.sent_at.is_(None),
            CodeSend.failed_at.is_(None),
        )
        .order_by(free.desc(), CodeSend.number)
        .limit(1)
        .with_for_update()
    )
    return session.scalars(pending).first()


def _message(
    session: Session, vault: Vault, challenge: Challenge, send: CodeSend, now: datetime
) -> CodeMessage:
    left = challenge.expires_at - now
    return CodeMessage(
        challenge_id=challenge.id,
        phone=number_of(session, vault, challenge),
        code=codes.derive(vault, challenge.id),
        minutes=max(1, ceil(left.total_seconds() / 60)),
        language=challenge.language,
        key=f"{challenge.id}:{send.number}",
        only=send.carrier,
    )


def _settle(session: Session, send_id: UUID, message_id: UUID, handover: Handover) -> None:
    if not outbox.take(session, message_id):
        return
    send = session.get_one(CodeSend, send_id, with_for_update=True)
    send.claimed_until, send.carrier = None, handover.carrier
    if handover.unsure:
        return
    if handover.carrier is None:
        send.failed_at = machine_now(session)
    else:
        send.reference = handover.reference
        send.sent_at = machine_now(session)
    outbox.done(session, message_id)
