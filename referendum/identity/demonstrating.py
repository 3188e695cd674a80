"""What only invented officers have: accounts at once, and in a demo passwords and codes shown."""

from __future__ import annotations

import base64
import hmac
from datetime import timedelta
from typing import Final
from uuid import UUID

import pyotp
from sqlalchemy.orm import Session

from referendum.identity import accounts, inviting
from referendum.identity.accounts import Wanted
from referendum.identity.errors import DemoOnly
from referendum.identity.factors import STEP, secret_of
from referendum.identity.inviting import Link, Way
from referendum.identity.tables import Staff
from referendum.identity.timing import machine_now
from referendum.kernel.people import Authority
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork

GRACE: Final = timedelta(days=30)
"""What a city's accounts usually have."""


def account(
    uow: UnitOfWork,
    vault: Vault,
    wanted: Wanted,
    *,
    of: UUID,
    authority: Authority,
    invented: bool,
) -> Link:
    """An invented officer's account, for which nobody is asked and which waits for nothing.

    `invented`: whether the deployment's people are; in a city's nobody comes to this.
    """
    _insist(invented)
    made = accounts.made(uow, vault, wanted, of=of, authority=authority, grace=GRACE)
    accounts.write(uow, "staff.added", made, None, roles=made.roles, authority=made.authority)
    return inviting.make(uow, vault, made, Way.SHOWN)


def password(vault: Vault, username: str, *, demo: bool) -> str:
    """A demo account's password: derived from this installation's keys, and stored nowhere."""
    _insist(demo)
    drawn = hmac.digest(vault.keyring.codes, f"demo password {username}".encode(), "sha256")
    letters = base64.b32encode(drawn).decode().lower()
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def code(session: Session, vault: Vault, staff_id: UUID, *, demo: bool) -> str:
    """The code that a demo officer's authenticator would show, and that was not used yet."""
    _insist(demo)
    account = session.get_one(Staff, staff_id)
    present = int(machine_now(session).timestamp()) // STEP
    step = max(present, account.totp_last_step + 1)
    return pyotp.HOTP(secret_of(session, vault, account)).at(step)


def _insist(demo: bool) -> None:  # noqa: FBT001  # passed on as it came
    if not demo:
        raise DemoOnly
