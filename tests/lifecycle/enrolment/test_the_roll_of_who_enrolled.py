"""The roll of a vote by enrolment: of those who stand when its base day ends, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, event, func, select

from ballots import stations
from referendum.kernel.db import connect
from referendum.kernel.people import Authority, Calendar
from referendum.lifecycle import acting, polling, voting
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.enrolment import enrolled, enrolling
from referendum.lifecycle.enrolment.errors import EnrolmentClosed, VotersEnrol
from referendum.lifecycle.errors import DeadlineDone
from referendum.lifecycle.stages import Act, Stage
from referendum.roll import freezing
from referendum.roll.tables import Person, RegisterVersion, Roll, RollEntry
from tests.lifecycle.enrolment.enrolling import (
    BORN,
    all_enrol,
    enrols,
    moves_the_base_day,
    roll_of,
    withdraws,
)
from tests.papers import PAPER
from tests.town import Town
from thresholds.vocabulary import Instrument


def test_from_the_promise_to_the_count_without_a_register(town: Town, measure: UUID) -> None:
    all_enrol(town, measure, range(1, 7))
    all_enrol(town, measure, range(11, 16), district=town.districts[3].id)
    all_enrol(town, measure, range(21, 23), district=town.districts[5].id)
    town.waits_for("roll_base", measure)
    roll = roll_of(town, measure)
    assert (roll.size, roll.register_version, roll.purpose) == (13, None, "voting")
    with town.begin() as uow:
        assert freezing.fingerprint_now(uow.session, roll.id) == roll.fingerprint
        poll = polling.poll_of(uow.session, town.measure(measure))
        boxes = stations.boxes_of(uow.session, poll.id)
        assert poll.electors == 13
        found = {box.district_id: box.electors for box in boxes}
        hosted = enrolled.hosted(acting.history(uow.session, measure))
    # Two voters of a box would show how they voted: they vote where the most do.
    assert found == {town.districts[0].id: 8, town.districts[3].id: 5}
    assert hosted == {town.districts[5].id: town.districts[0].id}
    town.votes(measure, turnout=3, votes={"yes": 2, "no": 1})
    assert town.stage(measure) is Stage.COUNTING
    town.certifies(measure, Authority.MAYOR)
    assert town.measure(measure).outcome == "advisory"


@given(st.dictionaries(st.uuids(), st.integers(1, 12), max_size=8))
def test_no_box_is_so_small_that_it_tells_how_people_voted(enrolments: dict[UUID, int]) -> None:
    boxes, hosted = enrolled.stations(enrolments)
    assert sum(boxes.values()) == sum(enrolments.values())
    assert set(boxes) | set(hosted) == set(enrolments)
    assert set(hosted.values()) <= set(boxes)
    assert all(electors >= 5 for electors in boxes.values()) or sum(enrolments.values()) < 5


def test_no_register_need_be_there_at_all(town: Town, measure: UUID, owner_url: str) -> None:
    with town.begin() as uow:
        assert voting.has_register(uow.session, town.place)
    engine = connect(owner_url)
    with engine.begin() as owner:
        owner.execute(delete(RegisterVersion))
    engine.dispose()
    enrols(town, measure, 1)
    town.waits_for("roll_base", measure)
    assert roll_of(town, measure).size == 1


def test_whom_nobody_enrolled_with_no_roll_is_made_of(town: Town, measure: UUID) -> None:
    """The register is not used in its place; another day opens the book again."""
    town.waits_for("roll_base", measure)
    with town.begin() as uow:
        assert uow.session.scalars(select(Roll).where(Roll.measure_id == measure)).all() == []
    mayor = town.officer(Authority.MAYOR)
    later = (town.now() + timedelta(days=60)).date()
    given = Particulars(document=PAPER, reason="등록자 없음", day=later)
    town.acts(measure, Act.RESET_DAY, mayor, given)
    enrols(town, measure, 1)
    town.waits_for("roll_base", measure)
    assert roll_of(town, measure).size == 1


def test_an_overridden_base_day_was_that_of_the_day_before_it_was_set_again(
    town: Town, measure: UUID
) -> None:
    """Else nobody could enrol for the later day: the book would be closed on the old one."""
    moves_the_base_day(town, measure, town.deadline(measure, "vote_day").date() - timedelta(days=8))
    town.waits_for("roll_base", measure)
    later = (town.now() + timedelta(days=60)).date()
    given = Particulars(document=PAPER, reason="연기", day=later)
    town.acts(measure, Act.RESET_DAY, town.officer(Authority.MAYOR), given)
    assert town.deadline(measure, "roll_base") > town.now()
    enrols(town, measure, 3)
    moves_the_base_day(town, measure, later - timedelta(days=8))
    town.waits(days=1)
    moved = town.deadline(measure, "roll_base").astimezone(ZoneInfo("Asia/Seoul")).date()
    assert moved == later - timedelta(days=7), "what was overridden since stands"


def test_a_roll_of_another_day_is_made_anew_of_those_who_stand_then(
    town: Town, measure: UUID
) -> None:
    all_enrol(town, measure, (1, 2))
    town.waits_for("roll_base", measure)
    later = (town.now() + timedelta(days=60)).date()
    given = Particulars(document=PAPER, reason="연기", day=later)
    town.acts(measure, Act.RESET_DAY, town.officer(Authority.MAYOR), given)
    withdraws(town, measure, 1)
    enrols(town, measure, 3)
    town.waits_for("roll_base", measure)
    with town.begin() as uow:
        rolls = uow.session.scalars(
            select(Roll).where(Roll.measure_id == measure).order_by(Roll.base_date)
        ).all()
        people = [
            set(
                uow.session.scalars(select(RollEntry.person_id).where(RollEntry.roll_id == roll.id))
            )
            for roll in rolls
        ]
    assert [len(each) for each in people] == [2, 2]
    assert len(people[0] & people[1]) == 1


def test_electors_are_those_who_enrolled_and_no_published_figure(town: Town, measure: UUID) -> None:
    given = Particulars(
        document=PAPER, reason="공고", electors={town.districts[0].id: 9}, source="공고"
    )
    with pytest.raises(VotersEnrol):
        town.acts(measure, Act.STATE_ELECTORS, town.officer(Authority.MAYOR), given)


def test_an_officer_gives_more_time_with_a_written_reason_until_the_roll_is_made(
    town: Town, measure: UUID
) -> None:
    later = town.deadline(measure, "vote_day").date() - timedelta(days=8)
    moves_the_base_day(town, measure, later)
    town.waits(days=10)
    enrols(town, measure, 1)
    town.waits_for("roll_base", measure)
    roll = roll_of(town, measure)
    assert (roll.size, roll.base_date) == (1, later)
    with pytest.raises(DeadlineDone):
        moves_the_base_day(town, measure, later + timedelta(days=3))
    with pytest.raises(EnrolmentClosed):
        enrols(town, measure, 2)


def test_a_roll_of_those_who_enrolled_is_made_in_pieces(town: Town, measure: UUID) -> None:
    all_enrol(town, measure, range(1, 6))
    made: list[int] = []

    def count(_connection: object, cursor: Any, statement: str, *_told: object) -> None:
        if "INTO person" in statement or "INTO roll_entry" in statement:
            made.append(cursor.rowcount)

    with town.begin() as uow:
        engine = uow.session.get_bind().engine
        event.listen(engine, "after_cursor_execute", count)
        roll = freezing.freeze(
            uow,
            freezing.Wanted(
                jurisdiction_id=town.place,
                purpose=freezing.Purpose.VOTING,
                instrument=Instrument.ADVISORY,
                measure_id=measure,
                electorate=enrolling.electorate_of(uow.session, town.measure(measure)),
                base_date=BORN,
                age_date=BORN,
            ),
            by=Calendar(),
            enrolled=enrolled.standing(measure),
            piece=2,
        )
        assert freezing.fingerprint_now(uow.session, roll.id) == roll.fingerprint
        admitted = select(func.count()).where(Person.register_no.is_(None))
        assert (roll.size, uow.session.scalar(admitted)) == (5, 5)
    assert len(made) == 2 * 3
    assert max(made) <= 2
