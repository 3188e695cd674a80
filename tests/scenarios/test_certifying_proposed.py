"""CER-02: a first certification is a proposal: seen, sent back, taken back, overtaken."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from ballots import returns, stations
from referendum.certificates.tables import Attestation, Certificate
from referendum.identity import accounts
from referendum.kernel import proposals
from referendum.kernel.people import Authority, FreshCodeNeeded, Officer, Role, RoleMissing
from referendum.kernel.proposals import Proposal, State
from referendum.lifecycle import acting, certifying, concluding, confirming, locating, polling
from referendum.lifecycle.acting import Document
from referendum.lifecycle.certifying import Certified, Signatory
from referendum.lifecycle.errors import AttestedOnAnother, DocumentNeeded, NotYourAct, OwnFigures
from referendum.lifecycle.stages import Stage
from signatures.tables import LineDecision
from tests.identity.desk import TERMS
from tests.papers import PAPER
from tests.town import Town
from tests.web.staff import hire

CHAIR = Authority.COUNCIL_CHAIR
COMMISSION = Authority.ELECTION_COMMISSION
MAYOR = Authority.MAYOR


def hires(town: Town, name: str, authority: Authority = CHAIR) -> Officer:
    """A certifier with an account: whose name it is stands in the certificate."""
    account = hire(town, name, authority=authority, roles=(Role.CERTIFIER,))
    return replace(town.officer(authority, Role.CERTIFIER), id=account.id)


def certifies(
    town: Town, measure: UUID, by: Officer, *, document: Document | None = None
) -> Certified:
    with town.begin() as uow:
        signatory = Signatory(by, f"담당 {str(by.id)[:4]}", "과장")
        return certifying.certify(uow, town.means, measure, by=signatory, document=document)


def proposal(town: Town, first: Certified) -> Proposal:
    with town.begin() as uow:
        return proposals.get(uow.session, first.proposal_id, place=town.place)


def confirms(town: Town, first: Certified, by: Officer) -> Proposal:
    version = proposal(town, first).version
    with town.begin() as uow:
        return confirming.confirm(uow, town.means, first.proposal_id, version=version, by=by)


def state(town: Town, first: Certified) -> State:
    with town.begin() as uow:
        row = proposals.get(uow.session, first.proposal_id, place=town.place)
        return proposals.standing(row, uow.now())


def signed_by(town: Town, measure: UUID) -> list[UUID]:
    """Whose certifications stand in the certificate that was issued last."""
    with town.begin() as uow:
        document = uow.session.scalars(
            select(Certificate.document)
            .where(Certificate.measure_id == measure)
            .order_by(Certificate.issued_at.desc())
        ).first()
    assert document is not None
    return [UUID(one["id"]) for one in json.loads(document)["officers"]]


def recounts(town: Town, measure: UUID, by: Officer, *, yes: int) -> None:
    """A correction of one box, as the canvasser reads the return again."""
    with town.begin() as uow:
        poll = polling.poll_of(uow.session, locating.get(uow.session, measure))
        box = stations.boxes_of(uow.session, poll.id)[0]
        returns.correct_count(
            uow,
            box.id,
            papers=6,
            votes={"yes": yes, "no": 6 - yes},
            invalid=0,
            reason="잘못 옮겨 적음",
            by=by,
        )


@pytest.fixture
def reviewed(town: Town, initiative_open: UUID) -> UUID:
    town.reviews(initiative_open, town.some(6), bad=1)
    return initiative_open


@pytest.fixture
def counted(town: Town, referendum_called: UUID) -> UUID:
    town.votes(referendum_called, turnout=6, votes={"yes": 4, "no": 2})
    return referendum_called


def test_a_first_certification_waits_where_all_proposals_do_and_the_second_issues_there(
    town: Town, reviewed: UUID
) -> None:
    one, other = hires(town, "chair.two"), hires(town, "chair.three")
    first = certifies(town, reviewed, one)
    row = proposal(town, first)
    assert {"what": "stage", "before": "reviewed", "after": "sufficient"} in row.changes
    assert {"what": "outcome", "before": None, "after": "sufficient"} in row.changes
    assert not [change for change in row.changes if change["what"].startswith("deadline")]
    assert town.stage(reviewed) is Stage.REVIEWED, "what was tried left nothing"
    with town.begin() as uow:
        now = uow.now()
        assert [each.id for each in confirming.waiting(uow.session, other, now)] == [row.id]
        assert confirming.waiting_for(uow.session, other, now) == 1
        assert confirming.waiting_for(uow.session, one, now) == 0
    confirms(town, first, other)
    assert town.stage(reviewed) is Stage.SUFFICIENT
    assert state(town, first) is State.CONFIRMED
    assert signed_by(town, reviewed) == [one.id, other.id]
    with town.begin() as uow:
        step = acting.history(uow.session, reviewed)[-1]
        assert (step.by, step.confirmed_by) == (one.mark, other.mark)
        leaf = uow.session.execute(
            text("select leaf from record_entry where act = 'certificate.issued'")
        ).scalar_one()
    assert one.mark in leaf.decode()
    assert other.mark in leaf.decode()


def test_what_follows_counts_from_the_second_certification_however_many_days_later(
    town: Town, reviewed: UUID
) -> None:
    first = certifies(town, reviewed, hires(town, "chair.two"))
    town.waits(days=5)
    confirms(town, first, hires(town, "chair.three"))
    assert town.stage(reviewed) is Stage.SUFFICIENT


def test_nobody_of_the_office_but_certifiers_reads_what_is_not_certified(
    town: Town, reviewed: UUID
) -> None:
    first = certifies(town, reviewed, hires(town, "chair.two"))
    others = (
        town.officer(CHAIR, Role.CLERK, Role.EXAMINER, Role.CANVASSER, Role.REGISTRAR),
        town.officer(CHAIR, Role.ADMINISTRATOR),
        town.officer(MAYOR),
        replace(town.officer(CHAIR), jurisdiction=uuid4()),
    )
    for by in others:
        with town.begin() as uow:
            assert confirming.waiting(uow.session, by, uow.now()) == []
            found = confirming.about(
                uow.session, locating.get(uow.session, reviewed), by, uow.now()
            )
            assert found == []
            with pytest.raises(proposals.ProposalNotFound):
                confirming.of_office(uow.session, first.proposal_id, by)
    confirms(town, first, hires(town, "chair.three"))
    with town.begin() as uow:
        assert confirming.of_office(uow.session, first.proposal_id, others[0])


def test_whoever_must_not_be_the_second_one_is_not(town: Town, reviewed: UUID) -> None:
    one = hires(town, "chair.two")
    first = certifies(town, reviewed, one)
    with town.begin() as uow:
        petition = town.petition(reviewed)
        keyed = uow.session.scalars(
            select(LineDecision.decided_by).where(
                LineDecision.petition_id == petition, LineDecision.decided_by.startswith("officer:")
            )
        ).first()
    assert keyed is not None
    keyer = replace(town.officer(CHAIR), id=UUID(keyed.removeprefix("officer:")))
    for by, refusal in (
        (one, proposals.OwnProposal),
        (keyer, OwnFigures),
        (town.officer(CHAIR, Role.CLERK), RoleMissing),
        (town.officer(CHAIR, fresh=False), FreshCodeNeeded),
        (town.officer(MAYOR), NotYourAct),
        (replace(town.officer(CHAIR), jurisdiction=uuid4()), proposals.ProposalNotFound),
    ):
        with pytest.raises(refusal):
            confirms(town, first, by)
    with town.begin() as uow, pytest.raises(OwnFigures):
        confirming.decline(uow, first.proposal_id, reason="다름", by=keyer)
    assert town.stage(reviewed) is Stage.REVIEWED


def _sent_back(town: Town, first: Certified, one: Officer) -> None:
    del one
    with town.begin() as uow:
        confirming.decline(uow, first.proposal_id, reason="서명 수가 다름", by=town.officer(CHAIR))


def _taken_back(town: Town, first: Certified, one: Officer) -> None:
    with town.begin() as uow:
        confirming.withdraw(uow, first.proposal_id, by=one)


def _lapsed(town: Town, first: Certified, one: Officer) -> None:
    del first, one
    town.waits(seconds=proposals.LIFE.total_seconds())


def _lost_the_role(town: Town, first: Certified, one: Officer) -> None:
    del first
    administrator = town.officer(CHAIR, Role.ADMINISTRATOR)
    with town.begin() as uow:
        accounts.change_roles(uow, TERMS, one.id, [], by=administrator)


@pytest.mark.parametrize("ends", [_sent_back, _taken_back, _lapsed, _lost_the_role])
def test_what_came_to_nothing_does_not_count_beside_a_later_one(
    town: Town, reviewed: UUID, ends: Callable[[Town, Certified, Officer], None]
) -> None:
    """Else a certification that was sent back would be the first of two with the next one."""
    one, other = hires(town, "chair.two"), hires(town, "chair.three")
    first = certifies(town, reviewed, one)
    ends(town, first, one)
    assert state(town, first) not in {State.WAITING, State.CONFIRMED}
    with town.begin() as uow:
        measure = locating.get(uow.session, reviewed)
        verdict = concluding.verdict(uow.session, measure)
        assert certifying.asked(uow, measure, verdict) is None
    again = certifies(town, reviewed, other)
    assert (again.attested, again.certificate_id) == (1, None)
    assert town.stage(reviewed) is Stage.REVIEWED
    third = hires(town, "chair.four")
    assert certifies(town, reviewed, third).attested == 2
    assert signed_by(town, reviewed) == [other.id, third.id]
    with town.begin() as uow:
        kept = uow.session.scalars(select(Attestation.officer_id)).all()
    assert sorted(kept) == sorted([one.id, other.id, third.id]), "nothing that was said goes"


def test_who_took_it_back_may_certify_again(town: Town, reviewed: UUID) -> None:
    one = hires(town, "chair.two")
    _taken_back(town, certifies(town, reviewed, one), one)
    again = certifies(town, reviewed, one)
    assert again.attested == 1
    confirms(town, again, hires(town, "chair.three"))
    assert town.stage(reviewed) is Stage.SUFFICIENT


def test_numbers_that_changed_between_the_two_are_certified_anew_by_both(
    town: Town, counted: UUID
) -> None:
    one, other, third = (
        hires(town, f"election.{name}", COMMISSION) for name in ("two", "three", "four")
    )
    first = certifies(town, counted, one)
    recounts(town, counted, town.officer(COMMISSION, Role.CANVASSER), yes=3)
    with pytest.raises(proposals.ChangesOtherwise):
        confirms(town, first, other)
    anew = certifies(town, counted, other)
    assert (anew.attested, state(town, first)) == (1, State.OVERTAKEN)
    with pytest.raises(proposals.ProposalSettled):
        confirms(town, first, third)
    assert town.stage(counted) is Stage.COUNTING
    confirms(town, anew, third)
    assert signed_by(town, counted) == [other.id, third.id]
    with town.begin() as uow:
        acts = list(uow.session.execute(text("select act from record_entry")).scalars())
    assert acts.count("proposal.overtaken") == 1


def test_who_keys_after_having_certified_is_no_first_officer_any_more(
    town: Town, counted: UUID
) -> None:
    """The same numbers keyed again leave the verdict what it was, and whose figures not."""
    one, other = (hires(town, f"election.{name}", COMMISSION) for name in ("two", "three"))
    first = certifies(town, counted, one)
    both = replace(one, roles=frozenset({Role.CERTIFIER, Role.CANVASSER}))
    recounts(town, counted, town.officer(COMMISSION, Role.CANVASSER), yes=3)
    recounts(town, counted, both, yes=4)
    with pytest.raises(proposals.ChangesOtherwise):
        confirms(town, first, other)
    recounted = certifies(town, counted, other)
    assert recounted.verdict_sha256 == first.verdict_sha256
    assert (recounted.attested, state(town, first)) == (1, State.OVERTAKEN)


def test_both_certify_a_transcript_on_the_same_paper(town: Town, recall_open: UUID) -> None:
    town.reviews(recall_open, town.some(5))
    one, other = hires(town, "mayor.two", MAYOR), hires(town, "mayor.three", MAYOR)
    with pytest.raises(DocumentNeeded):
        certifies(town, recall_open, one)
    first = certifies(town, recall_open, one, document=town.brought(PAPER))
    assert proposal(town, first).what["document"]["number"] == PAPER.number
    with pytest.raises(AttestedOnAnother):
        certifies(town, recall_open, other, document=Document("선관위-2", PAPER.day))
    second = certifies(town, recall_open, other)
    assert (second.attested, second.proposal_id) == (2, first.proposal_id)
    with town.begin() as uow:
        certificate = uow.session.get_one(Certificate, second.certificate_id)
        assert certificate.kind == "transcript"
        assert PAPER.number.encode() in certificate.document


def test_the_paper_of_what_was_overtaken_is_not_the_next_officers(
    town: Town, recall_open: UUID
) -> None:
    town.reviews(recall_open, town.some(5))
    one, other = hires(town, "mayor.two", MAYOR), hires(town, "mayor.three", MAYOR)
    first = certifies(town, recall_open, one, document=town.brought(PAPER))
    with town.begin() as uow:
        uow.session.execute(
            text("update proposal set what = jsonb_set(what, '{verdict_sha256}', '\"other\"')")
        )
    with pytest.raises(DocumentNeeded):
        certifies(town, recall_open, other)
    assert state(town, first) is State.WAITING, "what is refused leaves nothing"
    assert certifies(town, recall_open, other, document=town.brought(PAPER)).attested == 1


def test_what_waits_too_long_is_an_alarm_and_a_table_knows_two_people(
    town: Town, reviewed: UUID
) -> None:
    one = hires(town, "chair.two")
    first = certifies(town, reviewed, one)
    with town.begin() as uow:
        assert confirming.pressing(uow.session, town.place, uow.now()) == []
    town.waits(days=6)
    with town.begin() as uow:
        (row,) = confirming.pressing(uow.session, town.place, uow.now())
        assert row.id == first.proposal_id
    with town.begin() as uow:
        said = uow.session.scalars(select(Attestation)).one()
        again = {
            column.key: getattr(said, column.key)
            for column in Attestation.__table__.columns
            if column.key != "id"
        }
    with pytest.raises(IntegrityError), town.begin() as uow:
        uow.session.add(Attestation(**again))
