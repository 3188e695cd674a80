"""Opening and closing a petition, finding it under the right lock, and its keys."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referendum.kernel.db import violates
from referendum.kernel.people import Assurance, Authority, Officer, OtherJurisdiction, Role
from referendum.kernel.sealing import DataKey, Mac, Vault
from referendum.kernel.uow import UnitOfWork
from referendum.roll.tables import Jurisdiction
from signatures.closing import ClosedDays, OnlineDays
from signatures.errors import (
    ChannelNotAllowed,
    OtherAuthority,
    PetitionClosed,
    PetitionExists,
    PetitionHalted,
    PetitionNotFound,
    PetitionNotOpen,
    PetitionPeriodInvalid,
)
from signatures.lines import Origin
from signatures.tables import Petition


@dataclass(frozen=True, slots=True)
class PetitionKeys:
    """What seals a petition's lines and what names its people; gone with the petition's key.

    The keyed hashes need the pepper *and* the petition's own key. Two petitions thus share no
    hash of the same person, and once the key is destroyed nobody can test a name against them.
    """

    seal: DataKey = field(repr=False)
    person: Mac = field(repr=False)
    name: Mac = field(repr=False)

    @classmethod
    def open(cls, session: Session, vault: Vault, petition: Petition) -> PetitionKeys:
        return cls.of(vault, vault.open_key(session, petition.key_id), petition.measure_id)

    @classmethod
    def of(cls, vault: Vault, seal: DataKey, measure: UUID) -> PetitionKeys:
        """From the petition's own key, opened."""

        def keyed(purpose: str) -> Mac:
            pepper = vault.mac(f"{purpose}:{measure}").key
            return Mac(hmac.digest(pepper, seal.secret, "sha256"))

        return cls(seal, keyed("person"), keyed("name"))

    def person_key(self, person: UUID) -> bytes:
        """The person on this petition, and on no other."""
        return self.person.of(str(person))

    def name_key(self, name_index: bytes) -> bytes:
        """The register's look-up hash of a name and birth date, made this petition's own."""
        return self.name.of(name_index.hex())


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A petition as it begins: who may sign it, in which ways, and when (`opens <= t < closes`)."""

    measure_id: UUID
    jurisdiction_id: UUID
    opens_at: datetime
    closes_at: datetime
    roll_id: UUID
    channels: Collection[Origin]
    online_days: Sequence[OnlineDays] | None = None
    """The days on which the designations let one sign online; None: every day."""
    text_sha256: bytes
    owner: Authority
    """Whose key it is under."""
    minimum_assurance: Assurance = Assurance.PHONE_ON_FILE


def open_petition(uow: UnitOfWork, vault: Vault, opening: Opening) -> Petition:
    """Begin collecting, under a key that is wrapped to its owner.

    The step that lifecycle takes is the act; this writes no entry of its own.
    """
    opens, closes = opening.opens_at, opening.closes_at
    if not opens < closes or not opening.channels:
        raise PetitionPeriodInvalid(opens_at=opens.isoformat(), closes_at=closes.isoformat())
    place = uow.session.get_one(Jurisdiction, opening.jurisdiction_id)
    key = vault.new_key(uow.session, purpose="measure", owner=opening.owner)
    petition = Petition(
        id=uuid4(),
        measure_id=opening.measure_id,
        jurisdiction_id=opening.jurisdiction_id,
        zone=place.zone,
        opens_at=opens,
        closes_at=closes,
        roll_id=opening.roll_id,
        channels=sorted(opening.channels),
        online_days=_told(opening.online_days),
        minimum_assurance=opening.minimum_assurance.value,
        owner=opening.owner.value,
        text_sha256=opening.text_sha256,
        key_id=key.id,
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(petition)
    except IntegrityError as taken:
        if violates(taken, "uq_petition_measure"):
            raise PetitionExists(measure=str(opening.measure_id)) from taken
        raise
    return petition


def get(session: Session, petition_id: UUID) -> Petition:
    return _found(session.get(Petition, petition_id), petition_id)


def of_measure(session: Session, measure_id: UUID) -> Petition | None:
    return session.scalars(select(Petition).where(Petition.measure_id == measure_id)).one_or_none()


def get_to_sign(session: Session, petition_id: UUID) -> Petition:
    """Many may sign at once, but nobody may sign while it is being closed."""
    held = session.get(
        Petition, petition_id, with_for_update={"read": True}, populate_existing=True
    )
    return _found(held, petition_id)


def get_to_close(session: Session, petition_id: UUID) -> Petition:
    """Waits for the signers already at the table, and lets no new one sit down."""
    held = session.get(Petition, petition_id, with_for_update=True, populate_existing=True)
    return _found(held, petition_id)


def get_at_desk(session: Session, petition_id: UUID, by: Officer) -> Petition:
    """One desk works on a petition's lines at a time; signers never wait for it."""
    hold_desk(session, petition_id)
    petition = get_to_sign(session, petition_id)
    insist_examiner(petition, by)
    return petition


def hold_desk(session: Session, petition_id: UUID) -> None:
    """Keep other desks, and other counts, of this petition waiting until the transaction ends."""
    desk = int.from_bytes(petition_id.bytes[:8], signed=True)
    session.execute(text("select pg_advisory_xact_lock(:desk)"), {"desk": desk})


def share_desk(session: Session, petition_id: UUID) -> None:
    """The same for several who are no desk: they keep desks waiting, and not each other."""
    desk = int.from_bytes(petition_id.bytes[:8], signed=True)
    session.execute(text("select pg_advisory_xact_lock_shared(:desk)"), {"desk": desk})


def insist_examiner(petition: Petition, by: Officer) -> None:
    """Lines are brought, read and decided by examiners of the deciding authority alone.

    So nobody of the city can list who signed a recall, whatever their role at home.
    """
    if by.jurisdiction != petition.jurisdiction_id:
        raise OtherJurisdiction
    if by.authority.value != petition.owner:
        raise OtherAuthority(authority=petition.owner)
    by.insist(Role.EXAMINER)


def insist_open(petition: Petition, now: datetime) -> None:
    """Refuse before the opening, from the deadline on, and once it has been closed."""
    if now < petition.opens_at:
        raise PetitionNotOpen(petition=str(petition.id), opens_at=petition.opens_at.isoformat())
    if petition.closed_at is not None or now >= petition.closes_at:
        ended = min(petition.closes_at, petition.closed_at or petition.closes_at)
        raise PetitionClosed(petition=str(petition.id), closes_at=ended.isoformat())


def insist_not_halted(petition: Petition) -> None:
    """Refuse a new signature under a halt; what was signed can still be taken back."""
    if petition.halted is not None:
        raise PetitionHalted(petition=str(petition.id), **petition.halted)


def is_open(petition: Petition, now: datetime) -> bool:
    return petition.closed_at is None and petition.opens_at <= now < petition.closes_at


def insist_channel(petition: Petition, origin: Origin) -> None:
    if origin.value not in petition.channels:
        raise ChannelNotAllowed(petition=str(petition.id), channel=origin.value)


def insist_online(petition: Petition, now: datetime) -> None:
    """Refuse to sign here where the rules know no such way, and on a day without a designation."""
    insist_channel(petition, Origin.ONLINE)
    if not takes_online(petition, now):
        raise ChannelNotAllowed(petition=str(petition.id), channel=Origin.ONLINE.value)


def takes_online(petition: Petition, now: datetime) -> bool:
    """Whether one can sign online today, as far as the channel goes."""
    if Origin.ONLINE.value not in petition.channels:
        return False
    today = local_day(petition, now)
    return petition.online_days is None or any(
        OnlineDays.of(told).holds(today) for told in petition.online_days
    )


def set_channels(
    uow: UnitOfWork,
    petition_id: UUID,
    channels: Collection[Origin],
    online_days: Sequence[OnlineDays] | None,
) -> None:
    """In which ways one can sign, from here on: whoever is signing now is waited for."""
    petition = get_to_close(uow.session, petition_id)
    petition.channels = sorted(channels)
    petition.online_days = _told(online_days)
    uow.session.flush()


def _told(days: Sequence[OnlineDays] | None) -> list[dict[str, str | None]] | None:
    return None if days is None else sorted((one.as_json() for one in days), key=str)


def close(uow: UnitOfWork, petition_id: UUID, *, at: datetime) -> bool:
    """Stop collection, dated by its deadline; False where it was closed before.

    Once this holds the row no signer is under way, so a count made after it is final.
    """
    petition = get_to_close(uow.session, petition_id)
    if petition.closed_at is not None:
        return False
    petition.closed_at = at
    uow.session.flush()
    return True


def submit(uow: UnitOfWork, petition_id: UUID, *, at: datetime) -> None:
    """The sheets were handed in: from now on none of their lines can be withdrawn."""
    get_to_close(uow.session, petition_id).submitted_at = at
    uow.session.flush()


def move_deadline(uow: UnitOfWork, petition_id: UUID, *, closes_at: datetime) -> None:
    """A new end of the period, as excluded days or a hold demand; never of a closed petition."""
    petition = get_to_close(uow.session, petition_id)
    if petition.closed_at is not None:
        raise PetitionClosed(petition=str(petition_id), closes_at=petition.closed_at.isoformat())
    if not petition.opens_at < closes_at:
        opens_at = petition.opens_at.isoformat()
        raise PetitionPeriodInvalid(opens_at=opens_at, closes_at=closes_at.isoformat())
    petition.closes_at = closes_at
    uow.session.flush()


def halt(uow: UnitOfWork, petition_id: UUID, *, by: Mapping[str, str] | None) -> None:
    """Let nobody sign under a halt, {kind, document}, from here on; None: they can sign again.

    Whoever is signing now is waited for, and whoever comes later reads this under their lock.
    """
    get_to_close(uow.session, petition_id).halted = None if by is None else dict(by)
    uow.session.flush()


def close_days(uow: UnitOfWork, petition_id: UUID, closed: Sequence[ClosedDays]) -> None:
    """Let nobody sign on these days, from here on: whoever is signing now is waited for."""
    petition = get_to_close(uow.session, petition_id)
    told = sorted((one.as_json() for one in closed), key=str)
    if petition.closed_days != told:
        petition.closed_days = told
        uow.session.flush()


def closed_days_of(petition: Petition) -> list[ClosedDays]:
    """The days on which nobody may sign, as they stand on the petition."""
    return [ClosedDays.of(told) for told in petition.closed_days or []]


def local_day(petition: Petition, moment: datetime) -> date:
    """The day that it is where the petition runs."""
    return moment.astimezone(ZoneInfo(petition.zone)).date()


def signing_days(petition: Petition) -> tuple[date, date]:
    """The first and the last day on which a signature may be dated."""
    last = petition.closes_at - timedelta(microseconds=1)
    return local_day(petition, petition.opens_at), local_day(petition, last)


def _found(petition: Petition | None, petition_id: UUID) -> Petition:
    if petition is None:
        raise PetitionNotFound(petition=str(petition_id))
    return petition
