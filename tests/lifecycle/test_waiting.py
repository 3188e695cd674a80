"""What waits for an officer: what can be done and what must come before it, each once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete

from ballots import stations
from ballots.tables import Box
from referendum.kernel.people import Authority, Officer, Role
from referendum.lifecycle import area, keying, locating, polling, waiting
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.preparing import Work
from referendum.lifecycle.stages import Act, By, Stage
from referendum.lifecycle.waiting import SELDOM, Awaited, Task
from referendum.roll.tables import Jurisdiction
from tests.papers import PAPER
from tests.town import Town, seconded
from thresholds.vocabulary import Instrument


def things(town: Town, officer: Officer) -> list[Act | Work]:
    with town.begin() as uow:
        session = uow.session
        measures = waiting.measures(session, officer)
        tasks = waiting.tasks(session, officer, measures, uow.now())
        return [thing for task in tasks for thing in task.things]


def test_an_application_waits_for_its_authority_and_a_draft_of_residents_for_nobody(
    town: Town,
) -> None:
    mayor = town.officer(Authority.MAYOR)
    draft = town.drafts(Instrument.REFERENDUM)
    assert things(town, mayor) == []
    town.acts(draft, Act.APPLY, town.resident(town.some(1)[0]))
    found = things(town, mayor)
    assert Act.ADMIT in found
    assert not SELDOM & set(found), "what may be done does not wait to be"
    assert len(found) == len(set(found))


def test_open_lines_wait_for_an_examiner_of_the_deciding_authority(town: Town) -> None:
    measure = town.opens(Instrument.REFERENDUM)
    town.collects(measure, town.spread(20), bad=2)
    town.examines(measure, void_rest=False)
    examiner = town.examiner_of(measure)
    clerk = town.officer(examiner.authority, Role.CLERK)
    assert Work.EXAMINE in things(town, examiner)
    assert Work.EXAMINE not in things(town, clerk)
    with town.begin() as uow:
        petition = town.petition(measure)
        keying.void_remaining(uow, town.vault, petition, note="명부에 없음", by=seconded(examiner))
    assert Work.EXAMINE not in things(town, examiner)


def test_returns_wait_for_a_canvasser_before_a_result_waits_to_be_certified(
    town: Town, referendum_counting: UUID
) -> None:
    assert town.stage(referendum_counting) is Stage.COUNTING
    found = things(town, town.officer(Authority.ELECTION_COMMISSION))
    assert (Work.RETURNS in found, Work.CERTIFY in found) == (True, False)
    clerk = town.officer(Authority.ELECTION_COMMISSION, Role.CLERK)
    assert Work.RETURNS not in things(town, clerk)


def test_a_task_is_overdue_from_its_deadline_on_and_stands_before_what_has_none(
    town: Town,
) -> None:
    officer = town.officer(Authority.MAYOR)
    town.acts(town.drafts(Instrument.REFERENDUM), Act.APPLY, town.resident(town.some(1)[0]))
    called_for = town.qualifies(Instrument.REFERENDUM, 40)
    with town.begin() as uow:
        measures = waiting.measures(uow.session, officer)
        first, *rest = waiting.tasks(uow.session, officer, measures, uow.now())
        assert (first.measure.id, first.overdue) == (called_for, False)
        assert [task.due for task in rest][-1] is None
        assert first.due is not None
        late, *_ = waiting.tasks(uow.session, officer, measures, first.due.at)
        assert (late.measure.id, late.overdue) == (called_for, True)


def found(town: Town, officer: Officer) -> list[Task]:
    with town.begin() as uow:
        measures = waiting.measures(uow.session, officer)
        return waiting.tasks(uow.session, officer, measures, uow.now())


def others(town: Town, officer: Officer) -> list[Awaited]:
    with town.begin() as uow:
        measures = waiting.measures(uow.session, officer)
        return waiting.awaited(uow.session, officer, measures, uow.now())


def test_days_are_counted_to_the_last_day_which_is_itself_the_day(
    town: Town, referendum_sufficient: UUID
) -> None:
    """D-3, D-Day all day long, D+2: and on these days one is reminded."""
    mayor = town.officer(Authority.MAYOR)
    last = town.deadline(referendum_sufficient, "call_due")
    seen = {}
    for before in (3, 2, 1, 0, -2):
        town.waits(seconds=(last - timedelta(days=before, hours=1) - town.now()).total_seconds())
        (task,) = (one for one in found(town, mayor) if one.due and one.due.name == "call_due")
        seen[before] = (task.days, task.overdue, bool(waiting.reminders([task])))
    assert seen == {
        3: (3, False, True),
        2: (2, False, False),
        1: (1, False, True),
        0: (0, False, True),
        -2: (-2, True, True),
    }


def test_what_others_have_to_do_stands_apart_with_its_day(
    town: Town, referendum_open: UUID
) -> None:
    """The calendar closes, the representatives file: neither is this officer's task."""
    mayor = town.officer(Authority.MAYOR)
    (ends,) = others(town, mayor)
    assert (ends.who, ends.act, ends.days) == (By.CALENDAR, Act.CLOSE_COLLECTION, 92)
    town.waits_for("collection_ends", referendum_open)
    files = {one.who: one for one in others(town, mayor)}
    assert files[By.INITIATOR].act is Act.FILE
    assert files[By.INITIATOR].due is not None
    assert Act.FILE not in things(town, mayor)


def test_what_is_transcribed_from_another_authoritys_paper_stands_apart(
    town: Town, referendum_called: UUID
) -> None:
    mayor = town.officer(Authority.MAYOR)
    with town.begin() as uow:
        place = uow.session.get_one(Jurisdiction, town.place)
        place.operated_by = [Authority.MAYOR.value]
    tasks = [one for one in found(town, mayor) if one.measure.id == referendum_called]
    assert {one.transcribed for one in tasks if Act.STATE_ELECTORS in one.things} == {True}
    with town.begin() as uow:
        place = uow.session.get_one(Jurisdiction, town.place)
        place.operated_by = [one.value for one in Authority]
    assert Act.STATE_ELECTORS not in things(town, mayor)
    acts = {one.act: one.who for one in others(town, mayor)}
    assert acts[Act.STATE_ELECTORS] is By.ELECTION_COMMISSION
    assert acts[Act.FREEZE_ROLL] is By.CALENDAR
    town.waits_for("roll_base", referendum_called, seconds=1)
    assert Act.FREEZE_ROLL not in {one.act for one in others(town, mayor)}, "that is done"


def test_texts_and_the_lot_wait_until_they_are_there(town: Town, advisory_called: UUID) -> None:
    mayor = town.officer(Authority.MAYOR)
    due = {thing: one.due.name for one in found(town, mayor) for thing in one.things if one.due}
    assert (due[Work.ARGUMENTS], due[Work.DRAW]) == ("arguments_end", "polls_open")
    examiner = town.officer(Authority.MAYOR, Role.EXAMINER)
    assert not {Work.ARGUMENTS, Work.DRAW} & set(things(town, examiner))
    town.waits_for("arguments_end", advisory_called, seconds=1)
    assert Work.ARGUMENTS not in things(town, mayor), "it is too late for them"


def test_nothing_is_awaited_of_anybody_under_a_hold(town: Town, referendum_open: UUID) -> None:
    town.halts(referendum_open)
    assert others(town, town.officer(Authority.MAYOR)) == []


def test_returns_are_owed_since_the_polls_closed_and_seen_to_be_by_others_too(
    town: Town, referendum_counting: UUID
) -> None:
    """No rule says by when: since when is said, and how many are missing to whose work it is."""
    closed = town.deadline(referendum_counting, "polls_close")
    commission = town.officer(Authority.ELECTION_COMMISSION)
    (task,) = [one for one in found(town, commission) if Work.RETURNS in one.things]
    with town.begin() as uow:
        measure = locating.get(uow.session, referendum_counting)
        boxes = len(stations.boxes_of(uow.session, polling.poll_of(uow.session, measure).id))
    assert (task.since, task.due, dict(task.left)) == (closed, None, {Work.RETURNS: boxes})
    awaits = {one.act: one for one in others(town, town.officer(Authority.MAYOR))}
    owed = awaits[Work.RETURNS]
    assert (owed.who, owed.since) == (By.ELECTION_COMMISSION, closed)
    assert Work.RETURNS not in {one.act for one in others(town, commission)}


def test_once_all_returns_are_in_nobody_owes_any(town: Town, referendum_furnished: UUID) -> None:
    town.votes(referendum_furnished, turnout=1, votes={"yes": 1, "no": 0})
    assert Work.CERTIFY in things(town, town.officer(Authority.ELECTION_COMMISSION))
    for authority in Authority:
        assert Work.RETURNS not in things(town, town.officer(authority))
        assert Work.RETURNS not in {one.act for one in others(town, town.officer(authority))}


def test_stations_wait_until_every_district_has_one(town: Town, referendum_furnished: UUID) -> None:
    commission = town.officer(Authority.ELECTION_COMMISSION)
    assert Work.STATIONS not in things(town, commission)
    with town.begin() as uow:
        measure = locating.get(uow.session, referendum_furnished)
        (first, *_) = stations.boxes_of(uow.session, polling.poll_of(uow.session, measure).id)
        uow.session.execute(delete(Box).where(Box.id == first.id))
        seen = waiting.tasks(uow.session, commission, [measure], uow.now())
        (task,) = [one for one in seen if Work.STATIONS in one.things]
        assert task.left[Work.STATIONS] == 1
        assert task.due is not None
        assert task.due.name == "polls_open"
        uow.session.rollback()


def test_electors_that_were_stated_are_waited_for_no_more(
    town: Town, referendum_called: UUID
) -> None:
    commission = town.officer(Authority.ELECTION_COMMISSION)
    (task,) = [one for one in found(town, commission) if Act.STATE_ELECTORS in one.things]
    assert (task.due and task.due.name) == "polls_open"
    town.waits_for("roll_base", referendum_called, seconds=1)
    with town.begin() as uow:
        measure = locating.get(uow.session, referendum_called)
        electors = {one.id: 10 for one in area.districts(uow.session, measure)}
    given = Particulars(document=PAPER, reason="확정 통보", electors=electors, source="선거인명부")
    town.acts(referendum_called, Act.STATE_ELECTORS, commission, given)
    assert Act.STATE_ELECTORS not in things(town, commission)
