"""Taking a signature back: at once online, through the representative on paper."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, tuple_

from referendum.kernel.people import Officer, Resident
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from signatures import deciding, petitions
from signatures.deciding import Decision, record_signer
from signatures.errors import LineWithdrawn, NotSigned, SheetsSubmitted, SignedOnPaper
from signatures.lines import Origin, Reason, Status
from signatures.petitions import PetitionKeys
from signatures.tables import Line, Petition, StandingSignature, Withdrawal


def withdraw(uow: UnitOfWork, vault: Vault, petition_id: UUID, resident: Resident) -> None:
    """Take one's online signature back, at once, as long as the petition is open."""
    petition = petitions.get_to_sign(uow.session, petition_id)
    now = uow.now()
    petitions.insist_open(petition, now)
    person_key = PetitionKeys.open(uow.session, vault, petition).person_key(resident.person)
    theirs = (StandingSignature.petition_id, StandingSignature.person_key)
    gone = delete(StandingSignature).where(tuple_(*theirs) == (petition.id, person_key))
    stood = uow.session.execute(
        gone.returning(StandingSignature.line_id, StandingSignature.origin)
    ).one_or_none()
    if stood is None:
        raise NotSigned(petition=str(petition_id))
    if stood.origin != Origin.ONLINE.value:
        raise SignedOnPaper(petition=str(petition_id))
    line = deciding.line_of(uow.session, petition, stood.line_id)
    today = petitions.local_day(petition, now)
    _take_back(uow, petition, line, on=today, how="online", by=deciding.ITSELF)
    record_signer(uow, petition, "signature.withdrawn", line.commitment, today)


def withdraw_paper(
    uow: UnitOfWork, vault: Vault, petition_id: UUID, line_id: UUID, *, document: str, by: Officer
) -> None:
    """Strike a paper line that the representative reports as taken back, before submission."""
    petition = petitions.get_at_desk(uow.session, petition_id, by)
    if petition.submitted_at is not None:
        raise SheetsSubmitted(submitted_at=petition.submitted_at.isoformat())
    line = deciding.line_of(uow.session, petition, line_id)
    petitions.insist_channel(petition, Origin(line.origin))
    if deciding.current(uow.session, petition_id, line_id).reason is Reason.WITHDRAWN:
        raise LineWithdrawn(line=str(line_id))
    deciding.remove(uow.session, petition_id, line_id)
    seal = vault.open_key(uow.session, petition.key_id)
    note = deciding.seal_note(seal, petition_id, document)
    today = petitions.local_day(petition, uow.now())
    _take_back(uow, petition, line, on=today, how="representative", by=by.mark, note=note)
    record_signer(uow, petition, "signature.withdrawn", line.commitment, today, by=by.mark)


def _take_back(
    uow: UnitOfWork,
    petition: Petition,
    line: Line,
    *,
    on: date,
    how: str,
    by: str,
    note: bytes | None = None,
) -> None:
    before = deciding.current(uow.session, petition.id, line.id)
    uow.session.execute(
        insert(Withdrawal).values(
            id=uuid4(),
            petition_id=petition.id,
            line_id=line.id,
            person_key=before.person_key,
            on=on,
            how=how,
        )
    )
    gone = Decision(
        line.id,
        before.version + 1,
        Status.VOID,
        Reason.WITHDRAWN,
        before.person_key,
        before.district_id,
    )
    at = deciding.moment_of(petition, line.origin, uow.now())
    deciding.add(uow.session, petition, gone, by=by, at=at, note=note)
