"""Residents who are signed in already, for tests that are about what comes after."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import delete

from referendum.identity import answering, sessions
from referendum.identity.answering import Answer
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
            purpose=aim.purpose,
            browser=aim.browser,
            person_id=who.person,
            phone_sealed=b"",
            number_index=phone,
            key_id=vault.new_key(session, purpose="code").id,
            language="ko",
            created_at=now,
            expires_at=now + timedelta(minutes=5),
        )
    )
    session.flush()
    token = sessions.new_token()
    right = Answer(challenge=asked, aim=aim, fits=True, token=token)
    (outcome,) = answering.answer(Through(session.connection()), [right], DEFAULT)
    session.execute(delete(Challenge).where(Challenge.id == asked))
    session.execute(delete(PhoneLock).where(PhoneLock.number_index == phone))
    return answering.signed_in(outcome, token)
