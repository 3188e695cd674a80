"""A halt lies over a measure: nobody slips past it, and what it does not stop stays possible."""

from __future__ import annotations

from threading import Thread
from uuid import UUID

import pytest
from sqlalchemy import select

from referendum.kernel.people import Authority, Officer, Resident
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import (
    confirming,
    duties,
    holding,
    locating,
    proposing,
    serving,
    unfiled,
    waiting,
)
from referendum.lifecycle.acting import Document, Particulars
from referendum.lifecycle.preparing import Work
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import Hold, Shift
from referendum.papers.errors import PaperFileNeeded, PaperOfAnother
from referendum.papers.naming import Issuer
from signatures import petitions, withdrawing
from signatures.errors import PetitionClosed, PetitionHalted
from tests.lifecycle.waiting import until_it_waits
from tests.papers import PAPER
from tests.together import withdraws
from tests.town import Town
from thresholds.vocabulary import Instrument

COURT = Particulars(document=PAPER, reason="판결")
MAYOR, COMMISSION = Authority.MAYOR, Authority.ELECTION_COMMISSION


def test_under_a_halt_nobody_signs_and_once_the_last_is_lifted_everybody_can(
    town: Town, initiative_open: UUID
) -> None:
    measure = initiative_open
    first, second = town.halts(measure), town.halts(measure)
    for lifted in (first, second):
        with pytest.raises(PetitionHalted) as refused:
            town.signs(measure, 5)
        assert refused.value.facts["kind"] == "court"
        assert refused.value.facts["document"] == PAPER.number
        town.lifts(measure, lifted)
    town.signs(measure, 5)
    assert "signature.recorded" in town.recorded(measure)


def test_a_signature_can_be_taken_back_under_a_halt(town: Town, initiative_open: UUID) -> None:
    """A court stops the collecting; nobody is held to a signature by that."""
    measure = initiative_open
    town.signs(measure, 5)
    town.halts(measure)
    resident = town.resident(5)
    with town.begin() as uow:
        withdrawing.withdraw(uow, town.vault, town.petition(measure), resident)
    assert town.recorded(measure)[-1] == "signature.withdrawn"


def test_a_signer_waits_for_a_halt_that_is_being_placed_and_is_refused(
    town: Town, initiative_open: UUID
) -> None:
    measure = initiative_open
    refused: list[Exception] = []

    def signs() -> None:
        try:
            town.signs(measure, 5)
        except PetitionHalted as halted:
            refused.append(halted)

    signer = Thread(target=signs)
    with town.begin() as uow:
        place(town, measure, uow)
        signer.start()
        until_it_waits(town, signer)
    signer.join()
    assert refused
    assert "signature.recorded" not in town.recorded(measure)


def test_a_halt_waits_for_the_signer_who_was_there_before_it(
    town: Town, initiative_open: UUID
) -> None:
    measure = initiative_open
    halt = Thread(target=town.halts, args=[measure])
    with town.begin() as uow:
        petitions.get_to_sign(uow.session, town.petition(measure))
        halt.start()
        until_it_waits(town, halt)
        uow.record("signature.recorded", by=town.officer(MAYOR), measure=measure)
    halt.join()
    assert town.recorded(measure)[-2:] == ["signature.recorded", "hold.placed"]


@pytest.mark.parametrize("act", [Act.ANNUL, Act.END_BY_VACANCY])
def test_what_a_halt_does_not_stop_is_offered_under_it(
    town: Town, act: Act, recall_open: UUID
) -> None:
    """A court annuls, an office falls vacant: the button is there when it is needed."""
    measure = recall_open
    town.halts(measure)
    assert act in offered(town, measure)


def test_what_a_halt_stops_is_not_offered_under_it(town: Town) -> None:
    measure = town.drafts(Instrument.INITIATIVE)
    author = town.resident(town.some(1)[0])
    town.acts(measure, Act.APPLY, author)
    assert offered(town, measure, by=author) == {Act.WITHDRAW}
    town.halts(measure)
    assert offered(town, measure, by=author) == set()


def test_a_measure_that_ended_while_it_collected_cannot_be_signed(
    town: Town, initiative_open: UUID
) -> None:
    """Withdrawn or annulled: its petition is closed with it, at that moment."""
    withdrawn, annulled = initiative_open, town.opens(Instrument.RECALL)
    withdraws(town, withdrawn)
    town.acts(annulled, Act.ANNUL, town.officer(COMMISSION), COURT)
    for measure in (withdrawn, annulled):
        with pytest.raises(PetitionClosed):
            town.signs(measure, 5)


def offered(town: Town, measure: UUID, *, by: Officer | Resident | None = None) -> set[Act]:
    """The acts that have a button for this person, or for the commission."""
    with town.begin() as uow:
        found = locating.get(uow.session, measure)
        steps = duties.possible(uow.session, found, by or town.officer(COMMISSION))
    return {step.act for step in steps}


def place(town: Town, measure: UUID, uow: UnitOfWork) -> None:
    holding.place(
        uow,
        measure,
        kind=holding.HoldKind.COURT,
        document=PAPER,
        reason="집행정지",
        stops_clock=True,
        by=town.examiner_of(measure),
    )


def test_a_halt_is_lifted_on_a_paper_of_whoever_ends_it(town: Town, referendum_open: UUID) -> None:
    """A court's stay ends by the court's order; what that moved names it, too."""
    hold, officer = town.halts(referendum_open), town.officer(MAYOR)
    order = Document("2027아12", PAPER.day)
    own = entered(town, Issuer.MAYOR)
    with pytest.raises(PaperOfAnother), town.begin() as uow:
        proposing.propose_lifting(
            uow,
            town.means,
            referendum_open,
            hold,
            document=Document.on_file(own),
            reason="기각",
            by=officer,
        )
    town.waits(days=3)
    with town.begin() as uow:
        put = proposing.propose_lifting(
            uow, town.means, referendum_open, hold, document=order, reason="기각", by=officer
        )
    assert put.what["document"]["issuer"] == Issuer.COURT
    town.seconds(put, officer)
    with town.begin() as uow:
        row = uow.session.get_one(Hold, hold)
        shift = uow.session.scalars(select(Shift).where(Shift.about == hold)).one()
        papers = {paper.number for paper in serving.of_measure(uow.session, referendum_open)}
    assert (row.lifting_number, row.lifting_date) == (order.number, order.day)
    assert (shift.document_number, shift.document_date) == (order.number, order.day)
    assert {order.number, PAPER.number} <= papers


def test_nobody_confirms_a_halt_whose_paper_is_not_on_file(
    town: Town, referendum_open: UUID
) -> None:
    """Number and day suffice for the halt itself; the file is asked for until it is there."""
    officer, other = town.officer(MAYOR), town.officer(MAYOR)
    hold = town.halts(referendum_open, by=officer, filed=False)
    assert waits_for_paper(town, other)
    assert not waits_for_paper(town, town.officer(Authority.COUNCIL_CHAIR))
    with town.begin() as uow:
        (put,) = confirming.waiting(uow.session, other, uow.now())
        assert unfiled.late(uow.session, town.place, uow.now()) == []
    with pytest.raises(PaperFileNeeded):
        town.seconds(put, officer)
    town.waits(hours=25)
    with town.begin() as uow:
        late = unfiled.late(uow.session, town.place, uow.now())
        assert [(measure.id, one.id) for measure, one in late] == [(referendum_open, hold)]
        of_council = unfiled.late(uow.session, town.place, uow.now(), of=Authority.COUNCIL_CHAIR)
        assert of_council == []
    town.lifts(referendum_open, hold)
    assert waits_for_paper(town, other), "it is missing after the halt has ended, too"
    town.files_papers()
    assert not waits_for_paper(town, other)
    with town.begin() as uow:
        assert unfiled.late(uow.session, town.place, uow.now()) == []
    town.seconds(put, officer)
    with town.begin() as uow:
        assert uow.session.get_one(Hold, hold).placing_confirmed_by is not None


def waits_for_paper(town: Town, officer: Officer) -> bool:
    with town.begin() as uow:
        session = uow.session
        under_way = waiting.measures(session, officer)
        found = waiting.tasks(session, officer, under_way, uow.now())
    return any(Work.HALT_PAPER in one.things for one in found)


def entered(town: Town, issuer: Issuer) -> UUID:
    """A paper of that body, on file."""
    with town.begin() as uow:
        document = Document("시민-77", PAPER.day)
        return serving.enter(uow, issuer=issuer, document=document, by=town.officer(MAYOR)).id
