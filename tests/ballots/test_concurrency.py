"""Two officers at the same box in the same moment."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread
from uuid import UUID, uuid4

from sqlalchemy import text

from ballots import returns
from ballots.tables import TurnoutReturn
from referendum.kernel.errors import DomainError
from tests.ballots.hall import Hall, Wanted

HANDS = 6
SOMEBODY_WAITS = "select exists (select from pg_locks where not granted)"


def a_box(hall: Hall) -> UUID:
    return hall.boxes(hall.held(Wanted("a", 100)))[0].id


def test_of_many_who_enter_one_box_at_once_one_is_first(hall: Hall) -> None:
    box, together = a_box(hall), Barrier(HANDS)

    def enter(hand: int) -> str:
        together.wait()
        try:
            hall.turnout(box, 50 + hand, 50)
        except DomainError as refused:
            return refused.code
        return "kept"

    with ThreadPoolExecutor(HANDS) as pool:
        outcomes = sorted(pool.map(enter, range(HANDS)))

    assert outcomes == ["kept", *["return-already-entered"] * (HANDS - 1)]
    assert hall.acts() == ["return.turnout_entered"]


def test_corrections_at_once_all_stand_as_versions_in_a_row(hall: Hall) -> None:
    box, together = a_box(hall), Barrier(HANDS)
    hall.turnout(box, 50, 50)

    def correct(hand: int) -> int:
        together.wait()
        return hall.corrects_turnout(box, 60 + hand, 60).version

    with ThreadPoolExecutor(HANDS) as pool:
        numbers = sorted(pool.map(correct, range(HANDS)))

    assert numbers == list(range(2, HANDS + 2))
    with hall.begin() as uow:
        kept = returns.versions(uow.session, box).turnouts
    assert [row.version for row in kept] == list(range(1, HANDS + 2))


def test_the_constraint_refuses_where_a_writer_came_past_the_lock(hall: Hall) -> None:
    box, written = a_box(hall), Event()

    def writes_past_the_lock() -> None:
        with hall.begin() as uow:
            row = TurnoutReturn(box_id=box, version=1, issued=1, cast=1, keyed_by=uuid4())
            uow.session.add(row)
            uow.session.flush()
            written.set()
            while not uow.session.scalar(text(SOMEBODY_WAITS)):
                time.sleep(0.02)

    def enters() -> str:
        written.wait()
        try:
            hall.turnout(box, 50, 50)
        except DomainError as refused:
            return refused.code
        return "kept"

    with ThreadPoolExecutor(2) as pool:
        past = pool.submit(writes_past_the_lock)
        outcome = pool.submit(enters)
        assert outcome.result() == "return-already-entered"
        past.result()
    assert hall.acts() == []


def test_the_last_two_boxes_counted_at_once_show_what_the_record_had_bound(hall: Hall) -> None:
    """Each officer would take the other's box for missing, and nobody would open anything."""
    first, second = (box.id for box in hall.boxes(hall.held(Wanted("a", 100), Wanted("b", 60))))
    for box in (first, second):
        hall.turnout(box, 20, 20)
    counts = Thread(target=hall.count, args=[second, 20, {"yes": 5, "no": 15}, 0])
    with hall.begin() as uow:
        returns.enter_count(
            uow, first, papers=20, votes={"yes": 20, "no": 0}, invalid=0, by=hall.officer
        )
        counts.start()
        while counts.is_alive() and not uow.session.scalar(text(SOMEBODY_WAITS)):
            time.sleep(0.02)
    counts.join()
    assert hall.acts().count("returns.count_opened") == 2
