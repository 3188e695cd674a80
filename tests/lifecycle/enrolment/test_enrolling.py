"""Votes without the register: people enrol themselves, and the roll is made of them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, event, func, select, text

from ballots import stations
from referendum.kernel.clock import advance
from referendum.kernel.db import connect
from referendum.kernel.people import Assurance, Authority, Calendar, Resident, Role, RoleMissing
from referendum.kernel.record import RecordEntry
from referendum.lifecycle import acting, holding, locating, polling, rules, voting
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.dates import moving
from referendum.lifecycle.enrolment import enrolled, enrolling, taking_back
from referendum.lifecycle.enrolment.enrolled import Closed
from referendum.lifecycle.enrolment.enrolling import Statement
from referendum.lifecycle.enrolment.errors import (
    EnrolmentClosed,
    NotByEnrolment,
    NotEnrolled,
    NotOfElectorate,
    OutsideArea,
    StatementMissing,
    VotersEnrol,
)
from referendum.lifecycle.enrolment.tables import Enrolment, StandingEnrolment
from referendum.lifecycle.errors import NotYourAct, ParticularMissing
from referendum.lifecycle.holding import HoldKind
from referendum.lifecycle.stages import Act, Stage
from referendum.roll import eligibility, finding, freezing, versions
from referendum.roll.tables import FormerName, Person, RegisterVersion, Residence, Roll, RollEntry
from signatures import collecting
from signatures.collecting import NotOnRoll
from signatures.lines import Reason
from tests.lifecycle.enrolment.enrolling import (
    BORN,
    all_enrol,
    calls_by_enrolment,
    enrols,
    phone,
    told,
)
from tests.lifecycle.waiting import until_it_waits
from tests.town import CONSENTS, PAPER, Town
from thresholds import library
from thresholds.electorate import Electorate
from thresholds.vocabulary import Instrument


@pytest.fixture
def measure(enrolment_called: UUID) -> UUID:
    return enrolment_called


def standing(town: Town, measure: UUID) -> list[StandingEnrolment]:
    with town.begin() as uow:
        here = select(StandingEnrolment).where(StandingEnrolment.measure_id == measure)
        return list(uow.session.scalars(here))


def lines(town: Town, measure: UUID) -> list[Enrolment]:
    with town.begin() as uow:
        here = select(Enrolment).where(Enrolment.measure_id == measure)
        return list(uow.session.scalars(here.order_by(Enrolment.number)))


def roll_of(town: Town, measure: UUID) -> Roll:
    with town.begin() as uow:
        return uow.session.scalars(select(Roll).where(Roll.measure_id == measure)).one()


def own(town: Town, measure: UUID, number: int) -> Any:
    with town.begin() as uow:
        return taking_back.own(uow.session, town.vault, measure, phone=phone(town, number))


def withdraws(town: Town, measure: UUID, number: int) -> None:
    with town.begin() as uow:
        taking_back.withdraw(uow, town.vault, measure, phone=phone(town, number))


def at_desk(town: Town, measure: UUID, number: int = 1, **changed: Any) -> bool:
    given: dict[str, Any] = {"seen": "주민등록증", "by": town.officer(Authority.MAYOR, Role.CLERK)}
    given |= {name: changed.pop(name) for name in list(changed) if name in given}
    with town.begin() as uow:
        return enrolling.enrol_at_desk(
            uow, town.vault, measure, told(town, number, **changed), **given
        )


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


# Halts


def test_who_enrols_waits_for_a_halt_that_is_being_placed_and_is_refused(
    town: Town, measure: UUID
) -> None:
    refused: list[EnrolmentClosed] = []

    def tries() -> None:
        try:
            enrols(town, measure, 1)
        except EnrolmentClosed as closed:
            refused.append(closed)

    voter = Thread(target=tries)
    with town.begin() as uow:
        holding.place(
            uow,
            measure,
            kind=HoldKind.COURT,
            document=PAPER,
            reason="집행정지",
            stops_clock=False,
            by=town.officer(Authority.MAYOR),
        )
        voter.start()
        until_it_waits(town, voter)
    voter.join()
    assert [one.facts["why"] for one in refused] == ["on_hold"]
    assert lines(town, measure) == []


# The time


def test_one_enrols_from_the_call_until_the_base_day_is_over(town: Town, measure: UUID) -> None:
    """Half-open: one minute before its end yes, at its end no."""
    with town.begin() as uow:
        found = enrolled.window(uow, town.measure(measure))
    assert found is not None
    assert found.is_open
    assert found.closes_at == town.deadline(measure, "roll_base")
    town.waits_for("roll_base", measure, seconds=-60)
    enrols(town, measure, 1)
    with town.begin() as uow:
        advance(uow.session, timedelta(seconds=60))
    with pytest.raises(EnrolmentClosed) as refused:
        enrols(town, measure, 2)
    assert refused.value.facts["why"] == "over"
    with pytest.raises(EnrolmentClosed):
        withdraws(town, measure, 1)
    town.calendar_catches_up()
    assert roll_of(town, measure).size == 1


def moves_the_base_day(town: Town, measure: UUID, day: date) -> None:
    with town.begin() as uow:
        by = town.officer(Authority.MAYOR)
        moving.override(uow, measure, "roll_base", day=day, reason="등록 기간 연장", by=by)


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
    moves_the_base_day(town, measure, later + timedelta(days=3))
    with pytest.raises(EnrolmentClosed):
        enrols(town, measure, 2)


def test_before_the_call_nobody_enrols(town: Town) -> None:
    town.delegates(identification="self_registration")
    petition = town.opens(Instrument.ADVISORY)
    with town.begin() as uow:
        found = enrolled.window(uow, town.measure(petition))
    assert found is not None
    assert found.why_closed is Closed.NOT_CALLED
    with pytest.raises(NotByEnrolment):
        enrols(town, petition, 1)


def test_a_halted_vote_takes_nobody(town: Town, measure: UUID) -> None:
    hold = town.halts(measure, stops_clock=False)
    with pytest.raises(EnrolmentClosed) as refused:
        enrols(town, measure, 1)
    assert refused.value.facts["why"] == "on_hold"
    town.lifts(measure, hold)
    enrols(town, measure, 1)


def test_a_vote_by_the_register_has_no_book(town: Town) -> None:
    measure = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    town.calls(measure, Authority.MAYOR)
    with town.begin() as uow:
        assert enrolled.window(uow, town.measure(measure)) is None
    with pytest.raises(NotByEnrolment):
        enrols(town, measure, 1)


# One person, one enrolment


def test_sig_02_one_stands_for_a_phone_and_one_for_a_name_and_the_others_are_kept(
    town: Town, measure: UUID
) -> None:
    enrols(town, measure, 1)
    enrols(town, measure, 2, phone=1)
    enrols(town, measure, 1, phone=3)
    assert [each.enrolment_id for each in standing(town, measure)] == [lines(town, measure)[0].id]
    assert len(lines(town, measure)) == 3


def test_a_second_phone_is_told_the_same(town: Town, measure: UUID) -> None:
    """OTP-16: who enrolled before is not told apart from who did not."""
    enrols(town, measure, 1)
    enrols(town, measure, 1, phone=2)
    first, second = own(town, measure, 1), own(town, measure, 2)
    assert (first.name, first.birth_date, first.district) == (
        second.name,
        second.birth_date,
        second.district,
    )


def test_two_at_once_with_one_phone_and_one_stands(town: Town, measure: UUID) -> None:
    both = Barrier(2)

    def goes(number: int) -> None:
        both.wait()
        enrols(town, measure, number, phone=9)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(goes, (1, 2)))
    assert len(standing(town, measure)) == 1
    assert len(lines(town, measure)) == 2


def test_a_name_is_the_same_however_it_is_written(town: Town, measure: UUID) -> None:
    enrols(town, measure, 1, name="Ana-María Díaz")
    enrols(town, measure, 2, name="ana maria diaz")
    assert len(standing(town, measure)) == 1


def test_the_hashes_of_two_votes_cannot_be_joined(town: Town, measure: UUID) -> None:
    """SIG-02: the pepper is the vote's own, and nothing in clear says who it was."""
    other = calls_by_enrolment(town)
    enrols(town, measure, 1)
    enrols(town, other, 1)
    (first,), (second,) = lines(town, measure), lines(town, other)
    assert first.name_key != second.name_key
    assert first.phone_key != second.phone_key
    with town.begin() as uow:
        for table in ("enrolment", "standing_enrolment", "record_entry"):
            rows = uow.session.scalars(text(f"select t::text from {table} t"))  # own names
            told_all = "\n".join(rows)
            assert "낯선이" not in told_all
            assert "1990-05-05" not in told_all


# Taking it back


def test_who_takes_it_back_may_enrol_again(town: Town, measure: UUID) -> None:
    enrols(town, measure, 1)
    withdraws(town, measure, 1)
    assert own(town, measure, 1) is None
    assert standing(town, measure) == []
    enrols(town, measure, 1, district=town.districts[1].id)
    assert own(town, measure, 1).district == town.districts[1].id
    assert len(standing(town, measure)) == 1


def test_who_waited_behind_stands_when_the_first_takes_it_back(town: Town, measure: UUID) -> None:
    enrols(town, measure, 1, phone=8)
    enrols(town, measure, 1)
    withdraws(town, measure, 8)
    (one,) = standing(town, measure)
    assert one.enrolment_id == lines(town, measure)[1].id


def test_nobody_takes_back_what_another_phone_enrolled(town: Town, measure: UUID) -> None:
    enrols(town, measure, 1)
    with pytest.raises(NotEnrolled):
        withdraws(town, measure, 2)
    assert own(town, measure, 2) is None


# What is stated


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"birth_date": date(2010, 1, 1)}, "under_age"),
        ({"foreign": True}, "foreigner_status"),
        ({"foreign": True, "status": "E-9"}, "foreigner_status"),
    ],
)
def test_who_may_not_vote_by_what_they_state_is_told_why(
    town: Town, measure: UUID, changed: dict[str, Any], reason: str
) -> None:
    with pytest.raises(NotOfElectorate) as refused:
        enrols(town, measure, 1, **changed)
    assert refused.value.facts["reason"] == reason
    assert lines(town, measure) == []


def test_age_counts_on_the_day_of_the_vote(town: Town, measure: UUID) -> None:
    """On the birthday itself one is of age; a day later would be too late."""
    vote = town.deadline(measure, "polls_open").astimezone(ZoneInfo("Asia/Seoul")).date()
    on_the_day = vote.replace(year=vote.year - 18)
    enrols(town, measure, 1, birth_date=on_the_day)
    with pytest.raises(NotOfElectorate):
        enrols(town, measure, 2, birth_date=on_the_day + timedelta(days=1))


def test_foreign_residents_of_a_promised_status_enrol(town: Town, measure: UUID) -> None:
    enrols(town, measure, 1, foreign=True, status="F-5")
    assert len(standing(town, measure)) == 1


@pytest.mark.parametrize("statement", list(Statement))
def test_each_statement_is_made_by_itself(town: Town, measure: UUID, statement: Statement) -> None:
    with pytest.raises(StatementMissing) as refused:
        enrols(town, measure, 1, statements=frozenset(Statement) - {statement})
    assert refused.value.facts["missing"] == [statement.value]


def test_a_district_outside_the_area_and_a_name_of_nothing_are_refused(
    town: Town, measure: UUID
) -> None:
    with pytest.raises(OutsideArea):
        enrols(town, measure, 1, district=UUID(int=1))
    with pytest.raises(ParticularMissing):
        enrols(town, measure, 1, name=" - ")


# Never mixed with the register


@pytest.fixture
def stranger(town: Town, measure: UUID) -> Resident:
    """Somebody who enrolled, as a person on that vote's roll; no session can be of them."""
    enrols(town, measure, 1)
    town.waits_for("roll_base", measure)
    with town.begin() as uow:
        here = select(RollEntry.person_id).where(RollEntry.roll_id == roll_of(town, measure).id)
        return Resident(uow.session.scalars(here).one(), town.place, Assurance.PHONE_ON_FILE)


def test_who_enrolled_can_sign_no_petition(town: Town, stranger: Resident) -> None:
    measure = town.opens(Instrument.INITIATIVE)
    petition = town.petition(measure)
    with town.begin() as uow:
        signing = rules.pinned(locating.get(uow.session, measure)).signing
        assert signing is not None
        outcome = collecting.sign(
            uow,
            town.vault,
            petition,
            stranger,
            consents=CONSENTS,
            details=collecting.Details("낯선이1", BORN, ""),
            electorate=signing.electorate,
        )
    assert outcome == NotOnRoll(Reason.OUTSIDE_CITY)


def test_no_look_up_finds_who_enrolled_and_no_count_knows_them(
    town: Town, stranger: Resident
) -> None:
    with town.begin() as uow:
        session, vault = uow.session, town.vault
        place = {"jurisdiction_id": town.place}
        assert finding.candidates(session, vault, name="낯선이1", birth_date=BORN, **place) == []
        for table in (Residence, FormerName):
            assert stranger.person not in session.scalars(select(table.person_id)).all()
        registered = session.scalar(select(func.count()).where(Person.register_no.is_not(None)))
        assert versions.people_now(session, town.place) == registered
        numbers = session.scalars(select(Person.register_no)).all()
        known = versions.known_people(session, town.place, [one for one in numbers if one])
        assert len(known) == registered
        assert session.get_one(Person, stranger.person).register_no is None


def test_a_roll_of_the_register_holds_nobody_who_enrolled(
    town: Town, measure: UUID, stranger: Resident
) -> None:
    town.delegates()
    other = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    town.calls(other, Authority.MAYOR)
    town.waits_for("roll_base", other)
    with town.begin() as uow:
        rolls = select(RollEntry.roll_id).where(RollEntry.person_id == stranger.person)
        assert uow.session.scalars(rolls).all() == [roll_of(town, measure).id]


def test_may_i_vote_is_answered_by_the_register_alone(town: Town, stranger: Resident) -> None:
    resident = town.resident(town.some(1)[0])
    with town.begin() as uow:
        base = date(2026, 12, 31)
        asked = {"base_date": base, "age_date": base}
        electorate = electorate_of_a_referendum()
        told_resident = eligibility.may_i(
            uow.session, person_id=resident.person, electorate=electorate, **asked
        )
        told_stranger = eligibility.may_i(
            uow.session, person_id=stranger.person, electorate=electorate, **asked
        )
    assert told_resident.eligible
    assert not told_stranger.eligible


def electorate_of_a_referendum() -> Electorate:
    rulebook = library.by_id("kr-referendum-2023-04-27")
    assert rulebook.voting is not None
    return rulebook.voting.electorate


# At the desk


def test_otp_14_who_has_no_phone_enrols_at_the_desk_with_a_document(
    town: Town, measure: UUID
) -> None:
    """OTP-14: an alternative to a message exists for every voter."""
    assert at_desk(town, measure)
    (line,) = lines(town, measure)
    assert (line.assurance, line.phone_key) == ("desk", None)
    town.waits_for("roll_base", measure)
    assert roll_of(town, measure).size == 1


def test_a_document_outweighs_a_phone(town: Town, measure: UUID) -> None:
    enrols(town, measure, 1, phone=7)
    assert at_desk(town, measure, district=town.districts[2].id)
    (one,) = standing(town, measure)
    assert (one.assurance, one.district_id) == ("desk", town.districts[2].id)
    assert not at_desk(town, measure)
    withdraws(town, measure, 7)
    assert len(standing(town, measure)) == 1


def test_the_desk_takes_back_for_whoever_comes(town: Town, measure: UUID) -> None:
    enrols(town, measure, 1)
    clerk = town.officer(Authority.MAYOR, Role.CLERK)
    with town.begin() as uow:
        taking_back.withdraw_at_desk(
            uow, town.vault, measure, name="낯선이1", birth_date=BORN, by=clerk
        )
    assert standing(town, measure) == []


def test_the_desk_is_the_clerks_of_the_mayors_office(town: Town, measure: UUID) -> None:
    with pytest.raises(RoleMissing):
        at_desk(town, measure, by=town.officer(Authority.MAYOR, Role.EXAMINER))
    with pytest.raises(NotYourAct):
        at_desk(town, measure, by=town.officer(Authority.ELECTION_COMMISSION))
    with pytest.raises(ParticularMissing):
        at_desk(town, measure, seen=" ")


# What is public, and what is recorded


def test_sig_08_small_districts_are_not_shown_beside_the_total(town: Town, measure: UUID) -> None:
    """SIG-08: no count under five, and none that the total would give away."""
    all_enrol(town, measure, range(1, 9))
    enrols(town, measure, 20, district=town.districts[1].id)
    area = [district.id for district in town.districts]
    with town.begin() as uow:
        shown = enrolled.by_district(uow.session, measure, area)
        total = enrolled.total(uow.session, measure)
    assert total == 9
    assert shown[town.districts[1].id] is None
    known = [count for count in shown.values() if count is not None]
    assert total - sum(known) != 1
    assert all(count >= 5 for count in known)


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


READ = text("""
select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables
 where relname = 'standing_enrolment'
""")


@pytest.mark.untouched
@pytest.mark.parametrize("what", ["enrols", "withdraws", "is_asked_of_by_the_calendar"])
def test_what_one_voter_does_reads_nobody_else(town: Town, measure: UUID, what: str) -> None:
    """However many stand enrolled: their number is for pages, which show it."""
    all_enrol(town, measure, range(1, 5))
    few = read_when(town, measure, what, 101)
    all_enrol(town, measure, range(5, 60))
    assert read_when(town, measure, what, 201) <= few + 2


def read_when(town: Town, measure: UUID, what: str, number: int) -> int:
    """How many standing enrolments are read, where rows are found by their indexes."""
    if what == "withdraws":
        enrols(town, measure, number)
    with town.begin() as uow:
        uow.session.execute(text("set local enable_seqscan = off"))
        before = uow.session.scalar(READ) or 0
        if what == "enrols":
            me = {"phone": phone(town, number)}
            enrolling.enrol(uow, town.vault, measure, told(town, number), **me)
        elif what == "withdraws":
            taking_back.withdraw(uow, town.vault, measure, phone=phone(town, number))
        else:
            assert enrolled.has_any(uow.session, measure)
        return (uow.session.scalar(READ) or 0) - before


def test_the_record_has_one_entry_each_with_the_day_and_a_commitment(
    town: Town, measure: UUID
) -> None:
    enrols(town, measure, 1)
    withdraws(town, measure, 1)
    acts = [act for act in town.recorded(measure) if act.startswith("enrolment")]
    assert acts == ["enrolment.recorded", "enrolment.withdrawn"]
    with town.begin() as uow:
        leaf = uow.session.scalars(
            select(RecordEntry.leaf).where(RecordEntry.act == "enrolment.recorded")
        ).one()
    entry = json.loads(leaf)
    (line,) = lines(town, measure)
    assert entry["by"] == "resident"
    assert entry["at"] == datetime.fromisoformat(entry["at"]).date().isoformat()
    assert entry["facts"] == {"assurance": "phone", "commitment": line.commitment.hex()}
