"""Phone numbers at rest: sealed under the key of their day, which is destroyed two days on."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

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


def number_of(session: Session, vault: Vault, challenge: Challenge) -> str:
    """The number that a challenge's code goes to, in E.164."""
    key = vault.open_key(session, challenge.key_id)
    return key.unseal(challenge.phone_sealed, place=place(challenge.id)).decode()


def place(challenge_id: UUID) -> str:
    """Where a sealed number belongs."""
    return f"challenge.phone:{challenge_id}"
