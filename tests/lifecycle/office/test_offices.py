"""Who holds an office is data of the place; what is signed in its name picks whoever did then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from referendum.kernel.people import Authority, Officer, Role, RoleMissing
from referendum.kernel.proposals import OwnProposal, Proposal, SecondOfficerNeeded
from referendum.lifecycle import confirming, proposing, seconding
from referendum.lifecycle.acting import Deputy, Document, Particulars
from referendum.lifecycle.advisory import answering
from referendum.lifecycle.advisory.answering import Decision, Reply
from referendum.lifecycle.errors import (
    DayImplausible,
    DocumentNeeded,
    HolderNotRecorded,
    NotYourAct,
    ParticularMissing,
)
from referendum.lifecycle.office import approving, holders
from referendum.lifecycle.office.approving import Approval
from referendum.lifecycle.office.holders import Seat
from referendum.lifecycle.office.tables import SignedAct
from referendum.lifecycle.stages import Act, Stage
from referendum.papers.errors import PaperFileNeeded
from referendum.roll.tables import Jurisdiction
from tests.papers import PAPER
from tests.town import Town, seconded
from thresholds.vocabulary import Instrument

MAYOR = Authority.MAYOR
FIRST = date(2022, 7, 1)
DEPUTY = Deputy(name="나국장", office="기획조정실장")


def seat(**changed: Any) -> Seat:
    given: dict[str, Any] = {
        "office": MAYOR,
        "name": "새시장",
        "title": "시험시장",
        "from_day": date(2027, 2, 1),
        "document": Document("취임-2", date(2027, 2, 1)),
    }
    return Seat(**(given | changed))


def proposes(town: Town, by: Officer, **changed: Any) -> Proposal:
    with town.begin() as uow:
        return seconding.propose_holder(uow, seat(**changed), by=by)


def seats(town: Town, **changed: Any) -> None:
    one = town.officer(MAYOR)
    town.seconds(proposes(town, one, **changed), one)


def holder(town: Town, day: date) -> str | None:
    with town.begin() as uow:
        found = holders.on(uow.session, town.place, MAYOR, day)
        return None if found is None else found.name


def test_whoever_comes_ends_whoever_was_there(town: Town) -> None:
    seats(town)
    assert holder(town, date(2027, 1, 31)) == "가상시장"
    assert holder(town, date(2027, 2, 1)) == "새시장"
    assert holder(town, FIRST - timedelta(days=1)) is None


def test_an_office_may_stand_empty(town: Town) -> None:
    seats(town, until_day=date(2027, 2, 10))
    assert holder(town, date(2027, 2, 10)) == "새시장"
    assert holder(town, date(2027, 2, 11)) is None, "the one before does not come back"


def test_two_officers_of_the_office_write_it_down(town: Town) -> None:
    one = town.officer(MAYOR)
    with pytest.raises(SecondOfficerNeeded), town.begin() as uow:
        holders.record(uow, seat(), by=one)
    put = proposes(town, one)
    assert {"what": "office.holder", "before": "시험시장 가상시장", "after": "시험시장 새시장"} in (
        put.changes
    )
    for by, refused in (
        (one, OwnProposal),
        (town.officer(Authority.COUNCIL_CHAIR), NotYourAct),
        (town.officer(MAYOR, Role.EXAMINER), RoleMissing),
    ):
        with pytest.raises(refused), town.begin() as uow:
            confirming.confirm(uow, town.means, put.id, version=put.version, by=by)
    assert holder(town, date(2027, 2, 1)) == "가상시장"
    with pytest.raises(NotYourAct):
        proposes(town, town.officer(Authority.COUNCIL_CHAIR))


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"name": " "}, ParticularMissing),
        ({"title": "가" * 61}, ParticularMissing),
        ({"until_day": date(2020, 1, 1)}, DayImplausible),
    ],
)
def test_what_is_not_whole_is_not_proposed(
    town: Town, changed: dict[str, Any], refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        proposes(town, town.officer(MAYOR), **changed)


def test_the_record_has_no_names(town: Town) -> None:
    seats(town)
    with town.begin() as uow:
        found = uow.session.execute(
            text("select convert_from(leaf, 'UTF8') from record_entry where act = 'office.held'")
        ).scalar_one()
    assert "취임-2" in found
    assert "새시장" not in found


# Acts of the office


def acts(town: Town, about: UUID) -> dict[str, SignedAct]:
    with town.begin() as uow:
        return {one.what: one for one in approving.of(uow.session, about)}


def test_a_call_says_who_held_the_office_and_who_deputised(town: Town) -> None:
    measure = town.drafts(Instrument.ADVISORY, by=town.officer(MAYOR))
    with pytest.raises(DocumentNeeded):
        town.acts(measure, Act.CALL, town.officer(MAYOR), Particulars())
    given = Particulars(document=PAPER, deputy=DEPUTY)
    town.acts(measure, Act.CALL, town.officer(MAYOR), given)
    assert town.stage(measure) is Stage.CALLED
    call = acts(town, measure)["call"]
    assert (call.holder_title, call.holder_name) == ("시험시장", "가상시장")
    assert (call.deputy_office, call.deputy_name) == ("기획조정실장", "나국장")
    assert (call.document_number, call.document_date) == (PAPER.number, PAPER.day)


def test_both_officers_see_who_signs_before_it_is_done(town: Town) -> None:
    measure = town.drafts(Instrument.ADVISORY, by=town.officer(MAYOR))
    given = Particulars(document=PAPER, deputy=DEPUTY)
    with town.begin() as uow:
        put = proposing.propose(uow, town.means, measure, Act.CALL, town.officer(MAYOR), given)
    assert put.what["holder"] == {"name": "가상시장", "title": "시험시장"}
    assert put.what["deputy"] == {"name": "나국장", "office": "기획조정실장"}


def test_the_call_of_a_referendum_is_signed_as_that_of_an_advisory_vote(
    town: Town, referendum_sufficient: UUID
) -> None:
    mayor = town.officer(MAYOR)
    with pytest.raises(DocumentNeeded):
        town.acts(referendum_sufficient, Act.CALL, mayor)
    half = Particulars(document=PAPER, deputy=Deputy(name="나국장", office=" "))
    with pytest.raises(ParticularMissing):
        town.acts(referendum_sufficient, Act.CALL, mayor, half)
    taken = town.acts(
        referendum_sufficient, Act.CALL, mayor, Particulars(document=PAPER, deputy=DEPUTY)
    )
    call = acts(town, referendum_sufficient)["call"]
    assert (call.entry_id, call.holder_name, call.deputy_name) == (
        taken.entry_id,
        "가상시장",
        "나국장",
    )
    assert (call.document_number, call.document_date) == (PAPER.number, PAPER.day)
    assert taken.facts["by_delegation"] is True
    assert taken.facts["holder"] == str(call.holder_id)
    assert "가상시장" not in str(taken.facts), "the record has ids, no names"


def test_no_vote_is_called_for_an_office_that_nobody_is_known_to_hold(
    town: Town, referendum_sufficient: UUID
) -> None:
    seats(town, until_day=date(2027, 2, 1), from_day=date(2027, 2, 1))
    with pytest.raises(HolderNotRecorded):
        town.acts(
            referendum_sufficient,
            Act.CALL,
            town.officer(MAYOR),
            Particulars(document=Document("발의-9", town.now().date())),
        )
    assert town.stage(referendum_sufficient) is Stage.SUFFICIENT


def test_another_day_and_a_vote_held_again_are_signed_too(
    town: Town, referendum_called: UUID
) -> None:
    """The mayor sets another day; that a vote is held again is the commission's act."""
    day = town.deadline(referendum_called, "polls_close").date() + timedelta(days=7)
    given = Particulars(document=PAPER, reason="수해", day=day, deputy=DEPUTY)
    town.acts(referendum_called, Act.RESET_DAY, town.officer(MAYOR), given)
    assert acts(town, referendum_called)["reset_day"].deputy_name == "나국장"
    town.votes(referendum_called, turnout=6, votes={"yes": 4, "no": 2})
    commission = Authority.ELECTION_COMMISSION
    town.certifies(referendum_called, commission)
    court = Particulars(document=Document("2027구합1", PAPER.day), reason="판결")
    town.acts(referendum_called, Act.ANNUL_RESULT, town.officer(commission), court)
    again = replace(given, day=town.now().date() + timedelta(days=30), deputy=None)
    town.acts(referendum_called, Act.CALL_REVOTE, town.officer(commission), again)
    found = acts(town, referendum_called)["call_revote"]
    assert (found.office, found.holder_title) == (commission.value, "시험위원장")


def test_declining_to_call_a_vote_is_signed(town: Town) -> None:
    """What residents asked for is declined by the office that would have called it."""
    measure = town.qualifies(Instrument.ADVISORY, 40)
    given = Particulars(document=PAPER, reason="예산에 이미 있음", deputy=DEPUTY)
    town.acts(measure, Act.DECLINE, town.officer(MAYOR), given)
    assert town.stage(measure) is Stage.DECLINED
    assert acts(town, measure)["decline"].deputy_office == "기획조정실장"


def test_a_call_that_is_transcribed_takes_the_file_and_says_who_signed(
    town: Town, referendum_sufficient: UUID
) -> None:
    """The mayor's office does not work here: the council's officers write down from its paper."""
    chair = Authority.COUNCIL_CHAIR
    with town.begin() as uow:
        uow.session.get_one(Jurisdiction, town.place).operated_by = [chair.value]
    given = Particulars(document=PAPER, deputy=DEPUTY)
    with pytest.raises(PaperFileNeeded):
        town.acts(referendum_sufficient, Act.CALL, town.officer(chair), given)
    with_file = replace(given, document=town.brought(PAPER))
    taken = town.acts(referendum_sufficient, Act.CALL, town.officer(chair), with_file)
    assert (taken.transcribed_by, taken.authority) == (chair.value, MAYOR.value)
    call = acts(town, referendum_sufficient)["call"]
    assert (call.office, call.holder_name, call.deputy_name) == (MAYOR, "가상시장", "나국장")


def test_an_answer_is_of_whoever_held_the_office_on_its_day(
    town: Town, advisory_declared: UUID
) -> None:
    """The paper is of yesterday, when somebody else was mayor."""
    today = town.now().date()
    seats(town, from_day=today)
    yesterday = Document("답변-1", today - timedelta(days=1))
    with town.begin() as uow:
        answering.answer(
            uow,
            town.means,
            advisory_declared,
            decision=Decision.NOT,
            reply=Reply(reasons_ko="하지 않습니다.", approval=Approval(yesterday, DEPUTY)),
            by=seconded(town.officer(MAYOR)),
        )
    with town.begin() as uow:
        (row,) = answering.given(uow.session, advisory_declared)
    assert (row.office, row.answered_by) == ("시험시장", "가상시장")
    assert acts(town, advisory_declared)["answer"].deputy_name == "나국장"


def test_nobody_signs_for_an_office_that_nobody_is_known_to_hold(
    town: Town, advisory_declared: UUID
) -> None:
    seats(town, until_day=town.now().date() - timedelta(days=1), from_day=date(2027, 2, 1))
    reply = Reply(reasons_ko="합니다.", approval=Approval(town.letter("답변-9")))
    with pytest.raises(HolderNotRecorded) as refused, town.begin() as uow:
        answering.answer(
            uow,
            town.means,
            advisory_declared,
            decision=Decision.FOLLOWED,
            reply=reply,
            by=seconded(town.officer(MAYOR)),
        )
    assert refused.value.facts["office"] == MAYOR.value
    with town.begin() as uow:
        signed = select(SignedAct).where(SignedAct.what == "answer")
        assert uow.session.scalars(signed).all() == []
