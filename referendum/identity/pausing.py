"""Pauses after failed sign-ins: they fall on where the failures come from, and not on the name.

A place is a browser in which this name signed in before, which its cookie shows, or else the
address. Whoever guesses at somebody else's name uses up the tries of their own place. Guessing from
many addresses at once is met by a count over all of them; what that closes, it closes to strange
browsers alone, and a second administrator opens it again (`unlocking`).
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referendum.identity.errors import NameClosed, SignInBusy, SignInLocked
from referendum.identity.limits import household
from referendum.identity.staff import canonical
from referendum.identity.tables import SignInLock
from referendum.identity.timing import machine_now
from referendum.kernel.errors import DomainError
from referendum.kernel.sealing import Vault

FREE_FAILURES: Final = 5
LONGEST_PAUSE: Final = timedelta(days=1)
STRANGERS: Final = 50
"""Failures in a row from browsers unknown to a name, over all addresses, before it is closed to
them: an hour at first, then two, four ... up to a day. With the password known, fifty tries hit the
code of the authenticator once in 6,600 times."""
FIRST_CLOSING: Final = timedelta(hours=1)
COUNTED_FOR: Final = timedelta(days=1)
"""After so long without another failure nothing is counted any more."""
NAMES: Final = 8
"""How many names one browser is known to: a counter that colleagues share."""
DEVICE_DAYS: Final = 180
DEVICE: Final = re.compile(rf"[\w-]{{22}}(\.[0-9a-f]{{64}}){{1,{NAMES}}}", re.ASCII)
"""A browser's own mark, and for each name that signed in there what only we could make of both."""


@dataclass(frozen=True, slots=True)
class Whence:
    """Where a sign-in comes from."""

    address: str
    device: str | None = field(default=None, repr=False)
    """The cookie that a browser was given when somebody had signed in there."""


TERMINAL: Final = Whence("terminal")
"""Whoever has the machine itself: no stranger is among them."""


@dataclass(frozen=True, slots=True)
class Place:
    """A name, and from where somebody tries it."""

    name: bytes = field(repr=False)
    asker: bytes = field(repr=False)
    everywhere: bytes = field(repr=False)
    known: bool
    """Whether the name signed in from there before: no count of strangers concerns it."""

    @classmethod
    def of(cls, vault: Vault, username: str, whence: Whence) -> Place:
        name, index = canonical(username), vault.mac("sign-in")
        known = whence == TERMINAL or _is_known(vault, name, whence.device)
        device = (whence.device or "").partition(".")[0] if known else ""
        place = f"device:{device}" if device else f"address:{household(whence.address)}"
        return cls(
            name_index(vault, name),
            index.of(f"{name}|{place}"),
            index.of(f"{name}|everywhere"),
            known,
        )


def name_index(vault: Vault, username: str) -> bytes:
    """The keyed hash under which everything is counted that concerns one name."""
    return vault.mac("sign-in").of(canonical(username))


def why_not(session: Session, place: Place, now: datetime) -> DomainError | None:
    """Why nothing is looked at for this name from there now; None where it is.

    Tries from one place are looked at one after another, and none waits for another: else a flood
    of them would hold every connection of the pool.
    """
    turn = int.from_bytes(place.asker[:8], "big", signed=True)
    if not session.scalar(select(func.pg_try_advisory_xact_lock(turn))):
        return SignInBusy(wait_seconds=1)
    rows = select(SignInLock.asker_index, SignInLock.locked_until).where(
        SignInLock.name_index == place.name,
        SignInLock.asker_index.in_([place.asker, place.everywhere]),
        SignInLock.locked_until > now,
    )
    ends = {index: until for index, until in session.execute(rows) if until}
    if own := ends.get(place.asker):
        return SignInLocked(**waiting(own - now))
    if not place.known and (closed := ends.get(place.everywhere)):
        return NameClosed(**waiting(closed - now))
    return None


def count_failure(session: Session, place: Place) -> int | None:
    """One more failure from there; gives how many strangers' there are where that closes the name.

    From the fifth on the place waits 1, 2, 4 ... minutes.
    """
    failed = _one_more(session, place.name, place.asker)
    if failed >= FREE_FAILURES:
        _lock(session, place.name, place.asker, pause(failed))
    if place.known:
        return None
    strange = _one_more(session, place.name, place.everywhere)
    if strange % STRANGERS:
        return None
    closing = FIRST_CLOSING * 2 ** min(strange // STRANGERS - 1, 16)
    _lock(session, place.name, place.everywhere, min(closing, LONGEST_PAUSE))
    return strange


def forgive(session: Session, place: Place) -> None:
    """A success ends the count there, and where a stranger turned out to be none, everywhere."""
    over = [place.asker] if place.known else [place.asker, place.everywhere]
    session.execute(
        delete(SignInLock)
        .where(SignInLock.name_index == place.name, SignInLock.asker_index.in_(over))
        .execution_options(synchronize_session=False)
    )


def waiting(wait: timedelta) -> dict[str, int]:
    """The facts of a pause: for machines and for people."""
    return {
        "wait_seconds": ceil(wait / timedelta(seconds=1)),
        "minutes": ceil(wait / timedelta(minutes=1)),
    }


def pause(failed: int) -> timedelta:
    """How long after so many failures in a row nothing is looked at."""
    if failed < FREE_FAILURES:
        return timedelta(0)
    return min(timedelta(minutes=2 ** min(failed - FREE_FAILURES, 16)), LONGEST_PAUSE)


def device_of(vault: Vault, username: str, before: str | None) -> str:
    """The cookie of a browser in which a name has signed in, with what it was known to before."""
    kept = before if before is not None and DEVICE.fullmatch(before) else secrets.token_urlsafe(16)
    nonce, *proofs = kept.split(".")
    own = _proof(vault, canonical(username), nonce)
    others = [proof for proof in proofs if proof != own]
    return ".".join([nonce, own, *others[: NAMES - 1]])


def _is_known(vault: Vault, name: str, device: str | None) -> bool:
    nonce, *proofs = (device or "").split(".")
    own = _proof(vault, name, nonce)
    return any(hmac.compare_digest(own.encode(), proof.encode()) for proof in proofs[:NAMES])


def _proof(vault: Vault, name: str, nonce: str) -> str:
    return vault.mac("browsers of officers").of(f"{name}:{nonce}").hex()


def _one_more(session: Session, name: bytes, asker: bytes) -> int:
    """Counted anew where the last failure is long past; whoever counts beside it waits a moment."""
    now = machine_now(session)
    row = insert(SignInLock).values(name_index=name, asker_index=asker, failed=1, failed_at=now)
    is_past = SignInLock.failed_at < now - COUNTED_FOR
    counted = row.on_conflict_do_update(
        index_elements=[SignInLock.name_index, SignInLock.asker_index],
        set_={
            "failed": case((is_past, 1), else_=SignInLock.failed + 1),
            "failed_at": now,
        },
    )
    return int(session.execute(counted.returning(SignInLock.failed)).scalar_one())


def _lock(session: Session, name: bytes, asker: bytes, span: timedelta) -> None:
    session.execute(
        update(SignInLock)
        .where(SignInLock.name_index == name, SignInLock.asker_index == asker)
        .values(locked_until=machine_now(session) + span)
        .execution_options(synchronize_session=False)
    )
