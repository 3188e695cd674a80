"""What waits for an officer: what can be done and what must come before it, each once."""

from __future__ import annotations

from uuid import UUID

from referendum.kernel.people import Authority, Officer, Role
from referendum.lifecycle import keying, waiting
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.waiting import SELDOM, Work
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
