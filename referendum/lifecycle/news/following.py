"""Beginning to follow, changing how, and stopping: an address that was shown to be one's own.

A telephone is proved by a code before anything is written (`identity.checking`). A mailbox is sent
a link: until its holder has pressed the button there, nothing else goes to it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referendum.identity.timing import machine_now
from referendum.kernel.people import Authority
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.news import telling
from referendum.lifecycle.news.asking import CONFIRMED_WITHIN
from referendum.lifecycle.news.errors import FollowingNotFound, NothingToFollow
from referendum.lifecycle.news.tables import Following, FollowLetter
from referendum.lifecycle.stages import ENDINGS, Stage
from referendum.lifecycle.tables import Measure
from referendum.roll import places

CONFIRM: Final = "confirm"
"""The letter that asks a mailbox whether it wants to follow."""
PROOF: Final = 16
"""Bytes of a link that nobody makes without our keys."""


class Channel(StrEnum):
    """How somebody is told."""

    MAIL = "mail"
    SMS = "sms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is followed: a measure, a district by its code, or all of a place."""

    place: UUID
    measure: UUID | None = None
    district: str | None = None
    only_end: bool = False
    """One message of how it ended, for whoever signed or voted."""

    @property
    def name(self) -> str:
        """By which an address that follows two things is another one in each."""
        return f"{self.place}:{self.measure}:{self.district}:{self.only_end}"

    @property
    def id(self) -> UUID:
        """To which a code is bound."""
        if self.district is None:
            return self.measure or self.place
        digest = hmac.digest(self.place.bytes, self.district.encode(), "sha256")
        return UUID(bytes=digest[:16])


@dataclass(frozen=True, slots=True)
class Told:
    """To whom, how and in which language."""

    channel: Channel
    to: str
    language: str


def follow(
    uow: UnitOfWork,
    vault: Vault,
    subject: Subject,
    told: Told,
    *,
    proved: bool,
    owner: Authority | None = None,
) -> Following:
    """Write down who follows; where it was not proved, a letter asks first.

    Whoever follows already goes on as before. `owner`: the authority to which the address is
    wrapped, where it also tells that somebody signed.
    """
    session = uow.session
    insist_followable(session, subject)
    index = _index(vault, subject, told)
    if proved and (standing := _standing(session, index)) is not None:
        return standing
    key = vault.new_key(session, purpose="following", owner=owner)
    row = Following(
        id=uuid4(),
        jurisdiction_id=subject.place,
        measure_id=subject.measure,
        district_code=subject.district,
        only_end=subject.only_end,
        channel=told.channel.value,
        key_id=key.id,
        to_index=index,
        language=told.language,
        since=places.today(uow, subject.place),
        confirmed=proved,
        ends_at=None if proved else machine_now(session) + CONFIRMED_WITHIN,
    )
    row.sealed = key.seal_fields({"to": told.to}, place=_place(row.id))
    session.add(row)
    session.flush()
    if not proved:
        asks = {"following_id": row.id, "kind": CONFIRM, "mark": CONFIRM, "final": False}
        session.execute(insert(FollowLetter).values(id=uuid4(), **asks))
    return row


def confirm(uow: UnitOfWork, vault: Vault, token: str) -> Following:
    """The mailbox's holder wants to; to press twice is as good as once."""
    session = uow.session
    row = held(session, vault, token)
    if row.confirmed:
        return row
    # Two links of one mailbox wait for each other here: the one row that stands is unique.
    turn = int.from_bytes(row.to_index[:8], "big", signed=True)
    session.execute(select(func.pg_advisory_xact_lock(turn)))
    standing = _standing(session, row.to_index)
    if standing is not None:
        forget(session, vault, row)
        return standing
    row.confirmed, row.ends_at = True, None
    session.flush()
    return row


def speak(uow: UnitOfWork, vault: Vault, token: str, *, language: str) -> Following:
    """From the next message on in another language."""
    row = held(uow.session, vault, token)
    row.language = language
    return row


def stop(uow: UnitOfWork, vault: Vault, token: str) -> None:
    """Nothing goes there any more; to stop twice is as good as once."""
    try:
        row = held(uow.session, vault, token)
    except FollowingNotFound:
        return
    forget(uow.session, vault, row)


def forget(session: Session, vault: Vault, row: Following) -> None:
    """The row, what waits for it, and with its key the address, also in copies."""
    session.execute(delete(FollowLetter).where(FollowLetter.following_id == row.id))
    session.delete(row)
    session.flush()
    vault.destroy_key(session, row.key_id)


def held(session: Session, vault: Vault, token: str) -> Following:
    """What a link is of, locked."""
    row = _found(session, vault, token, lock=True)
    if row is None:
        raise FollowingNotFound
    return row


def shown(session: Session, vault: Vault, token: str) -> Following | None:
    """The same, only to be shown; None where there is nothing to stop any more."""
    return _found(session, vault, token, lock=False)


def token_of(vault: Vault, following_id: UUID) -> str:
    """What stands in the link: derived, and stored nowhere."""
    proof = vault.mac("following link").of(str(following_id))[:PROOF]
    return base64.urlsafe_b64encode(following_id.bytes + proof).decode().rstrip("=")


def address_of(session: Session, vault: Vault, row: Following) -> str:
    """Where it goes, opened."""
    key = vault.open_key(session, row.key_id)
    return str(key.unseal_fields(row.sealed, place=_place(row.id))["to"])


def subject_of(row: Following) -> Subject:
    return Subject(
        place=row.jurisdiction_id,
        measure=row.measure_id,
        district=row.district_code,
        only_end=row.only_end,
    )


def insist_followable(session: Session, subject: Subject) -> None:
    """Refuse a measure of which nothing is told now or nothing can come, and a strange district."""
    if subject.measure is not None:
        measure = session.get_one(Measure, subject.measure)
        if not may_follow(measure):
            raise NothingToFollow
    if subject.district is not None and subject.district not in districts(session, subject.place):
        raise NothingToFollow


def may_follow(measure: Measure) -> bool:
    """Whether there is something to come, and nobody is urged to sign by it."""
    over = Stage(measure.stage) in ENDINGS - {Stage.ANSWERED}
    return not over and not telling.is_hushed(measure)


def districts(session: Session, place: UUID) -> set[str]:
    """The codes of a place's districts that there ever were."""
    return {one.code for one in places.districts_ever(session, place)}


def _found(session: Session, vault: Vault, token: str, *, lock: bool) -> Following | None:
    try:
        plain = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    if len(plain) != 16 + PROOF:
        return None
    following_id = UUID(bytes=plain[:16])
    if not hmac.compare_digest(token_of(vault, following_id).encode(), token.encode()):
        return None
    row = session.get(Following, following_id, with_for_update=lock or None, populate_existing=True)
    gone = row is None or (row.ends_at is not None and row.ends_at <= machine_now(session))
    return None if gone else row


def _standing(session: Session, index: bytes) -> Following | None:
    there = select(Following).where(Following.to_index == index, Following.confirmed)
    return session.scalars(there).one_or_none()


def _index(vault: Vault, subject: Subject, told: Told) -> bytes:
    """A keyed hash for this purpose alone; of another thing that it follows it is another."""
    to = told.to.casefold() if told.channel is Channel.MAIL else told.to
    return vault.mac("following").of(f"{subject.name}:{told.channel}:{to}")


def _place(following_id: UUID) -> str:
    return f"following:{following_id}"
