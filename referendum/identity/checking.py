"""Checking the code that somebody types, and only then saying whether we know them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referendum.identity import codes
from referendum.identity.codes import Aim
from referendum.identity.errors import (
    CodeExpired,
    CodeMalformed,
    CodeTooSoon,
    CodeWrong,
    NotRecognised,
    PhoneLocked,
    Refused,
)
from referendum.identity.limits import DEFAULT, Limits, delay
from referendum.identity.sessions import SPANS, Kind
from referendum.identity.tables import Challenge, CodeSend, PhoneLock
from referendum.identity.timing import machine_now
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Assurance, Officer, Resident, Role
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork

ALTERNATIVES = ("desk", "paper")
"""How someone goes on whom a code cannot recognise; the pages put them into words."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The phone was proved, and the register joins it to one person."""

    resident: Resident


@dataclass(frozen=True, slots=True)
class Held:
    """A phone that somebody holds. Of who they are it says nothing."""

    phone_index: bytes = field(repr=False)


def verify_code(
    uow: UnitOfWork,
    vault: Vault,
    challenge_id: UUID,
    code: str,
    *,
    aim: Aim,
    limits: Limits = DEFAULT,
) -> Recognised | Refused:
    """Check a code once, one try at a time, and use it up if it is right.

    A refusal may have counted a try: commit first, then `errors.insist`. However many tries run
    at once, the challenge's row lets them through one by one, so one alone can succeed.
    """
    challenge = _used_up(uow, vault, challenge_id, code, aim=aim, limits=limits)
    if isinstance(challenge, Refused):
        return challenge
    if challenge.person_id is None:
        reason = "ambiguous" if challenge.ambiguous else "no_match"
        return Refused(NotRecognised(reason=reason, alternatives=list(ALTERNATIVES)))
    return Recognised(
        Resident(challenge.person_id, challenge.jurisdiction_id, Assurance.PHONE_ON_FILE)
    )


def prove_phone(
    uow: UnitOfWork,
    vault: Vault,
    challenge_id: UUID,
    code: str,
    *,
    aim: Aim,
    limits: Limits = DEFAULT,
) -> Held | Refused:
    """The same check where a phone is all that is asked for; refusals are committed alike."""
    challenge = _used_up(uow, vault, challenge_id, code, aim=aim, limits=limits)
    return challenge if isinstance(challenge, Refused) else Held(challenge.phone_index)


def held_phone(session: Session, challenge_id: UUID, *, aim: Aim) -> Held | None:
    """The phone that this browser proved just now, for the same aim; None where it did not.

    The proof is good for as long as a resident's session rests; then CodeExpired.
    """
    challenge = codes.look(session, challenge_id, aim)
    if challenge.used_at is None:
        return None
    if machine_now(session) >= challenge.used_at + SPANS[Kind.RESIDENT].idle:
        raise CodeExpired
    return Held(challenge.phone_index)


def _used_up(
    uow: UnitOfWork, vault: Vault, challenge_id: UUID, code: str, *, aim: Aim, limits: Limits
) -> Challenge | Refused:
    digits = _digits(code)
    if digits is None:
        return Refused(CodeMalformed())
    challenge = codes.hold(uow.session, challenge_id, aim)
    lock = _phone_lock(uow.session, challenge.phone_index)
    now = machine_now(uow.session)
    barred = _barred(challenge, lock, now, limits)
    if barred is not None:
        return Refused(barred)
    if not codes.matches(vault, challenge.id, digits):
        return Refused(_count_wrong(challenge, lock, now, limits))
    challenge.used_at = now
    lock.consecutive_wrong, lock.next_try_at = 0, None
    _complete(uow.session, challenge.id, now)
    return challenge


def unlock_phone(uow: UnitOfWork, vault: Vault, phone: str, *, by: Officer) -> bool:
    """Let a locked number try again, after its holder came to the desk; False if it was not."""
    by.insist(Role.REGISTRAR, fresh=True)
    index = vault.mac("phone").of(phone)
    lock = uow.session.get(PhoneLock, index, with_for_update=True)
    if lock is None or lock.locked_at is None:
        return False
    lock.locked_at, lock.consecutive_wrong, lock.next_try_at = None, 0, None
    uow.record("phone.unlocked", by=by)
    return True


def _digits(code: str) -> str | None:
    """Six plain digits, also where they were typed full-width or in groups."""
    plain = "".join(unicodedata.normalize("NFKC", code).replace("-", " ").split())
    six = len(plain) == codes.DIGITS and plain.isascii() and plain.isdigit()
    return plain if six else None


def _phone_lock(session: Session, phone_index: bytes) -> PhoneLock:
    """The count of the number, made on its first try, and held."""
    session.execute(insert(PhoneLock).values(phone_index=phone_index).on_conflict_do_nothing())
    held = select(PhoneLock).where(PhoneLock.phone_index == phone_index).with_for_update()
    return session.execute(held.execution_options(populate_existing=True)).scalar_one()


def _barred(
    challenge: Challenge, lock: PhoneLock, now: datetime, limits: Limits
) -> DomainError | None:
    """Why no try is looked at now, be the code right or wrong."""
    if lock.locked_at is not None:
        return PhoneLocked()
    dead = codes.why_dead(challenge, now, limits)
    if dead is not None:
        return dead
    if lock.next_try_at is not None and now < lock.next_try_at:
        return CodeTooSoon(wait_seconds=_seconds(lock.next_try_at - now))
    return None


def _count_wrong(
    challenge: Challenge, lock: PhoneLock, now: datetime, limits: Limits
) -> DomainError:
    challenge.wrong += 1
    lock.consecutive_wrong += 1
    wait = delay(lock.consecutive_wrong)
    lock.next_try_at = now + wait
    if lock.consecutive_wrong >= limits.tries_in_a_row_per_number:
        lock.locked_at = now
        return PhoneLocked()
    left = limits.tries_per_code - challenge.wrong
    return CodeWrong(tries_left=left, wait_seconds=_seconds(wait))


def _seconds(wait: timedelta) -> int:
    return ceil(wait.total_seconds())


def _complete(session: Session, challenge_id: UUID, now: datetime) -> None:
    sends = update(CodeSend).where(
        CodeSend.challenge_id == challenge_id, CodeSend.sent_at.is_not(None)
    )
    session.execute(sends.values(completed_at=now).execution_options(synchronize_session=False))
