"""A designation is written down by two officers from the State's paper: online signing opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from referendum.kernel.people import Authority, FreshCodeNeeded, Officer, Role, RoleMissing
from referendum.kernel.proposals import OwnProposal, Proposal, SecondOfficerNeeded
from referendum.lifecycle import confirming, designating, locating, seconding, signing
from referendum.lifecycle.acting import Document
from referendum.lifecycle.designating import Known, Plan
from referendum.lifecycle.errors import (
    DayImplausible,
    DesignationNotDemanded,
    DesignationOver,
    NotYourAct,
    ParticularMissing,
)
from referendum.lifecycle.signing import Obstacle, Open
from referendum.lifecycle.stages import Act
from referendum.roll.tables import Jurisdiction
from signatures import petitions, withdrawing
from signatures.errors import ChannelNotAllowed
from tests.scans import pdf, scan
from tests.town import Town
from thresholds.vocabulary import Instrument

CHAIR, MAYOR = Authority.COUNCIL_CHAIR, Authority.MAYOR
LETTER = Document("행안부-2027-12", date(2027, 1, 20))
OVER = Document("행안부-2027-99", date(2027, 1, 21))


def paper(town: Town, document: Document = LETTER) -> Document:
    """The letter with its file."""
    return replace(document, scan=scan(pdf(document.number), town.vault))


def plan(town: Town, **changed: Any) -> Plan:
    given: Mapping[str, Any] = {
        "instrument": Instrument.INITIATIVE,
        "system": "주민참여 시스템",
        "from_day": town.now().date(),
        "document": paper(town),
    }
    return Plan(**{**given, **changed})


def proposes(town: Town, by: Officer, **changed: Any) -> Proposal:
    with town.begin() as uow:
        return seconding.propose_designation(uow, plan(town, **changed), by=by)


def designates(town: Town, **changed: Any) -> None:
    one = town.officer(CHAIR)
    town.seconds(proposes(town, one, **changed), one)


def known(town: Town, instrument: Instrument = Instrument.INITIATIVE) -> list[Known]:
    with town.begin() as uow:
        found = designating.listed(uow.session, town.place)
        return [one for one in found if one.row.instrument == instrument]


def revokes(town: Town, designation: UUID, by: Officer, **changed: Any) -> None:
    given: Mapping[str, Any] = {"document": paper(town, OVER), "reason": "지정이 취소됨"}
    with town.begin() as uow:
        put = seconding.propose_revoking(uow, designation, by=by, **{**given, **changed})
    town.seconds(put, by)


@pytest.fixture
def undesignated(town: Town) -> Town:
    """The town without the designation that it woke up with."""
    revokes(town, known(town)[0].row.id, town.officer(CHAIR))
    return town


def way(town: Town, measure: UUID) -> Open | Obstacle:
    with town.begin() as uow:
        return signing.may_sign(uow, town.vault, locating.get(uow.session, measure))


def test_a_city_opens_online_signing_in_its_first_month(undesignated: Town) -> None:
    """Without one nobody signs online, the desk says so; with it the petition that runs opens."""
    town = undesignated
    measure = town.opens(Instrument.INITIATIVE)
    assert way(town, measure) == Obstacle("not-designated", article="주민조례발안법 §3②, §7④")
    with pytest.raises(ChannelNotAllowed):
        town.signs(measure, 1)
    with town.begin() as uow:
        assert designating.missing_here(uow, locating.get(uow.session, measure)) is not None
    designates(town)
    assert way(town, measure) == Open()
    town.signs(measure, 1)
    with town.begin() as uow:
        assert designating.missing_here(uow, locating.get(uow.session, measure)) is None
    newest = known(town)[0]
    assert (newest.row.system, newest.row.document_number) == ("주민참여 시스템", LETTER.number)
    assert newest.row.confirmed_by not in (None, newest.row.recorded_by)


def test_one_officer_designates_nothing(town: Town) -> None:
    with pytest.raises(SecondOfficerNeeded), town.begin() as uow:
        designating.record(uow, plan(town), by=town.officer(CHAIR))
    one = town.officer(CHAIR)
    put = proposes(town, one)
    before = len(known(town))
    for by, refused in (
        (one, OwnProposal),
        (town.officer(CHAIR, fresh=False), FreshCodeNeeded),
        (town.officer(CHAIR, Role.CERTIFIER), RoleMissing),
        (town.officer(MAYOR), NotYourAct),
    ):
        with pytest.raises(refused), town.begin() as uow:
            confirming.confirm(uow, town.means, put.id, version=put.version, by=by)
    assert len(known(town)) == before
    town.seconds(put, one)
    assert len(known(town)) == before + 1


def test_only_the_office_that_examines_writes_it_down(town: Town) -> None:
    with pytest.raises(NotYourAct), town.begin() as uow:
        seconding.propose_designation(uow, plan(town), by=town.officer(MAYOR))
    clerkless = town.officer(CHAIR, Role.EXAMINER)
    with pytest.raises(RoleMissing), town.begin() as uow:
        seconding.propose_designation(uow, plan(town), by=clerkless)


def test_for_an_office_that_does_not_work_here_an_operator_writes_it_down(town: Town) -> None:
    """The mayor's officers for the council's chair, where nobody of it has an account."""
    one = town.officer(MAYOR)
    with pytest.raises(NotYourAct):
        proposes(town, one)
    with town.begin() as uow:
        uow.session.get_one(Jurisdiction, town.place).operated_by = [MAYOR.value]
    town.seconds(proposes(town, one), one)
    assert known(town)[0].row.transcribed_by == MAYOR.value


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"system": " "}, ParticularMissing),
        ({"document": LETTER}, ParticularMissing),
        ({"instrument": Instrument.RECALL}, DesignationNotDemanded),
        ({"instrument": Instrument.ADVISORY}, DesignationNotDemanded),
        ({"until_day": date(2026, 1, 1)}, DayImplausible),
    ],
)
def test_what_is_not_whole_is_not_even_proposed(
    town: Town, changed: Mapping[str, Any], refused: type[Exception]
) -> None:
    if changed.get("instrument") is Instrument.RECALL:
        by = town.officer(Authority.ELECTION_COMMISSION)
    else:
        by = town.officer(MAYOR if "instrument" in changed else CHAIR)
    with pytest.raises(refused), town.begin() as uow:
        seconding.propose_designation(uow, plan(town, **changed), by=by)


def test_it_holds_from_its_first_to_its_last_day(undesignated: Town) -> None:
    town = undesignated
    measure = town.opens(Instrument.INITIATIVE)
    today = town.now().date()
    designates(town, from_day=today + timedelta(days=3), until_day=today + timedelta(days=4))
    for day, opened in enumerate((False, False, False, True, True, False)):
        assert (way(town, measure) == Open()) is opened, day
        if opened:
            town.signs(measure, 10 + day)
        else:
            with pytest.raises(ChannelNotAllowed):
                town.signs(measure, 10 + day)
        town.waits(days=1)


def test_what_was_signed_stands_once_it_is_over(town: Town) -> None:
    measure = town.opens(Instrument.INITIATIVE)
    town.signs(measure, 1)
    town.signs(measure, 2)
    revokes(town, known(town)[0].row.id, town.officer(CHAIR))
    assert way(town, measure) == Obstacle("not-designated", article="주민조례발안법 §3②, §7④")
    with pytest.raises(ChannelNotAllowed):
        town.signs(measure, 3)
    petition = town.petition(measure)
    with town.begin() as uow:
        withdrawing.withdraw(uow, town.vault, petition, town.resident(2))
    with town.begin() as uow:
        held = petitions.get(uow.session, petition)
        standing = uow.session.execute(text("select count(*) from standing_signature")).scalar()
    assert (held.channels, standing) == (["paper"], 1)


def test_it_may_be_over_from_a_later_day(town: Town) -> None:
    measure = town.opens(Instrument.INITIATIVE)
    today = town.now().date()
    revokes(town, known(town)[0].row.id, town.officer(CHAIR), from_day=today + timedelta(days=2))
    for opened in (True, True, False):
        assert (way(town, measure) == Open()) is opened
        town.waits(days=1)


def test_what_is_over_is_not_revoked_once_more(undesignated: Town) -> None:
    town = undesignated
    with pytest.raises(DesignationOver), town.begin() as uow:
        seconding.propose_revoking(
            uow,
            known(town)[0].row.id,
            document=paper(town, OVER),
            reason="다시",
            by=town.officer(CHAIR),
        )


def test_another_instrument_does_not_open(undesignated: Town) -> None:
    town = undesignated
    measure = town.opens(Instrument.INITIATIVE)
    one = town.officer(MAYOR)
    town.seconds(proposes(town, one, instrument=Instrument.REFERENDUM), one)
    assert way(town, measure) != Open()


def test_the_record_says_both_officers_and_the_paper(town: Town) -> None:
    designates(town)
    with town.begin() as uow:
        found = uow.session.execute(
            text("select convert_from(leaf, 'UTF8') from record_entry where act = :act"),
            {"act": "designation.recorded"},
        ).scalar_one()
    for said in (LETTER.number, "document_sha256", "officer:", '"from"', "주민참여 시스템"):
        assert said in found


def test_the_table_takes_no_change(town: Town) -> None:
    with pytest.raises(Exception, match="permission denied"), town.begin() as uow:
        uow.session.execute(text("update designation set until_day = null"))


def test_acts_are_taken_as_before(undesignated: Town) -> None:
    """A petition that can be signed on paper alone is admitted."""
    measure = undesignated.drafts(Instrument.INITIATIVE)
    undesignated.acts(measure, Act.APPLY, undesignated.resident(1))
    undesignated.acts(measure, Act.ADMIT, undesignated.officer(CHAIR))
    with undesignated.begin() as uow:
        petition = petitions.of_measure(uow.session, measure)
    assert petition is not None
    assert petition.channels == ["paper"]
