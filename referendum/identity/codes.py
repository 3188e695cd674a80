"""Asking for a one-time code: the same steps, rows and message for whoever is described.

The code is never stored. It is HOTP (RFC 4226) over a secret that derives from the challenge's
id and a key outside the database; it exists while it is sent, shown in the demo, or checked.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

import pyotp
from sqlalchemy import Uuid, any_, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from referendum.identity import limits as sending_limits
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
from referendum.identity.limits import DEFAULT, LONGEST_LIFE, Limits
from referendum.identity.tables import Challenge, CodeKey, CodeSend, PhoneLock
from referendum.identity.timing import machine_now
from referendum.kernel.errors import DomainError
from referendum.kernel.sealing import DataKey, Vault
from referendum.kernel.uow import UnitOfWork
from referendum.roll import finding
from referendum.roll.tables import Residence

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """Whom the asker claims to be."""

    jurisdiction_id: UUID
    name: str
    birth_date: date


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
    described: Described,
    phone: str,
    aim: Aim,
    address: str,
    language: str = "ko",
    countries: tuple[str, ...] = ("KR",),
    limits: Limits = DEFAULT,
) -> ChallengeView:
    """Start a challenge and have its code sent to the number given, whoever that is.

    Unknown, known and known with another number take the same statements and leave the same
    rows; who was meant is told to the one who proves the number. Older challenges of the
    number die. PhoneNotUsable, PhoneLocked and TooManyCodes depend on number and address only.
    """
    session, number = uow.session, phones.mobile(phone, countries=countries)
    key = _key_of_today(session, vault)
    index = vault.mac("phone").of(number)
    person_id, ambiguous = _meant(session, vault, described, index)
    start = machine_now(session)
    origin = sending_limits.address_index(vault, address, start)
    challenge = Challenge(
        id=uuid4(),
        jurisdiction_id=described.jurisdiction_id,
        purpose=aim.purpose,
        subject=aim.subject,
        browser=aim.browser,
        person_id=person_id,
        ambiguous=ambiguous,
        phone_index=index,
        key_id=key.id,
        language=language,
    )
    challenge.phone_sealed = key.seal(number.encode(), place=place(challenge.id))
    now = _admit(session, challenge, origin, phones.prefix(number), limits)
    older = update(Challenge).where(
        Challenge.phone_index == index, Challenge.superseded_at.is_(None)
    )
    session.execute(older.values(superseded_at=now).execution_options(synchronize_session=False))
    challenge.created_at, challenge.expires_at = now, now + limits.life
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
    key = vault.open_key(session, challenge.key_id)
    number = key.unseal(challenge.phone_sealed, place=place(challenge.id)).decode()
    origin = sending_limits.address_index(vault, address, machine_now(session))
    now = _admit(session, challenge, origin, phones.prefix(number), limits)
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


def show_code(session: Session, vault: Vault, challenge_id: UUID, *, demo: bool) -> str:
    """The code itself, for the demo's outbox page and for nothing else."""
    if not demo:
        raise DemoOnly
    session.get_one(Challenge, challenge_id)
    return derive(vault, challenge_id)


def hold(session: Session, challenge_id: UUID, aim: Aim) -> Challenge:
    """The challenge, locked, if it was asked for this aim; else CodeUnknown, whatever was off."""
    return _find(session, challenge_id, aim, lock=True)


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


def place(challenge_id: UUID) -> str:
    """Where a sealed number belongs."""
    return f"challenge.phone:{challenge_id}"


def _meant(
    session: Session, vault: Vault, described: Described, phone_index: bytes
) -> tuple[UUID | None, bool]:
    """The one person of this name and birth date with this number; or whether there are more."""
    found = finding.candidates(
        session,
        vault,
        jurisdiction_id=described.jurisdiction_id,
        name=described.name,
        birth_date=described.birth_date,
    )
    numbers = session.execute(
        select(Residence.person_id, Residence.phone_index).where(
            # Not `in_`, whose text would show how many were found.
            Residence.id == any_(literal([each.residence_id for each in found], ARRAY(Uuid())))
        )
    )
    people = {person_id for person_id, index in numbers if index == phone_index}
    return (people.pop(), False) if len(people) == 1 else (None, len(people) > 1)


def _admit(
    session: Session, challenge: Challenge, origin: bytes, prefix: str, limits: Limits
) -> datetime:
    """Wait for the turn of number and address, refuse one too many; gives the moment."""
    number = challenge.phone_index
    sending_limits.queue_up(session, phone_index=number, address_index=origin)
    now = machine_now(session)
    locked = session.scalar(select(PhoneLock.locked_at).where(PhoneLock.phone_index == number))
    if locked is not None:
        raise PhoneLocked
    sending_limits.insist_within(
        session, limits, phone_index=number, address_index=origin, prefix=prefix, now=now
    )
    return now


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


def _key_of_today(session: Session, vault: Vault) -> DataKey:
    """The day's key for numbers; the first request of a day makes it."""
    day = machine_now(session).date()
    key_id = session.scalar(select(CodeKey.key_id).where(CodeKey.day == day))
    if key_id is not None:
        return vault.open_key(session, key_id)
    made = vault.new_key(session, purpose="codes")
    # Two first requests of a day may meet: the second waits here, then takes the first's key.
    session.execute(insert(CodeKey).values(day=day, key_id=made.id).on_conflict_do_nothing())
    kept = select(CodeKey.key_id).where(CodeKey.day == day)
    return vault.open_key(session, session.execute(kept).scalar_one())
