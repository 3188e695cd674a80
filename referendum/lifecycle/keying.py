"""Lines that come and are decided at a desk: the one way for pages, API, commands and tests.

Whatever decides lines asks the table of stages first, with the measure shared, so that nothing
changes after the step that relies on it. Whoever brings lines takes the petition alone, shared, as
signers do: a step after which none come holds it alone, before the stage changes (`taking`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final, Unpack
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel import proposals
from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.intake import ENDED
from referendum.kernel.people import Officer
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin, UnitOfWork
from referendum.lifecycle import acting, entries, holds, petitioning, undoing
from referendum.lifecycle.dates import following
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import DocumentAhead
from referendum.lifecycle.tables import Measure
from referendum.lifecycle.voiding_tables import Voiding, VoidingUndone
from referendum.roll import places
from signatures import (
    examinations,
    handing_in,
    intakes,
    miskeying,
    petitions,
    restoring,
    settling,
    sheets,
    taking_in,
    withdrawing,
)
from signatures.deciding import Decision
from signatures.errors import DecisionNeedsNote, ExaminationUnderWay, ReceivedOutside
from signatures.lines import Origin, PaperLine
from signatures.settling import Ruling
from signatures.sheets import Brought
from signatures.tables import PaperBatch, Petition

TASK: Final = "petitions.take_in"
"""Asks for a file of sheets to be gone on with (`carry_on`)."""
SMALL: Final = 1 << 20
"""Bytes of a file, some ten thousand lines, that are brought while their sender waits."""


def bring(
    uow: UnitOfWork,
    vault: Vault,
    petition_id: UUID,
    lines: Iterable[PaperLine],
    *,
    by: Officer,
    **how: Unpack[Brought],
) -> PaperBatch:
    """Keep lines of sheets, as `sheets.bring_lines` does, where the table has lines come."""
    petition = petitions.get_at_desk(uow.session, petition_id, by)
    _insist_came(uow, petition, how["received_on"])
    age = _age_where_lines_come(uow, petition)
    return sheets.bring_lines(uow, vault, petition_id, lines, by=by, minimum_age=age, **how)


def begin_file(
    uow: UnitOfWork,
    vault: Vault,
    petition_id: UUID,
    *,
    by: Officer,
    received_on: date,
    origin: Origin = Origin.PAPER,
) -> UUID:
    """Begin to take in a file of sheets, as `intakes.open_intake` does, where lines come."""
    petition = petitions.get(uow.session, petition_id)
    petitions.insist_examiner(petition, by)
    _insist_came(uow, petition, received_on)
    return intakes.open_intake(
        uow,
        vault,
        petition_id,
        by=by.id,
        received_on=received_on,
        origin=origin,
        minimum_age=_age_where_lines_come(uow, petition),
    )


def carry_on_later(uow: UnitOfWork, intake_id: UUID) -> None:
    """Have a worker go on with a file."""
    uow.later(TASK, intake_id=str(intake_id))


def carry_on(
    begin: Begin, vault: Vault, intake_id: UUID, officer: Callable[[Session, UUID], Officer]
) -> bool:
    """Go on with a file from where it stands, up to its end; False where somebody else does.

    `officer` gives the rights that whoever sent it has now. May run any number of times; a file
    that is refused has ended.
    """
    with begin() as held:
        if not intakes.is_free(held.session, intake_id):
            return False
        try:
            if intakes.get(held.session, intake_id).stage not in ENDED:
                taking_in.read(begin, vault, intake_id)
                _enter(begin, intake_id, officer)
        except DomainError as why:
            if why.refusal is Refusal.UNAVAILABLE:
                raise
            intakes.refuse(begin, vault, intake_id, why)
            raise
        intakes.clear(begin, vault, intake_id)
    return True


def _enter(begin: Begin, intake_id: UUID, officer: Callable[[Session, UUID], Officer]) -> None:
    with begin() as uow:
        row = intakes.get(uow.session, intake_id, locked=True)
        by = officer(uow.session, row.asked_by)
        _age_where_lines_come(uow, petitions.get_at_desk(uow.session, row.petition_id, by))
        taking_in.enter(uow, intake_id, by=by)


def _insist_came(uow: UnitOfWork, petition: Petition, received_on: date) -> None:
    """Refuse sheets of a day on which nobody can have received them: not yet, or not any more."""
    following.insist_plausible(received_on=received_on)
    today = places.today(uow, petition.jurisdiction_id)
    if received_on > today:
        raise DocumentAhead(field="received_on", day=received_on.isoformat())
    first = min(petitions.local_day(petition, petition.opens_at), today)
    last = handing_in.last_day(uow.session, petition) or today
    if not first <= received_on <= last:
        raise ReceivedOutside(first=first.isoformat(), last=last.isoformat())


def _age_where_lines_come(uow: UnitOfWork, petition: Petition) -> int:
    """From which age people may sign; refused at a stage at which no lines come."""
    measure = uow.session.get_one(Measure, petition.measure_id, populate_existing=True)
    entries.insist(measure, Entry.BRING_LINES)
    return petitioning.minimum_age(uow.session, petition)


def decide(
    uow: UnitOfWork,
    vault: Vault,
    petition_id: UUID,
    line_id: UUID,
    *,
    by: Officer,
    **ruling: Unpack[Ruling],
) -> Decision:
    """Decide one line, as `settling.decide` does, where the table has lines decided."""
    _when_decided(uow, petition_id, by)
    return settling.decide(uow, vault, petition_id, line_id, by=by, **ruling)


def void_remaining(
    uow: UnitOfWork, vault: Vault, petition_id: UUID, *, note: str, by: Officer
) -> int:
    """Void what names nobody, as `settling.void_remaining` does, where lines are decided.

    It takes many people's signatures at once: no officer does it alone.
    """
    insist_may_void(uow, petition_id, note=note, by=by)
    proposals.insist_seconded(by, act="void_remaining")
    voided = settling.void_remaining(uow, vault, petition_id, note=note, by=by)
    undoing.keep(uow, petitions.get(uow.session, petition_id), voided, by=by)
    return voided.lines


def insist_may_void(uow: UnitOfWork, petition_id: UUID, *, note: str, by: Officer) -> None:
    """Refuse what voiding all that names nobody is refused for."""
    _when_decided(uow, petition_id, by)
    if not note.strip():
        raise DecisionNeedsNote(petition=str(petition_id))
    if examinations.under_way(uow.session, petition_id):
        raise ExaminationUnderWay(petition=str(petition_id))


def undo_voiding(
    uow: UnitOfWork, vault: Vault, voiding_id: UUID, *, note: str, by: Officer
) -> VoidingUndone:
    """Take back what was voided together, as a whole, until the measure takes its next step.

    What two officers did two take back.
    """
    voiding = insist_may_undo(uow, voiding_id, note=note, by=by)
    proposals.insist_seconded(by, act="undo_voiding")
    return undoing.undo(uow, vault, voiding, note=note, by=by)


def insist_may_undo(uow: UnitOfWork, voiding_id: UUID, *, note: str, by: Officer) -> Voiding:
    """Refuse what taking it back is refused for; gives the decision, with its measure kept."""
    voiding = undoing.get(uow.session, voiding_id)
    petitions.insist_examiner(petitions.get(uow.session, voiding.petition_id), by)
    acting.share(uow.session, voiding.measure_id)
    # Before the table is asked: whoever comes after the next step learns which one it was.
    undoing.insist_not_settled(uow.session, voiding)
    insist_may_void(uow, voiding.petition_id, note=note, by=by)
    return voiding


def withdraw_paper(
    uow: UnitOfWork, vault: Vault, petition_id: UUID, line_id: UUID, *, document: str, by: Officer
) -> None:
    """Strike a line that the representative reports as taken back, before the handing in."""
    _asked(uow, petition_id, by, Entry.WITHDRAW_LINE)
    withdrawing.withdraw_paper(uow, vault, petition_id, line_id, document=document, by=by)


def mark_miskeyed(
    uow: UnitOfWork, vault: Vault, petition_id: UUID, batch: UUID, *, note: str, by: Officer
) -> int:
    """Take a batch that was keyed wrongly out of every total, with a written reason.

    Possible as long as lines come, so that what was on the sheets can be keyed in again.
    """
    _asked(uow, petition_id, by, Entry.TAKE_BACK_BATCH)
    return miskeying.mark(uow, vault, petition_id, batch, note=note, by=by)


def restore_batch(
    uow: UnitOfWork, vault: Vault, petition_id: UUID, batch: UUID, *, note: str, by: Officer
) -> int:
    """Put a batch back as a whole, until the measure takes its next step.

    What one officer took back one may put back, with a written reason.
    """
    petition = petitions.get(uow.session, petition_id)
    petitions.insist_examiner(petition, by)
    measure = acting.share(uow.session, petition.measure_id)
    mark = miskeying.mark_of(uow.session, batch)
    if mark is not None:
        # Before the table is asked: whoever comes after the next step learns which one it was.
        undoing.insist_no_step_since(uow.session, measure.id, mark.marked_at)
    entries.insist(measure, Entry.TAKE_BACK_BATCH)
    return restoring.restore(uow, vault, petition_id, batch, note=note, by=by)


def _when_decided(uow: UnitOfWork, petition_id: UUID, by: Officer) -> None:
    """A halt stops what one officer decides as it stops the pass; no line is lost by waiting."""
    _asked(uow, petition_id, by, Entry.EXAMINE)
    holds.insist_on_none(uow.session, petitions.get(uow.session, petition_id).measure_id)


def _asked(uow: UnitOfWork, petition_id: UUID, by: Officer, entry: Entry) -> None:
    """With the measure kept as it is until the end: a step waits for what is written here."""
    petition = petitions.get(uow.session, petition_id)
    petitions.insist_examiner(petition, by)
    entries.insist(acting.share(uow.session, petition.measure_id), entry)
