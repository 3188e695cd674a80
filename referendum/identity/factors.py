"""The second factor of staff: an authenticator's codes (RFC 6238) and spare codes on paper."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from typing import Final
from uuid import UUID

import pyotp
from sqlalchemy.orm import Session

from referendum.identity.tables import RecoveryCode, Staff
from referendum.kernel.sealing import Vault

STEP: Final = 30
DRIFT: Final = (-1, 0, 1)
"""The steps accepted: a clock half a minute off, and a code typed slowly."""

SPARES: Final = 10
ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""No i, l, o, 0 or 1, which a hand-written list confuses."""
HALF: Final = 5


def new_secret(session: Session, vault: Vault, staff: Staff) -> str:
    """A fresh secret for the authenticator, kept sealed; the old one's codes end here."""
    secret = pyotp.random_base32()
    key = vault.open_key(session, staff.key_id)
    staff.totp_sealed = key.seal(secret.encode(), place=_place(staff.id))
    staff.totp_last_step = 0
    return secret


def uri(secret: str, *, username: str, issuer: str) -> str:
    """What the QR code says to the authenticator."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=username, issuer_name=issuer)


def step_of(
    session: Session, vault: Vault, staff: Staff, code: str, *, now: datetime
) -> int | None:
    """The time step whose code this is, if none as late was used (RFC 6238 §5.2)."""
    if staff.totp_sealed is None:
        return None
    secret = secret_of(session, vault, staff)
    given, present = _plain(code).encode(), int(now.timestamp()) // STEP
    fitting = [
        step
        for step in (present + drift for drift in DRIFT)
        if hmac.compare_digest(pyotp.HOTP(secret).at(step).encode(), given)
    ]
    unused = [step for step in fitting if step > staff.totp_last_step]
    return max(unused, default=None)


def secret_of(session: Session, vault: Vault, staff: Staff) -> str:
    """The authenticator's secret of an account that has been set up."""
    assert staff.totp_sealed is not None
    key = vault.open_key(session, staff.key_id)
    return key.unseal(staff.totp_sealed, place=_place(staff.id)).decode()


def new_spares(session: Session, vault: Vault, staff: Staff) -> tuple[str, ...]:
    """Ten spare codes, shown once; only keyed hashes stay."""
    codes = tuple(f"{_letters()}-{_letters()}" for _ in range(SPARES))
    session.add_all(
        RecoveryCode(staff_id=staff.id, code_hash=_hash(vault, staff.id, code)) for code in codes
    )
    return codes


def spare_of(session: Session, vault: Vault, staff: Staff, code: str) -> RecoveryCode | None:
    """The unused spare code that was given, held for this transaction."""
    key = (staff.id, _hash(vault, staff.id, code))
    spare = session.get(RecoveryCode, key, with_for_update=True, populate_existing=True)
    return spare if spare is not None and spare.used_at is None else None


def _hash(vault: Vault, staff_id: UUID, code: str) -> bytes:
    return vault.mac("recovery").of(f"{staff_id}:{_plain(code)}")


def _plain(code: str) -> str:
    return "".join(code.lower().replace("-", " ").split())


def _letters() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(HALF))


def _place(staff_id: UUID) -> str:
    return f"staff.totp:{staff_id}"
