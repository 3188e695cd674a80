"""The examiners' desk: sheets brought, the automatic pass, and the lines that it leaves open."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Body

from referendum.api.access import petition_here
from referendum.api.callers import House
from referendum.api.line_shapes import (
    BatchOut,
    CandidateOut,
    CandidatesOut,
    DecisionIn,
    DecisionOut,
    ExaminationOut,
    MiskeyedOut,
    NoteIn,
    OpenLineOut,
    PaperWithdrawalIn,
    SheetsIn,
    VersionOut,
    VoidingOut,
    WhomIn,
)
from referendum.api.paging import Asks
from referendum.api.proposals import ProposalOut
from referendum.api.refusing import Route, possible
from referendum.api.repeating import ACCEPTED, EMPTY, act
from referendum.api.shapes import Day, Page
from referendum.doors.sessions import Staff
from referendum.kernel.people import OtherJurisdiction, RoleMissing
from referendum.kernel.proposals import ProposedAlready
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import keying, petitioning, proposing, reviewing, undoing
from referendum.lifecycle.errors import (
    DayImplausible,
    DocumentAhead,
    NextStepTaken,
    NotYourAct,
    OnHold,
    VoidingNotFound,
    VoidingUndoneBefore,
)
from referendum.lifecycle.stages import ActNotAllowed
from signatures import deciding, examinations, miskeying, settling
from signatures import errors as refusals
from signatures.lines import Origin, PaperLine
from signatures.petitions import get as get_petition
from signatures.petitions import insist_examiner
from signatures.reading import read_sheets

router = APIRouter(prefix="/petitions/{petition_id}", tags=["examination"], route_class=Route)

AT_THE_DESK: Final = (
    refusals.PetitionNotFound,
    refusals.OtherAuthority,
    OtherJurisdiction,
    RoleMissing,
)
AMISS: Final = (DocumentAhead, DayImplausible, refusals.ReceivedOutside)
"""How the day on which sheets came may be refused."""
BRINGING: Final = (
    *AT_THE_DESK,
    *AMISS,
    refusals.ChannelNotAllowed,
    refusals.NothingBrought,
    refusals.BatchAlreadyBrought,
    refusals.RowsAlreadyBrought,
    refusals.SheetNotRegistered,
    refusals.SheetOverfull,
    ActNotAllowed,
)
Csv = Annotated[bytes, Body(media_type="text/csv", description="UTF-8 or CP949.")]


@act(router, "/lines", *BRINGING)
def key_in_lines(
    uow: UnitOfWork, petition_id: UUID, given: SheetsIn, house: House, by: Staff
) -> BatchOut:
    """Keep the lines of sheets in the order given."""
    lines = [PaperLine(**one.model_dump()) for one in given.lines]
    petition_here(uow.session, petition_id, by)
    batch = keying.bring(uow, house.vault, petition_id, lines, by=by, received_on=given.received_on)
    return BatchOut.of(batch)


@act(router, "/lines/import", *BRINGING, refusals.LinesRefused)
def import_lines(
    uow: UnitOfWork,
    petition_id: UUID,
    file: Csv,
    received_on: Day,
    house: House,
    by: Staff,
    origin: Origin = Origin.PAPER,
) -> BatchOut:
    """Keep the lines of a file, all or none; `portal`: as the designated system gave them."""
    insist_examiner(petition_here(uow.session, petition_id, by), by)
    batch = keying.bring(
        uow,
        house.vault,
        petition_id,
        read_sheets(file).whole(),
        by=by,
        received_on=received_on,
        origin=origin,
    )
    return BatchOut.of(batch)


@act(
    router,
    "/examinations",
    *AT_THE_DESK,
    NotYourAct,
    OnHold,
    ActNotAllowed,
    refusals.ExaminationUnderWay,
    status=ACCEPTED,
)
def examine(uow: UnitOfWork, petition_id: UUID, by: Staff) -> ExaminationOut:
    """Start the pass that decides what the frozen roll can decide; ask the next route how it goes.

    All of it holds at once or nothing does, and one goes at a time.
    """
    petition = petition_here(uow.session, petition_id, by)
    asked = reviewing.ask(uow, petition.measure_id, by)
    course = examinations.one(uow.session, petition_id, asked)
    return ExaminationOut.of(course)


@router.get(
    "/examinations/{examination_id}",
    responses=possible(*AT_THE_DESK, refusals.ExaminationNotFound),
)
def show_examination(
    petition_id: UUID, examination_id: UUID, house: House, by: Staff
) -> ExaminationOut:
    """How far a pass is, what it decided, or why it was refused."""
    with house.begin() as uow:
        insist_examiner(petition_here(uow.session, petition_id, by), by)
        return ExaminationOut.of(examinations.one(uow.session, petition_id, examination_id))


@router.get("/lines/open", responses=possible(*AT_THE_DESK))
def list_open_lines(petition_id: UUID, house: House, by: Staff, asks: Asks) -> Page[OpenLineOut]:
    """The lines that wait for a decision, with what is written in them."""
    with house.begin() as uow:
        petition_here(uow.session, petition_id, by)
        lines = settling.open_lines(
            uow.session,
            house.vault,
            petition_id,
            by=by,
            after=asks.after(int, first=0),
            limit=asks.wanted,
        )
        return asks.page(lines, OpenLineOut.of, key=lambda line: line.number)


@router.post("/candidates", responses=possible(*AT_THE_DESK))
def find_candidates(petition_id: UUID, given: WhomIn, house: House, by: Staff) -> CandidatesOut:
    """Whom a line may mean. A POST, as addresses are logged and bodies are not."""
    with house.begin() as uow:
        petition_here(uow.session, petition_id, by)
        found = settling.candidates(
            uow.session,
            house.vault,
            petition_id,
            name=given.name,
            birth_date=given.birth_date,
            reference=given.reference,
            age=petitioning.minimum_age(uow.session, get_petition(uow.session, petition_id)),
            by=by,
        )
        return CandidatesOut(candidates=[CandidateOut.of(one) for one in found])


@router.get("/lines/{line_id}/decisions", responses=possible(*AT_THE_DESK, refusals.LineNotFound))
def list_decisions(
    petition_id: UUID, line_id: UUID, house: House, by: Staff, asks: Asks
) -> Page[VersionOut]:
    """Everything that was decided on a line, oldest first."""
    after = asks.after(int, first=0)
    with house.begin() as uow:
        petition_here(uow.session, petition_id, by)
        petition = get_petition(uow.session, petition_id)
        insist_examiner(petition, by)
        deciding.line_of(uow.session, petition, line_id)
        seal = house.vault.open_key(uow.session, petition.key_id)
        versions = deciding.history(uow.session, seal, petition_id, line_id)
        rest = [one for one in versions if one.version > after]
        return asks.page(rest, VersionOut.of, key=lambda one: one.version)


@act(
    router,
    "/lines/{line_id}/decisions",
    *AT_THE_DESK,
    refusals.LineNotFound,
    refusals.LineWithdrawn,
    refusals.LineStruck,
    OnHold,
    ActNotAllowed,
    refusals.DecisionInvalid,
    refusals.DecisionNeedsNote,
    refusals.DecidedMeanwhile,
    refusals.PersonNotOnRoll,
)
def decide(
    uow: UnitOfWork, petition_id: UUID, line_id: UUID, given: DecisionIn, house: House, by: Staff
) -> DecisionOut:
    """Decide one line, or change what was decided with a note."""
    insist_examiner(petition_here(uow.session, petition_id, by), by)
    decision = keying.decide(
        uow,
        house.vault,
        petition_id,
        line_id,
        status=given.status,
        reason=given.reason,
        person_id=given.person,
        note=given.note,
        by=by,
    )
    return DecisionOut.of(decision)


@act(
    router,
    "/lines/voiding",
    *AT_THE_DESK,
    ProposedAlready,
    refusals.DecisionNeedsNote,
    refusals.ExaminationUnderWay,
    refusals.NothingToVoid,
    OnHold,
    ActNotAllowed,
)
def propose_voiding(
    uow: UnitOfWork, petition_id: UUID, given: NoteIn, house: House, by: Staff
) -> ProposalOut:
    """Propose to void every line that is open as unidentifiable, with one written reason."""
    insist_examiner(petition_here(uow.session, petition_id, by), by)
    put = proposing.propose_voiding(uow, house.means, petition_id, note=given.note, by=by)
    return ProposalOut.of(uow, put)


@router.get("/voidings", responses=possible(*AT_THE_DESK))
def list_voidings(petition_id: UUID, house: House, by: Staff) -> list[VoidingOut]:
    """What was voided together, the last first, and whether it can still be taken back."""
    with house.begin() as uow:
        insist_examiner(petition_here(uow.session, petition_id, by), by)
        return [VoidingOut.of(one) for one in undoing.of_petition(uow.session, petition_id)]


@act(
    router,
    "/voidings/{voiding_id}/undoing",
    *AT_THE_DESK,
    ProposedAlready,
    VoidingNotFound,
    VoidingUndoneBefore,
    NextStepTaken,
    refusals.DecisionNeedsNote,
    refusals.ExaminationUnderWay,
    refusals.NothingToUndo,
    OnHold,
    ActNotAllowed,
)
def propose_undoing(
    uow: UnitOfWork, petition_id: UUID, voiding_id: UUID, given: NoteIn, house: House, by: Staff
) -> ProposalOut:
    """Propose to take back, as a whole, what was voided together."""
    insist_examiner(petition_here(uow.session, petition_id, by), by)
    if undoing.get(uow.session, voiding_id).petition_id != petition_id:
        raise VoidingNotFound(voiding=str(voiding_id))
    put = proposing.propose_unvoiding(uow, house.means, voiding_id, note=given.note, by=by)
    return ProposalOut.of(uow, put)


@act(
    router,
    "/lines/{line_id}/withdrawal",
    *AT_THE_DESK,
    refusals.LineNotFound,
    refusals.LineWithdrawn,
    refusals.LineStruck,
    ActNotAllowed,
    refusals.SheetsSubmitted,
    refusals.ChannelNotAllowed,
    status=EMPTY,
)
def withdraw_paper(
    uow: UnitOfWork,
    petition_id: UUID,
    line_id: UUID,
    given: PaperWithdrawalIn,
    house: House,
    by: Staff,
) -> None:
    """Strike a paper line that the representative reports as taken back."""
    petition_here(uow.session, petition_id, by)
    keying.withdraw_paper(uow, house.vault, petition_id, line_id, document=given.document, by=by)


@router.get("/batches", responses=possible(*AT_THE_DESK))
def list_batches(petition_id: UUID, house: House, by: Staff, asks: Asks) -> Page[BatchOut]:
    """What was brought, the last first, and what of it was marked as keyed wrongly."""
    with house.begin() as uow:
        insist_examiner(petition_here(uow.session, petition_id, by), by)
        found = miskeying.batches(uow.session, petition_id, before=asks.before(), limit=asks.wanted)
        return asks.page(found, lambda one: BatchOut.of(*one), key=lambda one: one[0].number)


@act(
    router,
    "/batches/{batch_id}/miskeyed",
    *AT_THE_DESK,
    refusals.BatchNotFound,
    refusals.BatchMarkedBefore,
    refusals.DecisionNeedsNote,
    refusals.ExaminationUnderWay,
    ActNotAllowed,
)
def mark_miskeyed(
    uow: UnitOfWork, petition_id: UUID, batch_id: UUID, given: NoteIn, house: House, by: Staff
) -> MiskeyedOut:
    """Take a batch that was keyed wrongly out of every total; its lines stay as evidence."""
    insist_examiner(petition_here(uow.session, petition_id, by), by)
    lines = keying.mark_miskeyed(uow, house.vault, petition_id, batch_id, note=given.note, by=by)
    return MiskeyedOut(lines=lines)


@act(
    router,
    "/batches/{batch_id}/restoration",
    *AT_THE_DESK,
    refusals.BatchNotFound,
    refusals.BatchNotMarked,
    refusals.DecisionNeedsNote,
    refusals.ExaminationUnderWay,
    refusals.RowsAlreadyBrought,
    NextStepTaken,
    ActNotAllowed,
)
def restore_batch(
    uow: UnitOfWork, petition_id: UUID, batch_id: UUID, given: NoteIn, house: House, by: Staff
) -> MiskeyedOut:
    """Put a batch back that was taken back by mistake, until the measure's next step."""
    insist_examiner(petition_here(uow.session, petition_id, by), by)
    lines = keying.restore_batch(uow, house.vault, petition_id, batch_id, note=given.note, by=by)
    return MiskeyedOut(lines=lines)
