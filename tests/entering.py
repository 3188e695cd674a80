"""Residents who are signed in already, for tests that are about what comes after."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from referendum.identity import answering, masking, sessions
from referendum.identity.asking import Aim
from referendum.identity.limits import DEFAULT
from referendum.identity.sessions import Opened
from referendum.identity.tables import Challenge, PhoneLock
from referendum.identity.timing import machine_now
from referendum.kernel.people import Resident
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.kernel.wire import Through


def comes_in(uow: UnitOfWork, vault: Vault, who: Resident) -> Opened:
    """By the one statement that signs residents in: somebody answered a code with the right digits.

    Nothing of the code is left, as days later.
    """
    session, now = uow.session, machine_now(uow.session)
    asked, phone = uuid4(), secrets.token_bytes(32)
    aim = Aim(purpose="enter", subject=None, browser=sessions.mark(secrets.token_urlsafe()))
    session.add(
        PhoneLock(
            number_index=phone,
            sends=[now],
            challenges=[asked],
            browsers=[phone],
            addresses=[None],
            misses=[0],
            answered=[False],
        )
    )
    session.add(
        Challenge(
            id=asked,
            jurisdiction_id=who.jurisdiction,
            bound=aim.bound(asked),
            meant=masking.masked(who.person, masking.of_challenge(vault, asked)),
            phone_sealed=b"",
            number_index=phone,
            key_id=vault.new_key(session, purpose="code").id,
            created_at=now,
            expires_at=now + timedelta(minutes=5),
        )
    )
    session.flush()
    token = sessions.new_token()
    right = replace(answering.prepare(vault, asked, "000000", aim=aim, token=token), fits=True)
    (outcome,) = answering.answer(Through(session.connection()), [right], DEFAULT)
    session.execute(delete(Challenge).where(Challenge.id == asked))
    session.execute(delete(PhoneLock).where(PhoneLock.number_index == phone))
    return answering.signed_in(outcome, token)


def meant(session: Session, vault: Vault) -> list[UUID]:
    """Whom the challenges that are kept mean: `masking.NO_ONE` where nobody is looked for."""
    return [
        masking.masked(each.meant, masking.of_challenge(vault, each.id))
        for each in session.scalars(select(Challenge))
    ]
