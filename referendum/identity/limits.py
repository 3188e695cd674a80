"""How often codes are sent and tried, as rows that all processes share (OTP-05, OTP-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from referendum.identity.errors import TooManyCodes
from referendum.identity.tables import CodeSend
from referendum.kernel.sealing import Vault

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
LONGEST_LIFE: Final = timedelta(minutes=10)
"""OTP-02: no code lives longer, however it is set up or prolonged."""
LONGEST_DELAY: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a deployment may tighten, and loosen only so far."""

    life: timedelta = timedelta(minutes=5)
    tries_per_code: int = 5
    tries_in_a_row_per_number: int = 100
    sends_per_number_an_hour: int = 5
    sends_per_number_a_day: int = 10
    sends_per_address_an_hour: int = 20
    sends_per_prefix_an_hour: int = 100
    sends_an_hour: int = 20_000

    def __post_init__(self) -> None:
        if not timedelta(0) < self.life <= LONGEST_LIFE:
            raise ValueError(f"a code lives up to {LONGEST_LIFE}, not {self.life}")


DEFAULT: Final = Limits()


def delay(wrong_in_a_row: int) -> timedelta:
    """The wait before the next try: 0, 1, 2, 4, 8 ... seconds after the 1st, 2nd, 3rd ... miss."""
    if wrong_in_a_row <= 1:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(wrong_in_a_row - 2, 16)), LONGEST_DELAY)


def address_index(vault: Vault, address: str, now: datetime) -> bytes:
    """A keyed hash of where a request comes from, of no use after the day.

    An IPv6 subscriber holds a whole /64, so that is what is counted.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        place = address
    else:
        wide = isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None
        place = str(ip_network(f"{parsed}/64", strict=False)) if wide else str(parsed)
    return vault.mac(f"address:{now.date().isoformat()}").of(place)


def queue_up(session: Session, *, phone_index: bytes, address_index: bytes) -> None:
    """Let requests for one number, and from one address, come one after the other.

    With that the limits of both are exact. Those of a prefix and of the whole service are read
    without a lock, lest all of a city stand behind one row: they may be passed by as many
    requests as run at that instant.
    """
    for index in (phone_index, address_index):
        key = int.from_bytes(index[:8], "big", signed=True)
        session.execute(select(func.pg_advisory_xact_lock(key)))


def insist_within(
    session: Session,
    limits: Limits,
    *,
    phone_index: bytes,
    address_index: bytes,
    prefix: str,
    now: datetime,
) -> None:
    """Refuse the send that would be one too many, before any carrier hears of it."""
    number = CodeSend.phone_index == phone_index
    rules = (
        ("number", number, HOUR, limits.sends_per_number_an_hour),
        ("number", number, DAY, limits.sends_per_number_a_day),
        (
            "address",
            CodeSend.address_index == address_index,
            HOUR,
            limits.sends_per_address_an_hour,
        ),
        ("prefix", CodeSend.prefix == prefix, HOUR, limits.sends_per_prefix_an_hour),
        ("service", None, HOUR, limits.sends_an_hour),
    )
    counts = [_count(which, now - window).scalar_subquery() for _, which, window, _ in rules]
    sent = session.execute(select(*counts)).one()
    for count, (scope, _, window, most) in zip(sent, rules, strict=True):
        if count >= most:
            raise TooManyCodes(scope=scope, minutes=int(window.total_seconds()) // 60)


def _count(which: ColumnElement[bool] | None, since: datetime) -> Select[int]:
    sends = select(func.count()).select_from(CodeSend).where(CodeSend.at > since)
    return sends if which is None else sends.where(which)
