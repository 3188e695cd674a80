"""Signing online, taking a signature back, and seeing what one has signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from referendum.kernel import clock
from referendum.kernel.people import Assurance, Resident
from referendum.kernel.sealing import SealedDataKey, Vault
from referendum.kernel.uow import UnitOfWork
from referendum.roll.tables import RollEntry
from signatures import closing, deciding, petitions
from signatures.closing import ClosedDays
from signatures.deciding import Decision, Found, record_signer
from signatures.errors import (
    AssuranceTooLow,
    ConsentMissing,
    ReceiptUnknown,
)
from signatures.lines import Origin, Reason, Receipt, Status
from signatures.petitions import PetitionKeys
from signatures.standing import why_off_roll
from signatures.tables import Line, Petition, StandingSignature
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
    """The line is kept. `standing` is False where an earlier one of theirs already counts."""

    line_id: UUID
    record_entry_id: UUID
    standing: bool
    receipt: str = field(repr=False)
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


def sign(
    uow: UnitOfWork,
    vault: Vault,
    petition_id: UUID,
    resident: Resident,
    *,
    consents: Mapping[Consent, str],
    details: Details,
    electorate: Electorate,
    closed: Sequence[ClosedDays] = closing.NONE,
) -> Signed | NotOnRoll:
    """Add a line for a resident; it stands where it is their first that counts.

    `consents` gives the version of the wording that each was given to. On `closed` days of their
    district nobody can sign: such a signature would be void.
    """
    petition = petitions.get_to_sign(uow.session, petition_id)
    now = uow.now()
    petitions.insist_open(petition, now)
    petitions.insist_not_halted(petition)
    _insist_on_terms(petition, resident.assurance, consents)
    district = _district_on_roll(uow.session, petition, resident)
    if district is None:
        why = why_off_roll(uow.session, petition.roll_id, {resident.person}, electorate)
        return NotOnRoll(why[resident.person])
    today = petitions.local_day(petition, now)
    closing.insist_open(closed, today, district, last=petitions.signing_days(petition)[1])
    keys = PetitionKeys.open(uow.session, vault, petition)
    found = Found(keys.person_key(resident.person), district)
    receipt = Receipt.new(petition.id, uuid4())
    line = Line(
        petition_id=petition.id,
        id=receipt.line,
        origin=Origin.ONLINE.value,
        person_key=found.person_key,
        district_id=district,
        signed_on=today,
        sealed=keys.seal.seal_fields(_written(details), place=f"line:{receipt.line}"),
        missing=[],
        assurance=resident.assurance.value,
        text_sha256=petition.text_sha256,
        commitment=receipt.commitment,
        consents={consent.value: version for consent, version in consents.items()},
        received_on=today,
    )
    entry, standing = _keep(uow, petition, line, found, now)
    return Signed(line.id, entry, standing, receipt.text)


def _keep(
    uow: UnitOfWork, petition: Petition, line: Line, found: Found, now: datetime
) -> tuple[UUID, bool]:
    """Write the line with its entry and its decision; gives the entry and whether it stands."""
    entry = record_signer(uow, petition, "signature.recorded", line.commitment, line.received_on)
    line.record_entry_id = entry
    uow.session.add(line)
    uow.session.flush()
    standing = deciding.put(uow.session, petition, line, found, since=line.received_on)
    decision = Decision(
        line.id,
        1,
        Status.VALID if standing else Status.VOID,
        None if standing else Reason.DUPLICATE,
        found.person_key,
        found.district_id,
    )
    at = deciding.moment_of(petition, line.origin, now)
    deciding.add(uow.session, petition, decision, by=deciding.ITSELF, at=at)
    return entry, standing


def mine(session: Session, vault: Vault, person_id: UUID) -> list[Mine]:
    """The signatures of a person that stand, on petitions that run or ended lately."""
    now = clock.read(session)
    alive = (
        select(Petition)
        .join(SealedDataKey, SealedDataKey.id == Petition.key_id)
        .where(
            SealedDataKey.wrapped.is_not(None),
            or_(Petition.closed_at.is_(None), Petition.closed_at > now - RECENT),
        )
    )
    known = {petition.id: petition for petition in session.scalars(alive)}
    keys = [
        (petition.id, PetitionKeys.open(session, vault, petition).person_key(person_id))
        for petition in known.values()
    ]
    theirs = tuple_(StandingSignature.petition_id, StandingSignature.person_key).in_(keys)
    standing = session.scalars(
        select(StandingSignature).where(theirs).order_by(StandingSignature.since.desc())
    )
    return [_mine(known[signature.petition_id], signature, open_at=now) for signature in standing]


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
    petitions.insist_channel(petition, Origin.ONLINE)
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
