"""Who enrolled is never mixed with the people of the register."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select

from referendum.kernel.people import Assurance, Authority, Resident
from referendum.lifecycle import locating, rules
from referendum.roll import eligibility, finding, versions
from referendum.roll.tables import FormerName, Person, Residence, RollEntry
from signatures import collecting
from signatures.collecting import NotOnRoll
from signatures.lines import Reason
from tests.lifecycle.enrolment.enrolling import BORN, enrols, roll_of
from tests.papers import CONSENTS
from tests.town import Town
from thresholds import library
from thresholds.electorate import Electorate
from thresholds.vocabulary import Instrument


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
