"""One-time codes: what they are, asking for one by itself, and whether one is still good.

The code is never stored. It is HOTP (RFC 4226) over a secret that derives from the challenge's
id and a key outside the database; it exists while it is sent, shown in the demo, or checked.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

import pyotp
from sqlalchemy.orm import Session

from referendum.identity import asking, masking
from referendum.identity.asking import Aim, ChallengeView, NewCode
from referendum.identity.errors import (
    CodeExhausted,
    CodeExpired,
    CodeSuperseded,
    CodeUnknown,
    CodeUsed,
    DemoOnly,
)
from referendum.identity.keeping import key_of, number_of, range_of
from referendum.identity.limits import DEFAULT, LONGEST_LIFE, Limits, address_index
from referendum.identity.matching import Described, Unnamed
from referendum.identity.tables import Challenge
from referendum.identity.timing import machine_now
from referendum.identity.turning import Asker
from referendum.kernel.clock import universal_day
from referendum.kernel.errors import DomainError
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.kernel.wire import Through

__all__ = ["Aim", "ChallengeView"]

DIGITS: Final = 6
FIRST: Final = 0
"""RFC 4226's counter: each challenge has a secret of its own, so it never moves."""


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
    invented: bool = False,
    limits: Limits = DEFAULT,
) -> ChallengeView:
    """Start a challenge and have its code sent to the number given, whoever that is.

    Who was meant is told to the one who proves the number. PhoneNotUsable, PhoneLocked and
    TooManyCodes depend on number and address only.
    """
    today = universal_day(machine_now(uow.session))
    prepared = asking.prepare(
        vault,
        key_of(uow.session, vault, today),
        described,
        phone,
        aim=aim,
        address=address,
        today=today,
        language=language,
        invented=invented,
        limits=limits,
    )
    (outcome,) = asking.ask(Through(uow.session.connection()), [prepared], limits)
    return _insist(outcome)


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
    now = machine_now(session)
    if (dead := why_dead(challenge, now, limits)) is not None:
        raise dead
    today = universal_day(now)
    counted = None if limits.is_plain(address) else address_index(vault, address, today)
    number = number_of(session, vault, challenge)
    again = NewCode(
        id=challenge.id,
        jurisdiction=challenge.jurisdiction_id,
        bound=challenge.bound,
        mask=masking.of_challenge(vault, challenge.id),
        name_index=None,
        phone_index=None,
        number_index=challenge.number_index,
        asker=Asker.of(vault, number, aim.browser, address, limits),
        phone_sealed=challenge.phone_sealed,
        key_id=challenge.key_id,
        origin=counted,
        prefix=range_of(vault, number, today),
    )
    wire = Through(session.connection())
    outcome = asking.ask_again(wire, again, limits, expires_at=challenge.expires_at)
    return _insist(outcome)


def renew(
    uow: UnitOfWork,
    challenge_id: UUID,
    *,
    vault: Vault,
    aim: Aim,
    address: str,
    language: str,
    invented: bool = False,
    limits: Limits = DEFAULT,
) -> ChallengeView:
    """Another code to the number of one that can be used no more, where nobody was described."""
    challenge = look(uow.session, challenge_id, aim)
    return request_code(
        uow,
        vault=vault,
        described=Unnamed(jurisdiction_id=challenge.jurisdiction_id),
        phone=number_of(uow.session, vault, challenge),
        aim=aim,
        address=address,
        language=language,
        invented=invented,
        limits=limits,
    )


def prolong(
    uow: UnitOfWork, challenge_id: UUID, *, aim: Aim, limits: Limits = DEFAULT
) -> ChallengeView:
    """Give whoever needs it the longest time that a code may live: ten minutes from its start."""
    challenge = hold(uow.session, challenge_id, aim)
    now = machine_now(uow.session)
    dead = why_dead(challenge, now, limits)
    if dead is not None:
        raise dead
    challenge.expires_at = challenge.created_at + LONGEST_LIFE
    return ChallengeView(challenge.id, challenge.expires_at, now)


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
    if challenge is None or not hmac.compare_digest(challenge.bound, aim.bound(challenge_id)):
        raise CodeUnknown
    return challenge


class Life(Protocol):
    """What decides whether a challenge's code is good: of its row, or of a look at many."""

    @property
    def used_at(self) -> datetime | None: ...
    @property
    def is_latest(self) -> bool: ...
    @property
    def expires_at(self) -> datetime: ...
    @property
    def wrong(self) -> int: ...


def why_dead(challenge: Life, now: datetime, limits: Limits) -> DomainError | None:
    """Why this challenge's code is no longer good, if so."""
    if challenge.used_at is not None:
        return CodeUsed()
    if not challenge.is_latest:
        return CodeSuperseded()
    if now >= challenge.expires_at:
        return CodeExpired()
    if challenge.wrong >= limits.tries_per_code:
        return CodeExhausted()
    return None


def _insist(outcome: ChallengeView | DomainError) -> ChallengeView:
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome
