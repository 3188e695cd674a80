"""The automatic pass in the background: once, all or nothing, and with an end that can be read."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from referendum.identity import staff
from referendum.kernel.people import Authority, Officer, Role, RoleMissing
from referendum.kernel.record import RecordEntry
from referendum.lifecycle import reviewing
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.errors import NotYourAct
from referendum.lifecycle.stages import Act, ActNotAllowed
from signatures import settling, tallying
from signatures.deciding import Decision
from signatures.errors import ExaminationUnderWay
from signatures.examinations import State
from signatures.lines import Reason, Status
from signatures.tables import Examination, Line, LineDecision, StandingSignature
from tests.papers import PAPER
from tests.patience import until
from tests.town import Town
from tests.worker.office import Office
from tests.worker.passes import BAD, GOOD, TASK, asks, blocked, course, halted, open_lines
from thresholds.vocabulary import Instrument


def decided(office: Office) -> list[Any]:
    return office.rows("select line_id, status, reason from line_decision order by line_id")


def test_every_line_is_decided_once_however_often_the_message_comes(
    town: Town, office: Office, measure: UUID, examiner: Officer
) -> None:
    ask = asks(office, measure, examiner)
    waiting = course(town, measure)
    assert (waiting.state, waiting.lines, waiting.under_way) == (State.WAITING, None, True)
    entries = office.count(RecordEntry)
    office.carries(ask)
    done = decided(office)
    assert len(done) == office.count(LineDecision) == GOOD + BAD
    assert office.count(RecordEntry) == entries + 1
    ended = course(town, measure)
    assert (ended.state, ended.done, ended.lines) == (State.FINISHED, GOOD + BAD, GOOD + BAD)
    assert ended.report is not None
    assert (ended.report.examined, ended.report.valid) == (GOOD + BAD, GOOD)
    with town.begin() as uow:
        assert tallying.exact(uow.session, town.petition(measure)).standing == GOOD
    office.carries(ask)
    assert decided(office) == done
    office.carries(asks(office, measure, examiner))
    assert decided(office) == done
    assert office.count(RecordEntry) == entries + 1
    again = course(town, measure)
    assert again.report is not None
    assert (again.state, again.report.examined, again.lines) == (State.FINISHED, 0, 0)


def test_one_pass_at_a_time(office: Office, measure: UUID, examiner: Officer) -> None:
    ask = asks(office, measure, examiner)
    with pytest.raises(ExaminationUnderWay):
        asks(office, measure, examiner)
    assert [one.id for one in office.waiting(TASK)] == [ask.id]
    office.carries(ask)
    asks(office, measure, examiner)
    assert office.count(Examination) == 2


def test_two_who_ask_at_once_start_one_pass(
    town: Town, office: Office, measure: UUID, examiner: Officer
) -> None:
    """The constraint refuses the second, who waits for the first to commit and reads nothing."""
    refused: list[bool] = []

    def ask_too() -> None:
        try:
            with town.begin() as uow:
                reviewing.ask(uow, measure, examiner)
        except ExaminationUnderWay:
            refused.append(True)

    with town.begin() as uow:
        reviewing.ask(uow, measure, examiner)
        uow.session.flush()
        second = threading.Thread(target=ask_too)
        second.start()
        until(lambda: bool(blocked(office)))
    second.join()
    assert refused == [True]
    assert len(office.waiting(TASK)) == office.count(Examination) == 1


def test_who_may_not_is_refused_at_once(town: Town, office: Office, measure: UUID) -> None:
    for stranger, refusal in (
        (town.officer(town.examiner_of(measure).authority, Role.CLERK), RoleMissing),
        (town.officer(Authority.ELECTION_COMMISSION), NotYourAct),
    ):
        with pytest.raises(refusal), town.begin() as uow:
            reviewing.ask(uow, measure, stranger)
    early = town.opens(Instrument.INITIATIVE)
    with pytest.raises(ActNotAllowed), town.begin() as uow:
        reviewing.ask(uow, early, town.examiner_of(early))
    assert office.count(Examination) == 0
    assert office.waiting(TASK) == []


def test_rights_lost_in_the_meantime_end_it_with_a_reason(
    town: Town, office: Office, measure: UUID, examiner: Officer
) -> None:
    ask = asks(office, measure, examiner)
    with town.begin() as uow:
        staff.held(uow.session, examiner.id).roles = [Role.CLERK.value]
    office.carries(ask)
    assert office.waiting(TASK) == []
    assert office.count(LineDecision) == 0
    ended = course(town, measure)
    assert (ended.state, ended.refusal, ended.report) == (State.FAILED, "role-missing", None)
    assert ended.facts == {"role": "examiner"}
    with town.begin() as uow:
        staff.held(uow.session, examiner.id).roles = [Role.EXAMINER.value]
    office.carries(asks(office, measure, examiner))
    assert course(town, measure).state is State.FINISHED


def test_a_measure_that_moved_on_ends_it_with_a_reason(
    town: Town, office: Office, measure: UUID, examiner: Officer
) -> None:
    ask = asks(office, measure, examiner)
    town.acts(
        measure, Act.ANNUL, town.examiner_of(measure), Particulars(document=PAPER, reason="각하")
    )
    office.carries(ask, times=2)
    assert course(town, measure).refusal == "act-not-allowed"
    assert office.waiting(TASK) == []


def test_how_far_it_is_can_be_seen_while_nothing_of_it_can(
    town: Town, office: Office, measure: UUID, examiner: Officer, owner: Engine
) -> None:
    ask = asks(office, measure, examiner)
    with halted(owner) as halting:
        worker = threading.Thread(target=office.carries, args=(ask,))
        worker.start()
        until(lambda: bool(blocked(office)))
        running = course(town, measure)
        assert running.state is State.RUNNING
        assert office.count(LineDecision) == 0
        assert open_lines(town, measure) == GOOD + BAD
        with pytest.raises(ExaminationUnderWay):
            asks(office, measure, examiner)
        # Nobody waits for it: an act of the calendar's kind, a halt, a decision of an officer.
        town.lifts(measure, town.halts(measure))
        assert decides(town, measure, examiner, row=1).status is Status.VOID
        halting.rollback()
    worker.join()
    ended = course(town, measure)
    assert ended.state is State.FINISHED
    assert ended.report is not None
    assert (ended.report.examined, ended.report.valid) == (GOOD + BAD - 1, GOOD - 1)
    assert office.count(StandingSignature) == GOOD - 1
    assert office.count(LineDecision) == GOOD + BAD
    assert open_lines(town, measure) == BAD


def test_a_halt_that_comes_meanwhile_refuses_the_pass_whole(
    town: Town, office: Office, measure: UUID, examiner: Officer, owner: Engine
) -> None:
    ask = asks(office, measure, examiner)
    with halted(owner) as halting:
        worker = threading.Thread(target=office.carries, args=(ask,))
        worker.start()
        until(lambda: bool(blocked(office)))
        hold = town.halts(measure)
        halting.rollback()
    worker.join()
    assert course(town, measure).refusal == "measure-on-hold"
    assert office.count(LineDecision) == 0
    assert open_lines(town, measure) == GOOD + BAD
    town.lifts(measure, hold)
    office.carries(asks(office, measure, examiner))
    assert course(town, measure).state is State.FINISHED
    assert office.count(StandingSignature) == GOOD


def decides(town: Town, measure: UUID, by: Officer, *, row: int) -> Decision:
    petition = town.petition(measure)
    with town.begin() as uow:
        line = uow.session.scalars(
            select(Line.id).where(
                Line.petition_id == petition, Line.row == row, ~Line.sheet.like("X%")
            )
        ).one()
        return settling.decide(
            uow, town.vault, petition, line, status=Status.VOID, reason=Reason.IMPROPER, by=by
        )
