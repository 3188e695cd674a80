"""The automatic pass in the background: once, all or nothing, and with an end that can be read."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, create_engine, select, text
from sqlalchemy.pool import NullPool

from referendum.bootstrap import Services
from referendum.identity import staff
from referendum.kernel.keys import Keyring
from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.people import Authority, Officer, Role, RoleMissing
from referendum.kernel.record import RecordEntry
from referendum.lifecycle import reviewing
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.errors import NotYourAct
from referendum.lifecycle.stages import Act, ActNotAllowed
from referendum.worker.app import TASKS
from signatures import examinations, settling, tallying
from signatures.deciding import Decision
from signatures.errors import ExaminationUnderWay
from signatures.examinations import STARTS, Course, State
from signatures.lines import Reason, Status
from signatures.tables import Examination, Line, LineDecision, StandingSignature
from tests.doors.gate import services as serving
from tests.papers import PAPER
from tests.patience import until
from tests.town import Town
from tests.worker.office import Office
from thresholds.vocabulary import Instrument

GOOD, BAD = 20, 5
TASK = reviewing.TASK


@pytest.fixture
def office(services: Services) -> Office:
    return Office(services)


@pytest.fixture
def measure(town: Town, referendum_open: UUID) -> UUID:
    """Lines handed in, of which some name nobody."""
    measure = referendum_open
    town.collects(measure, town.some(GOOD), bad=BAD)
    return measure


@pytest.fixture
def examiner(town: Town, measure: UUID) -> Officer:
    authority = town.examiner_of(measure).authority
    roles = frozenset({Role.EXAMINER})
    with town.begin() as uow:
        account = staff.add(
            uow,
            vault=town.vault,
            jurisdiction_id=town.place,
            username="examiner",
            display_name="심사관",
            office_title="주무관",
            authority=authority,
            roles=list(roles),
            by=None,
        )
    return Officer(account.staff_id, town.place, authority, roles)


def asks(office: Office, measure: UUID, examiner: Officer) -> OutboxMessage:
    with office.services.begin() as uow:
        reviewing.ask(uow, measure, examiner)
    (ask,) = office.waiting(TASK)
    return ask


def course(town: Town, measure: UUID) -> Course:
    petition = town.petition(measure)
    with town.begin() as uow:
        found = examinations.latest(uow.session, petition)
    assert found is not None
    return found


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


def blocked(office: Office) -> list[Any]:
    """Who waits for a lock in this database."""
    return office.rows(
        "select pid from pg_stat_activity"
        " where datname = current_database() and wait_event_type = 'Lock'"
    )


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


@pytest.fixture
def owner(owner_url: str) -> Iterator[Engine]:
    engine = create_engine(owner_url, poolclass=NullPool)
    yield engine
    engine.dispose()


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


@contextmanager
def halted(owner: Engine) -> Iterator[Connection]:
    """Holds a pass in the middle of deciding, until it is rolled back."""
    with owner.connect() as halting:
        halting.execute(text("lock table examined_line in share mode"))
        yield halting


def open_lines(town: Town, measure: UUID) -> int:
    with town.begin() as uow:
        return tallying.exact(uow.session, town.petition(measure)).open


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


def carries(keyring: Keyring, database_url: str, message: str, arguments: dict[str, str]) -> None:
    """A worker's process, for this one message."""
    TASKS[TASK](serving(keyring, database_url, mode="demo"), message_id=message, **arguments)


@pytest.fixture
def killed(
    office: Office, owner: Engine, keyring: Keyring, database_url: str
) -> Callable[[OutboxMessage, str], None]:
    """A worker carries a message and is killed as it comes to a table."""
    return partial(_killed, office, owner, keyring, database_url)


def _killed(
    office: Office,
    owner: Engine,
    keyring: Keyring,
    database_url: str,
    ask: OutboxMessage,
    halt: str,
) -> None:
    with owner.begin() as halting:
        halting.execute(text(f"lock table {halt} in share mode"))
        worker = multiprocessing.get_context("spawn").Process(
            target=carries, args=(keyring, database_url, str(ask.id), ask.arguments)
        )
        worker.start()
        until(lambda: bool(blocked(office)))
        worker.kill()
        worker.join()
        assert worker.exitcode == -9
        # The server notices that nobody is there any more when it has something to say to them.
        for (pid,) in blocked(office):
            halting.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
        until(lambda: not blocked(office))


@pytest.mark.parametrize("meanwhile", ["halted", "ended", "officer_gone"])
def test_what_a_killed_worker_had_published_is_entered_whatever_comes_meanwhile(
    town: Town,
    office: Office,
    measure: UUID,
    examiner: Officer,
    killed: Callable[[OutboxMessage, str], None],
    meanwhile: str,
) -> None:
    """Its counts and its entry hold already: given up, its lines would be decided once more."""
    ask = asks(office, measure, examiner)
    killed(ask, "standing_signature")
    match meanwhile:
        case "halted":
            town.halts(measure)
        case "ended":
            given = Particulars(document=PAPER, reason="각하")
            town.acts(measure, Act.ANNUL, town.examiner_of(measure), given)
        case _:
            with town.begin() as uow:
                staff.disable(uow, examiner.id, by=None)
    office.carries(ask, times=2)
    ended = course(town, measure)
    assert (ended.state, ended.refusal) == (State.FINISHED, None)
    assert office.count(LineDecision) == GOOD + BAD
    assert office.count(StandingSignature) == GOOD
    assert open_lines(town, measure) == BAD


@pytest.mark.parametrize("halt", ["examined_line", "standing_signature"])
def test_a_worker_that_is_killed_is_followed_by_one_that_goes_on(
    town: Town,
    office: Office,
    measure: UUID,
    examiner: Officer,
    killed: Callable[[OutboxMessage, str], None],
    halt: str,
) -> None:
    """Killed while it decides nothing holds; killed while it enters, all of it does."""
    ask = asks(office, measure, examiner)
    entries = office.count(RecordEntry)
    killed(ask, halt)
    published = halt == "standing_signature"
    assert office.count(LineDecision) == office.count(StandingSignature) == 0
    assert open_lines(town, measure) == (BAD if published else GOOD + BAD)
    assert office.count(RecordEntry) == entries + published
    assert course(town, measure).state is State.RUNNING
    assert [one.id for one in office.waiting(TASK)] == [ask.id]

    office.carries(ask, times=2)
    assert course(town, measure).state is State.FINISHED
    assert office.count(LineDecision) == GOOD + BAD
    assert office.count(StandingSignature) == GOOD
    assert open_lines(town, measure) == BAD
    assert office.count(RecordEntry) == entries + 1
    assert office.rows("select starts from examination") == [(2,)]


def test_two_workers_with_one_message_do_it_once(
    town: Town, office: Office, measure: UUID, examiner: Officer, owner: Engine
) -> None:
    ask = asks(office, measure, examiner)
    entries = office.count(RecordEntry)
    with halted(owner) as halting:
        worker = threading.Thread(target=office.carries, args=(ask,))
        worker.start()
        until(lambda: bool(blocked(office)))
        office.carries(ask)
        assert course(town, measure).state is State.RUNNING
        halting.rollback()
    worker.join()
    assert course(town, measure).state is State.FINISHED
    assert office.count(RecordEntry) == entries + 1


def test_what_breaks_off_again_and_again_is_given_up_and_says_so(
    town: Town, office: Office, measure: UUID, examiner: Officer, owner: Engine
) -> None:
    ask = asks(office, measure, examiner)
    with owner.begin() as breaking:
        breaking.execute(text("alter table examined_line rename to gone"))
    for _ in range(STARTS):
        with pytest.raises(Exception, match="examined_line"):
            office.carries(ask)
    assert course(town, measure).state is State.RUNNING
    office.carries(ask)
    ended = course(town, measure)
    assert (ended.state, ended.refusal) == (State.FAILED, "examination-broke-off")
    assert office.waiting(TASK) == []
    with owner.begin() as mending:
        mending.execute(text("alter table gone rename to examined_line"))
    office.carries(asks(office, measure, examiner))
    assert course(town, measure).state is State.FINISHED
