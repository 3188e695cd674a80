"""A halt lies over a measure: nobody slips past it, and what it does not stop stays possible."""

from __future__ import annotations

from threading import Thread
from uuid import UUID

import pytest

from referendum.kernel.people import Authority, Officer, Resident
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import duties, holding, locating
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.stages import Act
from signatures import petitions, withdrawing
from signatures.errors import PetitionClosed, PetitionHalted
from tests.lifecycle.waiting import until_it_waits
from tests.papers import PAPER
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
    town.acts(withdrawn, Act.WITHDRAW, town.resident(town.some(1)[0]))
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
