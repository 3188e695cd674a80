"""A return was misread: the certified result is corrected, certified anew, and answered anew."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from sqlalchemy import select

from ballots import returns, stations
from referendum.certificates.tables import Certificate
from referendum.kernel.people import Authority
from referendum.kernel.proposals import SecondOfficerNeeded
from referendum.lifecycle import counting, locating, performing, polling, surveying
from referendum.lifecycle.acting import Document, Particulars
from referendum.lifecycle.advisory import answering, correcting
from referendum.lifecycle.advisory.answering import Decision, Reply
from referendum.lifecycle.errors import CountIncomplete, DocumentNeeded
from referendum.lifecycle.office.approving import Approval
from referendum.lifecycle.stages import Act, ActNotAllowed, Stage
from tests.papers import PAPER
from tests.town import Town, seconded
from thresholds.vocabulary import Instrument

MAYOR = Authority.MAYOR
WRONG = Particulars(document=Document("정정-1", PAPER.day), reason="한 투표소의 수를 잘못 읽음")


def certificates(town: Town, measure: UUID) -> list[Certificate]:
    with town.begin() as uow:
        found = select(Certificate).where(Certificate.measure_id == measure)
        return list(uow.session.scalars(found.order_by(Certificate.issued_at)))


def reads_right(town: Town, measure: UUID, *, yes: int, no: int) -> None:
    """One box's count is keyed as it should have been read."""
    officer = town.officer(MAYOR)
    with town.begin() as uow:
        counting.insist_on_canvasser(uow.session, measure, officer)
        found = locating.get(uow.session, measure)
        box = stations.boxes_of(uow.session, polling.poll_of(uow.session, found).id)[0]
        returns.correct_count(
            uow,
            box.id,
            papers=yes + no,
            votes={"yes": yes, "no": no},
            invalid=0,
            reason="개표상황표를 잘못 읽음",
            by=officer,
        )


def corrects(town: Town, measure: UUID) -> None:
    town.acts(measure, Act.CORRECT_RESULT, town.officer(MAYOR), WRONG)


def answers(town: Town, measure: UUID, decision: Decision, number: str) -> None:
    with town.begin() as uow:
        answering.answer(
            uow,
            town.means,
            measure,
            decision=decision,
            reply=Reply(reasons_ko="답변", approval=Approval(town.letter(number))),
            by=seconded(town.officer(MAYOR)),
        )


def owed(town: Town, measure: UUID) -> answering.Owed:
    with town.begin() as uow:
        found = answering.owed(uow.session, locating.get(uow.session, measure), uow.now())
    assert found is not None
    return found


def test_cer_07_a_reissue_links_its_predecessor(town: Town, advisory_declared: UUID) -> None:
    """CER-07: both stay, each says what it is, and the record has an entry for both."""
    measure = advisory_declared
    (former,) = certificates(town, measure)
    corrects(town, measure)
    assert town.stage(measure) is Stage.COUNTING
    assert town.measure(measure).outcome is None
    reads_right(town, measure, yes=4, no=2)
    town.certifies(measure, MAYOR)
    assert town.stage(measure) is Stage.DECLARED
    first, second = certificates(town, measure)
    assert first.document == former.document, "what was issued is never changed"
    assert second.replaces_id == first.id
    assert second.serial != first.serial
    told = json.loads(second.document)
    assert told["replaces"] == {"serial": first.serial, "sha256": first.sha256}
    assert "replaces" not in json.loads(first.document)
    assert told["poll"]["options"] != json.loads(first.document)["poll"]["options"]
    with town.begin() as uow:
        replaced = correcting.what_replaced(uow.session, first)
        assert replaced is not None
        assert replaced.by is not None
        assert (replaced.by.id, replaced.step.document_number) == (second.id, "정정-1")
        assert correcting.what_replaced(uow.session, second) is None
    acts = town.recorded(measure)
    assert acts.count("certificate.issued") == 2
    assert acts.count("measure.step_taken") >= 3


def test_it_takes_two_officers_a_paper_and_a_reason(town: Town, advisory_declared: UUID) -> None:
    measure, one = advisory_declared, town.officer(MAYOR)
    with pytest.raises(SecondOfficerNeeded), town.begin() as uow:
        performing.perform(uow, town.means, measure, Act.CORRECT_RESULT, one, WRONG)
    for missing in (Particulars(reason="잘못"), Particulars(document=PAPER)):
        with pytest.raises(DocumentNeeded):
            town.acts(measure, Act.CORRECT_RESULT, one, missing)
    assert town.stage(measure) is Stage.DECLARED


def test_only_an_advisory_result_is_corrected_so(town: Town, referendum_furnished: UUID) -> None:
    """A statutory result is annulled by a court, and voted on again."""
    town.votes(referendum_furnished, turnout=6, votes={"yes": 5, "no": 1})
    town.certifies(referendum_furnished, Authority.ELECTION_COMMISSION)
    with pytest.raises(ActNotAllowed):
        town.acts(
            referendum_furnished,
            Act.CORRECT_RESULT,
            town.officer(Authority.ELECTION_COMMISSION),
            WRONG,
        )


def test_while_it_is_counted_once_more_no_figure_is_public(
    town: Town, advisory_declared: UUID
) -> None:
    corrects(town, advisory_declared)
    with town.begin() as uow:
        found = locating.get(uow.session, advisory_declared)
        assert surveying.public_canvass(uow.session, found) is None
        first = uow.session.scalars(select(Certificate)).one()
        replaced = correcting.what_replaced(uow.session, first)
    assert replaced is not None
    assert replaced.by is None, "nothing stands in its place yet"


def test_the_same_officers_certify_anew_even_where_no_number_changed(
    town: Town, advisory_declared: UUID
) -> None:
    corrects(town, advisory_declared)
    town.certifies(advisory_declared, MAYOR)
    first, second = certificates(town, advisory_declared)
    assert second.replaces_id == first.id


def test_an_answer_that_rested_on_the_former_result_is_shown_as_such(
    town: Town, advisory_declared: UUID
) -> None:
    measure = advisory_declared
    answers(town, measure, Decision.FOLLOWED, "답변-1")
    assert town.stage(measure) is Stage.ANSWERED
    town.waits(days=1)
    corrects(town, measure)
    with town.begin() as uow:
        assert [one.decision for one in answering.former(uow.session, measure)] == ["followed"]
    reads_right(town, measure, yes=1, no=5)
    town.certifies(measure, MAYOR)
    waiting = owed(town, measure)
    assert waiting.state is answering.Answering.DUE
    assert (waiting.answers, [one.decision for one in waiting.former]) == ((), ["followed"])
    town.waits(days=1)
    answers(town, measure, Decision.NOT, "답변-2")
    given = owed(town, measure)
    assert (given.decision, [one.decision for one in given.former]) == ("not", ["followed"])
    assert town.stage(measure) is Stage.ANSWERED


def test_an_answer_to_a_corrected_result_can_be_missing(
    town: Town, advisory_declared: UUID
) -> None:
    measure = advisory_declared
    answers(town, measure, Decision.FOLLOWED, "답변-1")
    town.waits(days=1)
    corrects(town, measure)
    town.certifies(measure, MAYOR)
    town.waits(days=70)
    assert owed(town, measure).state is answering.Answering.MISSING


def test_a_result_that_was_annulled_by_nobody_can_be_corrected_twice(
    town: Town, advisory_declared: UUID
) -> None:
    for _ in range(2):
        corrects(town, advisory_declared)
        town.certifies(advisory_declared, MAYOR)
        town.waits(days=1)
    first, second, third = certificates(town, advisory_declared)
    assert (second.replaces_id, third.replaces_id) == (first.id, second.id)


def test_what_is_not_whole_is_not_certified_anew(town: Town) -> None:
    vote = town.drafts(Instrument.ADVISORY, by=town.officer(MAYOR))
    town.calls(vote, MAYOR)
    town.waits_for("polls_close", vote)
    with pytest.raises(CountIncomplete):
        town.certifies(vote, MAYOR)
