"""Signing online, taking a signature back, and seeing what one has signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from referendum.kernel import clock, record
from referendum.kernel.people import Assurance, Resident
from referendum.kernel.sealing import DataKey, SealedDataKey, Vault
from referendum.kernel.uow import UnitOfWork
from referendum.kernel.wire import Through
from referendum.roll.tables import RollEntry
from signatures import closing, deciding, petitions, same_phone, states
from signatures.errors import (
    AssuranceTooLow,
    ConsentMissing,
    ReceiptUnknown,
)
from signatures.lines import Origin, Reason, Receipt
from signatures.off_roll import why_off_roll
from signatures.petitions import PetitionKeys
from signatures.states import Fresh
from signatures.tables import Line, Petition, StandingSignature, Withdrawal
from thresholds.electorate import Electorate

RECENT: Final = timedelta(days=730)
"""For how long after its closing a petition is still shown to those who signed it."""


class Consent(StrEnum):
    """What a signer agrees to, each by itself (개인정보 보호법 §23: a signature is sensitive)."""

    PURPOSE = "purpose"
    SENSITIVE = "sensitive"
    RETENTION = "retention"


@dataclass(frozen=True, slots=True)
class Details:
    """What a signer would have written on a sheet."""

    name: str = field(repr=False)
    birth_date: date = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """The signature of this person, as it stands or beside one that does.

    `standing` is False where an earlier one of theirs from elsewhere already counts: the new line
    is kept. A repeat of what stands is the same line and entry again, without a receipt.
    """

    line_id: UUID
    record_entry_id: UUID
    standing: bool
    receipt: str | None = field(repr=False)
    """Shown to the signer once and stored nowhere."""


@dataclass(frozen=True, slots=True)
class NotOnRoll:
    """Nothing was stored. The reason is for this person's eyes alone."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Mine:
    """A signature of the person who asks."""

    petition_id: UUID
    measure_id: UUID
    line_id: UUID
    origin: Origin
    since: date
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A signature that the person who asks has taken back."""

    measure_id: UUID
    on: date


def sign(
    uow: UnitOfWork,
    vault: Vault,
    petition_id: UUID,
    resident: Resident,
    *,
    consents: Mapping[Consent, str],
    details: Details,
    electorate: Electorate,
) -> Signed | NotOnRoll:
    """Add a line for a resident; it stands where it is their first that counts (SIG-01).

    A repeat of their own standing online signature adds nothing. `consents` gives the version of
    the wording that each was given to. On closed days of their district nobody can sign: such a
    signature would be void.
    """
    petition = petitions.get_to_sign(uow.session, petition_id)
    now = uow.now()
    insist_may_sign(petition, now, resident.assurance, consents)
    district = _district_on_roll(uow.session, petition, resident)
    if district is None:
        why = why_off_roll(uow.session, petition.roll_id, {resident.person}, electorate)
        return NotOnRoll(why[resident.person])
    insist_open_there(petition, now, district)
    same_phone.insist(uow.session, petition, resident)
    seal = vault.open_key(uow.session, petition.key_id)
    fresh, receipt = prepare(
        vault,
        seal,
        petition,
        resident,
        district=district,
        now=now,
        consents=consents,
        details=details,
    )
    uow.session.flush()
    (entered,) = states.enter(Through(uow.session.connection()), [fresh])
    assert entered is not None, "the petition is held as it was looked at"
    if entered.kept:
        return Signed(fresh.line_id, fresh.entry_id, entered.stands, receipt.text)
    first = deciding.line_of(uow.session, petition, entered.standing)
    assert first.record_entry_id is not None, "an online line has an entry of its own"
    return Signed(first.id, first.record_entry_id, standing=True, receipt=None)


def insist_may_sign(
    petition: Petition, now: datetime, assurance: Assurance, consents: Mapping[Consent, str]
) -> None:
    """Refuse what keeps this signature from being given now, wherever its signer lives."""
    petitions.insist_open(petition, now)
    petitions.insist_not_halted(petition)
    petitions.insist_online(petition, now)
    _insist_on_terms(petition, assurance, consents)


def insist_open_there(petition: Petition, now: datetime, district: UUID) -> None:
    """Refuse a day on which nobody of a district may sign."""
    closing.insist_open(
        petitions.closed_days_of(petition),
        petitions.local_day(petition, now),
        district,
        last=petitions.signing_days(petition)[1],
    )


def prepare(
    vault: Vault,
    seal: DataKey,
    petition: Petition,
    resident: Resident,
    *,
    district: UUID,
    now: datetime,
    consents: Mapping[Consent, str],
    details: Details,
) -> tuple[Fresh, Receipt]:
    """All that is written for a signature, without the database: ids, keys, seals, the entry.

    `seal` is the petition's own key. The receipt is the signer's, and is kept nowhere.
    """
    today = petitions.local_day(petition, now)
    keys = PetitionKeys.of(vault, seal, petition.measure_id)
    receipt = Receipt.new(petition.id, uuid4())
    signer = deciding.signers_entry("signature.recorded", petition, receipt.commitment, today)
    entry = record.entry(
        signer.act, by="resident", at=today, measure=petition.measure_id, facts=signer.facts
    )
    fresh = Fresh(
        petition_id=petition.id,
        measure_id=petition.measure_id,
        line_id=receipt.line,
        person_key=keys.person_key(resident.person),
        district_id=district,
        day=today,
        sealed=keys.seal.seal_fields(_written(details), place=f"line:{receipt.line}"),
        assurance=resident.assurance.value,
        text_sha256=petition.text_sha256,
        commitment=receipt.commitment,
        consents=json.dumps({consent.value: version for consent, version in consents.items()}),
        entry_id=uuid4(),
        leaf=entry,
        moment=deciding.moment_of(petition, Origin.ONLINE, now),
    )
    return fresh, receipt


def has_signed(session: Session, vault: Vault, petition: Petition, person_id: UUID) -> bool:
    """Whether a signature of this person stands on this one petition."""
    key = PetitionKeys.open(session, vault, petition).person_key(person_id)
    return session.get(StandingSignature, (petition.id, key)) is not None


def mine(
    session: Session, vault: Vault, resident: Resident, *, petition_id: UUID | None = None
) -> list[Mine]:
    """The signatures of a person that stand, on petitions that run or ended lately, or on one.

    None that a phone which came later than it may not speak for (`same_phone`).
    """
    now = clock.read(session)
    known, keys = _theirs(session, vault, resident, now, petition_id=petition_id)
    theirs = tuple_(StandingSignature.petition_id, StandingSignature.person_key).in_(keys)
    standing = session.scalars(
        select(StandingSignature).where(theirs).order_by(StandingSignature.since.desc())
    )
    since = same_phone.new_since(session, resident)
    return [
        _mine(petition, signature, open_at=now)
        for signature in standing
        for petition in [known[signature.petition_id]]
        if same_phone.is_shown(petition, Origin(signature.origin), since)
    ]


def taken_back(session: Session, vault: Vault, resident: Resident) -> list[TakenBack]:
    """What this person has taken back and not given again, the latest first.

    It is told here alone, to who has just proved the phone: a receipt says nothing of it.
    """
    known, keys = _theirs(session, vault, resident, clock.read(session))
    gone = tuple_(Withdrawal.petition_id, Withdrawal.person_key)
    stands = tuple_(StandingSignature.petition_id, StandingSignature.person_key)
    standing = select(StandingSignature.petition_id, StandingSignature.person_key)
    rows = session.execute(
        select(Withdrawal.petition_id, Withdrawal.on, Line.origin)
        .join(Line, (Line.petition_id == Withdrawal.petition_id) & (Line.id == Withdrawal.line_id))
        .where(gone.in_(keys), gone.not_in(standing.where(stands.in_(keys))))
        .order_by(Withdrawal.on.desc())
    )
    since = same_phone.new_since(session, resident)
    found: dict[UUID, TakenBack] = {}
    for row in rows:
        petition = known[row.petition_id]
        if same_phone.is_shown(petition, Origin(row.origin), since):
            found.setdefault(petition.id, TakenBack(petition.measure_id, row.on))
    return list(found.values())


def _theirs(
    session: Session,
    vault: Vault,
    resident: Resident,
    now: datetime,
    *,
    petition_id: UUID | None = None,
) -> tuple[dict[UUID, Petition], list[tuple[UUID, bytes]]]:
    """The petitions that run or ended lately, or one; and the person's key on each."""
    alive = (
        select(Petition)
        .join(SealedDataKey, SealedDataKey.id == Petition.key_id)
        .where(
            SealedDataKey.wrapped.is_not(None),
            or_(Petition.closed_at.is_(None), Petition.closed_at > now - RECENT),
        )
    )
    if petition_id is not None:
        alive = alive.where(Petition.id == petition_id)
    known = {petition.id: petition for petition in session.scalars(alive)}
    keys = [
        (petition.id, PetitionKeys.open(session, vault, petition).person_key(resident.person))
        for petition in known.values()
    ]
    return known, keys


def entry_of_receipt(session: Session, text: str) -> UUID:
    """The record entry that a receipt speaks of, for `kernel.log.receipt`."""
    receipt = Receipt.parse(text)
    entry = session.scalar(
        select(Line.record_entry_id).where(
            Line.petition_id == receipt.petition,
            Line.id == receipt.line,
            Line.commitment == receipt.commitment,
        )
    )
    if entry is None:
        raise ReceiptUnknown
    return entry


def _mine(petition: Petition, signature: StandingSignature, *, open_at: datetime) -> Mine:
    origin = Origin(signature.origin)
    return Mine(
        petition.id,
        petition.measure_id,
        signature.line_id,
        origin,
        signature.since,
        origin is Origin.ONLINE and petitions.is_open(petition, open_at),
    )


def _insist_on_terms(
    petition: Petition, assurance: Assurance, consents: Mapping[Consent, str]
) -> None:
    missing = [consent.value for consent in Consent if not consents.get(consent, "").strip()]
    if missing:
        raise ConsentMissing(missing=missing)
    weakest_first = list(Assurance)
    minimum = Assurance(petition.minimum_assurance)
    if weakest_first.index(assurance) < weakest_first.index(minimum):
        raise AssuranceTooLow(minimum=petition.minimum_assurance, given=assurance.value)


def _district_on_roll(session: Session, petition: Petition, resident: Resident) -> UUID | None:
    return session.scalar(
        select(RollEntry.district_id).where(
            RollEntry.roll_id == petition.roll_id, RollEntry.person_id == resident.person
        )
    )


def _written(details: Details) -> dict[str, str]:
    return {
        "name": details.name,
        "birth_date": details.birth_date.isoformat(),
        "address": details.address,
    }
