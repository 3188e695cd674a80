"""Asking a mailbox whether it wants to follow: as often as a telephone is sent codes, and no more.

The limits are those of codes (`identity.limits`): of each asker for one mailbox, of all askers for
it, and of one address over all mailboxes. They depend on what was typed and on who asks, never on
whether somebody follows.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from referendum.identity.errors import TooManyCodes
from referendum.identity.inviting import mailbox
from referendum.identity.limits import Limits, address_index, household
from referendum.identity.timing import machine_now
from referendum.kernel.clock import universal_day
from referendum.kernel.erasing import PIECE, erase
from referendum.kernel.sealing import Vault
from referendum.lifecycle.news.tables import FollowAsk

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
CONFIRMED_WITHIN: Final = DAY


def ask(
    session: Session, vault: Vault, to: str, *, browser: bytes, address: str, limits: Limits
) -> str:
    """Count one more letter to a mailbox, or TooManyCodes; gives the mailbox as it is written."""
    to = mailbox(to)
    plain = limits.is_plain(address)
    mac = vault.mac("who asks a mailbox")
    known = to.casefold()
    asked = FollowAsk(
        to_index=vault.mac("letters to a mailbox").of(known),
        asker_index=mac.of(f"{known}:{browser.hex()}"),
        place_index=None if plain else mac.of(f"{known}:{household(address)}"),
        origin_index=None if plain else _origin(session, vault, address),
    )
    turn = int.from_bytes(asked.to_index[:8], "big", signed=True)
    session.execute(select(func.pg_advisory_xact_lock(turn)))
    _insist(session, asked, limits)
    session.add(asked)
    session.flush()
    return to


def forget(session: Session, *, size: int = PIECE) -> int:
    """Delete up to `size` of those that no limit counts any more; how many there were."""
    return erase(session, FollowAsk, FollowAsk.at < machine_now(session) - DAY, size=size)


def _insist(session: Session, asked: FollowAsk, limits: Limits) -> None:
    to = FollowAsk.to_index == asked.to_index
    own = FollowAsk.asker_index == asked.asker_index
    here = FollowAsk.place_index == asked.place_index
    for scope, whose in (("asker", own), ("address", here)):
        if scope == "address" and asked.place_index is None:
            continue
        if _count(session, HOUR, to, whose) >= limits.sends_per_asker_an_hour:
            raise TooManyCodes(scope=scope, minutes=60)
        if _count(session, DAY, to, whose) >= limits.sends_per_asker_a_day:
            raise TooManyCodes(scope=scope, minutes=24 * 60)
    if _count(session, DAY, to) >= limits.sends_per_number_at_once:
        raise TooManyCodes(scope="number", minutes=24 * 60)
    if asked.origin_index is not None:
        origin = FollowAsk.origin_index == asked.origin_index
        if _count(session, HOUR, origin) >= limits.open_per_address_an_hour:
            raise TooManyCodes(scope="address", minutes=60)


def _count(session: Session, within: timedelta, *which: ColumnElement[bool]) -> int:
    since = machine_now(session) - within
    counted = select(func.count()).select_from(FollowAsk).where(FollowAsk.at > since, *which)
    return session.scalar(counted) or 0


def _origin(session: Session, vault: Vault, address: str) -> bytes:
    return address_index(vault, address, universal_day(machine_now(session)))
