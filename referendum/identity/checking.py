"""Checking the code that somebody types, by itself, and only then saying whether we know them."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.identity import answering, codes
from referendum.identity.answering import Proved, Recognised
from referendum.identity.codes import Aim
from referendum.identity.errors import CodeExpired, CodeMalformed, CodeUnknown, Refused
from referendum.identity.keeping import number_of
from referendum.identity.limits import DEFAULT, Limits
from referendum.identity.sessions import SPANS, SessionKind
from referendum.identity.tables import Challenge
from referendum.identity.timing import machine_now
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.kernel.wire import Through
from referendum.roll import finding

__all__ = ["Recognised"]


@dataclass(frozen=True, slots=True)
class Held:
    """A phone that somebody holds. Of who they are it says nothing."""

    phone_index: bytes = field(repr=False)

    def is_of(self, on_file: bytes | None) -> bool:
        """Whether it is the phone that stands on file for somebody."""
        return on_file is not None and hmac.compare_digest(self.phone_index, on_file)


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

    A refusal may have counted a try: commit first, then `errors.insist`.
    """
    proved = _proved(uow, vault, challenge_id, code, aim=aim, limits=limits)
    return proved if isinstance(proved, Refused) else answering.recognised(proved)


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
    proved = _proved(uow, vault, challenge_id, code, aim=aim, limits=limits)
    if isinstance(proved, Refused):
        return proved
    return _held(uow.session, vault, codes.look(uow.session, challenge_id, aim))


def held_phone(session: Session, vault: Vault, challenge_id: UUID, *, aim: Aim) -> Held | None:
    """The phone that this browser proved just now, for the same aim; None where it did not.

    The proof is good for as long as a resident's session rests; then CodeExpired.
    """
    challenge = codes.look(session, challenge_id, aim)
    if challenge.used_at is None:
        return None
    if machine_now(session) >= challenge.used_at + SPANS[SessionKind.RESIDENT].idle:
        raise CodeExpired
    return _held(session, vault, challenge)


def held_number(session: Session, vault: Vault, challenge_id: UUID, *, aim: Aim) -> str | None:
    """The number itself, for as long as `held_phone` holds: to be sealed at once, told nobody."""
    if held_phone(session, vault, challenge_id, aim=aim) is None:
        return None
    return number_of(session, vault, codes.look(session, challenge_id, aim))


def _held(session: Session, vault: Vault, challenge: Challenge) -> Held:
    return Held(finding.phone_index(vault, number_of(session, vault, challenge)))


def _proved(
    uow: UnitOfWork, vault: Vault, challenge_id: UUID, code: str, *, aim: Aim, limits: Limits
) -> Proved | Refused:
    try:
        tried = answering.prepare(vault, challenge_id, code, aim=aim)
    except CodeMalformed as malformed:
        return Refused(malformed)
    (outcome,) = answering.answer(Through(uow.session.connection()), [tried], limits)
    if isinstance(outcome, Refused) and isinstance(outcome.because, CodeUnknown):
        raise outcome.because
    # What the session has read of the challenge is older than what was just written.
    uow.session.expire_all()
    return outcome
