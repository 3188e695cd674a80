"""A worker that is killed in the midst of a pass is followed by another, or by nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from referendum.identity import staff
from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.people import Officer
from referendum.kernel.record import RecordEntry
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.stages import Act
from signatures.examinations import STARTS, State
from signatures.tables import LineDecision, StandingSignature
from tests.papers import PAPER
from tests.patience import until
from tests.town import Town
from tests.worker.office import Office
from tests.worker.passes import BAD, GOOD, TASK, asks, blocked, course, halted, open_lines


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
                staff.held(uow.session, examiner.id).disabled_at = uow.now()
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
