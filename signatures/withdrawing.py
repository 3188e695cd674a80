"""Taking a signature back: at once online, through the representative on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert

from referendum.kernel.people import Officer, Resident
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from signatures import deciding, petitions, same_phone, states
from signatures.deciding import Applied, Change, Entry
from signatures.errors import LineStruck, LineWithdrawn, NotSigned, SheetsSubmitted, SignedOnPaper
from signatures.examining import enter_ahead
from signatures.lines import Origin, Reason, Status
from signatures.petitions import PetitionKeys
from signatures.states import State
from signatures.tables import Petition, Withdrawal


def withdraw(uow: UnitOfWork, vault: Vault, petition_id: UUID, resident: Resident) -> None:
    """Take one's online signature back, at once, as long as the petition is open."""
    petition = petitions.get_to_sign(uow.session, petition_id)
    now = uow.now()
    petitions.insist_open(petition, now)
    person_key = PetitionKeys.open(uow.session, vault, petition).person_key(resident.person)
    held = states.hold(uow.session, petition_id, [], people=[person_key]).values()
    stood = next((one for one in held if one.stands and one.person_key == person_key), None)
    since = same_phone.new_since(uow.session, resident)
    if stood is None or not same_phone.is_shown(petition, stood.origin, since):
        raise NotSigned(petition=str(petition_id))
    if stood.origin is not Origin.ONLINE:
        raise SignedOnPaper(petition=str(petition_id))
    _take_back(uow, petition, stood, now=now, how="online", by=deciding.ITSELF)


def withdraw_paper(
    uow: UnitOfWork, vault: Vault, petition_id: UUID, line_id: UUID, *, document: str, by: Officer
) -> None:
    """Strike a paper line that the representative reports as taken back, before submission."""
    petition = petitions.get_at_desk(uow.session, petition_id, by)
    if petition.submitted_at is not None:
        raise SheetsSubmitted(submitted_at=petition.submitted_at.isoformat())
    enter_ahead(uow.session, petition_id, [line_id])
    line = states.hold(uow.session, petition_id, [line_id])[line_id]
    petitions.insist_channel(petition, line.origin)
    if line.reason is Reason.WITHDRAWN:
        raise LineWithdrawn(line=str(line_id))
    if line.status is Status.STRUCK:
        raise LineStruck(line=str(line_id))
    seal = vault.open_key(uow.session, petition.key_id)
    note = deciding.seal_note(seal, petition_id, document)
    _take_back(uow, petition, line, now=uow.now(), how="representative", by=by.mark, note=note)


def _take_back(
    uow: UnitOfWork,
    petition: Petition,
    line: State,
    *,
    now: datetime,
    how: str,
    by: str,
    note: bytes | None = None,
) -> None:
    """Who took a signature back has no older line that rises again: nothing else changes."""
    today = petitions.local_day(petition, now)
    uow.session.execute(
        insert(Withdrawal).values(
            id=uuid4(),
            petition_id=petition.id,
            line_id=line.line_id,
            person_key=line.person_key,
            on=today,
            how=how,
        )
    )

    def entry(applied: Applied) -> Entry:
        (gone,) = applied.decisions
        signer = deciding.signers_entry("signature.withdrawn", petition, gone.commitment, today)
        return replace(signer, by="resident" if by == deciding.ITSELF else by)

    gone = Change(line, Status.VOID, Reason.WITHDRAWN, note=note)
    at = deciding.moment_of(petition, line.origin, now)
    deciding.apply(uow, petition, [gone], by=by, at=at, telling=entry)
