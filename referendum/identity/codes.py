"""Asking for a one-time code: the same steps, rows and message for whoever is described.

The code is never stored. It is HOTP (RFC 4226) over a secret that derives from the challenge's
id and a key outside the database; it exists while it is sent, shown in the demo, or checked.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

import pyotp
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from referendum.identity import phones
from referendum.identity.errors import (
    CodeExhausted,
    CodeExpired,
    CodeSuperseded,
    CodeUnknown,
    CodeUsed,
    DemoOnly,
    PhoneLocked,
)
from referendum.identity.keeping import key_of, number_of, place
from referendum.identity.limits import (
    DEFAULT,
    LONGEST_LIFE,
    Limits,
    address_index,
    insist_within,
    queue_up,
)
from referendum.identity.matching import Described, Unnamed, meant
from referendum.identity.tables import Challenge, CodeSend, PhoneLock
from referendum.identity.timing import machine_now
from referendum.kernel.errors import DomainError
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork

DIGITS: Final = 6
FIRST: Final = 0
"""RFC 4226's counter: each challenge has a secret of its own, so it never moves."""

TASK: Final = "identity.send_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What a code is for and who may answer: bound together with the number (OTP-04)."""

    purpose: str
    browser: bytes
    """The SHA-256 of the asking browser's cookie: `sessions.mark`."""
    subject: UUID | None = None


@dataclass(frozen=True, slots=True)
class ChallengeView:
    """What the asker is told: nothing about any person."""

    id: UUID
    expires_at: datetime


def derive(vault: Vault, challenge_id: UUID) -> str:
    """The six digits of a challenge."""
    secret = base64.b32encode(vault.code_secret(challenge_id)).decode()
    return pyotp.HOTP(secret, digits=DIGITS).at(FIRST)


def matches(vault: Vault, challenge_id: UUID, given: str) -> bool:
    """Whether these are the digits, in time that does not depend on how many fit (OTP-08)."""
    return hmac.compare_digest(derive(vault, challenge_id).encode(), given.encode())


def request_code(
    uow: UnitOfWork,
    *,
    vault: Vault,
    described: Described | Unnamed,
    phone: str,
    aim: Aim,
    address: str,
    language: str = "ko",
    countries: tuple[str, ...] = ("KR",),
    invented: bool = False,
    limits: Limits = DEFAULT,
) -> ChallengeView:
    """Start a challenge and have its code sent to the number given, whoever that is.

    Unknown, known and known with another number take the same statements and leave the same
    rows; who was meant is told to the one who proves the number. Older challenges of the
    number die. PhoneNotUsable, PhoneLocked and TooManyCodes depend on number and address only.
    """
    session, number = uow.session, phones.mobile(phone, countries=countries, invented=invented)
    start, index = machine_now(session), vault.mac("phone").of(number)
    key = key_of(session, vault, start.date())
    person_id, ambiguous = meant(session, vault, described, index)
    challenge_id, origin = uuid4(), address_index(vault, address, start)
    now = _admit(session, index, origin, phones.prefix(number), limits)
    challenge = Challenge(
        id=challenge_id,
        jurisdiction_id=described.jurisdiction_id,
        purpose=aim.purpose,
        subject=aim.subject,
        browser=aim.browser,
        person_id=person_id,
        ambiguous=ambiguous,
        phone_sealed=key.seal(number.encode(), place=place(challenge_id)),
        phone_index=index,
        key_id=key.id,
        language=language,
        created_at=now,
        expires_at=now + limits.life,
    )
    _supersede(session, index, now)
    session.add(challenge)
    _send(uow, challenge, number=1, at=now, origin=origin, prefix=phones.prefix(number))
    return ChallengeView(challenge.id, challenge.expires_at)


def resend(
    uow: UnitOfWork,
    challenge_id: UUID,
    *,
    vault: Vault,
    aim: Aim,
    address: str,
    limits: Limits = DEFAULT,
) -> ChallengeView:
    """Send the same code once more, while it is good (OTP-06)."""
    session = uow.session
    challenge = _find(session, challenge_id, aim)
    number = number_of(session, vault, challenge)
    origin = address_index(vault, address, machine_now(session))
    now = _admit(session, challenge.phone_index, origin, phones.prefix(number), limits)
    # Only now, in the order in which a new request for the number takes its locks.
    dead = why_dead(hold(session, challenge_id, aim), now, limits)
    if dead is not None:
        raise dead
    sent = select(func.count()).where(CodeSend.challenge_id == challenge_id)
    times = session.scalar(sent) or 0
    _send(uow, challenge, number=times + 1, at=now, origin=origin, prefix=phones.prefix(number))
    return ChallengeView(challenge.id, challenge.expires_at)


def prolong(
    uow: UnitOfWork, challenge_id: UUID, *, aim: Aim, limits: Limits = DEFAULT
) -> ChallengeView:
    """Give whoever needs it the longest time that a code may live: ten minutes from its start."""
    challenge = hold(uow.session, challenge_id, aim)
    dead = why_dead(challenge, machine_now(uow.session), limits)
    if dead is not None:
        raise dead
    challenge.expires_at = challenge.created_at + LONGEST_LIFE
    return ChallengeView(challenge.id, challenge.expires_at)


def show_code(session: Session, vault: Vault, challenge_id: UUID, *, demo: bool) -> str | None:
    """The code itself, for the demo's outbox page and for nothing else; None once forgotten."""
    if not demo:
        raise DemoOnly
    return derive(vault, challenge_id) if session.get(Challenge, challenge_id) else None


def hold(session: Session, challenge_id: UUID, aim: Aim) -> Challenge:
    """The challenge, locked, if it was asked for this aim; else CodeUnknown, whatever was off."""
    return _find(session, challenge_id, aim, lock=True)


def look(session: Session, challenge_id: UUID, aim: Aim) -> Challenge:
    """The challenge as it stands, if it was asked for this aim; else CodeUnknown."""
    return _find(session, challenge_id, aim)


def _find(session: Session, challenge_id: UUID, aim: Aim, *, lock: bool = False) -> Challenge:
    challenge = session.get(
        Challenge, challenge_id, with_for_update=lock or None, populate_existing=True
    )
    if challenge is None or not hmac.compare_digest(challenge.browser, aim.browser):
        raise CodeUnknown
    if (challenge.purpose, challenge.subject) != (aim.purpose, aim.subject):
        raise CodeUnknown
    return challenge


def why_dead(challenge: Challenge, now: datetime, limits: Limits) -> DomainError | None:
    """Why this challenge's code is no longer good, if so."""
    if challenge.used_at is not None:
        return CodeUsed()
    if challenge.superseded_at is not None:
        return CodeSuperseded()
    if now >= challenge.expires_at:
        return CodeExpired()
    if challenge.wrong >= limits.tries_per_code:
        return CodeExhausted()
    return None


def _admit(
    session: Session, phone_index: bytes, origin: bytes, prefix: str, limits: Limits
) -> datetime:
    """Wait for the turn of number and address, refuse one too many; gives the moment."""
    queue_up(session, phone_index=phone_index, address_index=origin)
    now = machine_now(session)
    locked = select(PhoneLock.locked_at).where(PhoneLock.phone_index == phone_index)
    if session.scalar(locked) is not None:
        raise PhoneLocked
    insist_within(
        session, limits, phone_index=phone_index, address_index=origin, prefix=prefix, now=now
    )
    return now


def _supersede(session: Session, phone_index: bytes, now: datetime) -> None:
    """End the number's older challenges (OTP-06)."""
    older = update(Challenge).where(
        Challenge.phone_index == phone_index, Challenge.superseded_at.is_(None)
    )
    session.execute(older.values(superseded_at=now).execution_options(synchronize_session=False))


def _send(
    uow: UnitOfWork, challenge: Challenge, *, number: int, at: datetime, origin: bytes, prefix: str
) -> None:
    uow.session.add(
        CodeSend(
            challenge_id=challenge.id,
            number=number,
            at=at,
            phone_index=challenge.phone_index,
            address_index=origin,
            prefix=prefix,
        )
    )
    uow.later(TASK, challenge_id=str(challenge.id))
