"""Phone numbers at rest: sealed under the key of their day, which is destroyed two days on."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referendum.identity import phones
from referendum.identity.tables import Challenge, CodeKey
from referendum.kernel.sealing import DataKey, Vault


def key_of(session: Session, vault: Vault, day: date) -> DataKey:
    """The day's key for numbers; the first request of a day makes it."""
    key_id = session.scalar(select(CodeKey.key_id).where(CodeKey.day == day))
    if key_id is not None:
        return vault.open_key(session, key_id)
    made = vault.new_key(session, purpose="codes")
    # Two first requests of a day may meet: the second waits here, then takes the first's key.
    session.execute(insert(CodeKey).values(day=day, key_id=made.id).on_conflict_do_nothing())
    kept = select(CodeKey.key_id).where(CodeKey.day == day)
    return vault.open_key(session, session.execute(kept).scalar_one())


def range_of(vault: Vault, number: str, day: date) -> str:
    """A keyed hash of the range that a number is of, by which it is counted within the day.

    Who knows somebody's number would else see when a code went to a number that begins like it.
    """
    return vault.mac(f"prefix:{day.isoformat()}").of(phones.prefix(number)).hex()


def seal(key: DataKey, challenge: UUID, number: str, *, language: str) -> bytes:
    """A number in E.164, with the language in which its message is written."""
    return key.seal(f"{language} {number}".encode(), place=_place(challenge))


def unseal(key: DataKey, challenge: UUID, sealed: bytes) -> tuple[str, str]:
    """The number that a challenge's code goes to, and the language."""
    language, number = key.unseal(sealed, place=_place(challenge)).decode().split(" ")
    return number, language


def number_of(session: Session, vault: Vault, challenge: Challenge) -> str:
    """The number that a challenge's code goes to, in E.164."""
    key = vault.open_key(session, challenge.key_id)
    return unseal(key, challenge.id, challenge.phone_sealed)[0]


def _place(challenge_id: UUID) -> str:
    """Where a sealed number belongs."""
    return f"challenge.phone:{challenge_id}"
