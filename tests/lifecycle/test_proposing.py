"""What takes two officers: proposed by one, looked at and confirmed by another (OPS-01, CER-03)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from referendum.identity import accounts, demonstrating, staff
from referendum.identity.accounts import Wanted
from referendum.kernel import proposals
from referendum.kernel.people import Authority, FreshCodeNeeded, Officer, Role, RoleMissing
from referendum.kernel.proposals import Proposal, State
from referendum.lifecycle import (
    acting,
    confirming,
    foureyes,
    holding,
    holds,
    keying,
    performing,
    proposing,
    reviewing,
    stages,
)
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.errors import DocumentNeeded, NotYourAct
from referendum.lifecycle.stages import Act, ActNotAllowed, Stage
from referendum.lifecycle.tables import LeftToOne
from referendum.papers.errors import PaperFileNeeded
from signatures import settling, tallying
from signatures.errors import DecisionNeedsNote, NothingToVoid
from signatures.lines import Reason, Status
from tests.identity.desk import TERMS
from tests.papers import PAPER
from tests.town import Town
from thresholds.vocabulary import Instrument

MAYOR = Authority.MAYOR
COURT = Particulars(document=PAPER, reason="법원 판결")


def proposes(town: Town, measure: UUID, act: Act, by: Officer, given: Particulars) -> Proposal:
    with town.begin() as uow:
        return proposing.propose(uow, town.means, measure, act, by, given)


def confirms(town: Town, one: Proposal, by: Officer, *, version: str | None = None) -> None:
    with town.begin() as uow:
        confirming.confirm(uow, town.means, one.id, version=version or one.version, by=by)


def entries(town: Town) -> list[str]:
    with town.begin() as uow:
        found = uow.session.execute(text("select act from record_entry order by number"))
        return list(found.scalars())


def standing(town: Town, one: Proposal) -> State:
    with town.begin() as uow:
        row = proposals.get(uow.session, one.id, place=town.place)
        return proposals.standing(row, uow.now())


def test_one_officer_ends_nothing(town: Town, referendum_open: UUID) -> None:
    with town.begin() as uow, pytest.raises(proposals.SecondOfficerNeeded):
        performing.perform(uow, town.means, referendum_open, Act.ANNUL, town.officer(MAYOR), COURT)
    assert town.stage(referendum_open) is Stage.COLLECTING


def test_what_is_proposed_changes_nothing_until_another_confirms_it(
    town: Town, referendum_open: UUID
) -> None:
    one, other = town.officer(MAYOR), town.officer(MAYOR)
    before = town.deadline(referendum_open, "collection_ends")
    put = proposes(town, referendum_open, Act.ANNUL, one, COURT)
    assert {"what": "stage", "before": "collecting", "after": "annulled"} in put.changes
    assert {"what": "signing", "before": "open", "after": "closed"} in put.changes
    assert town.stage(referendum_open) is Stage.COLLECTING
    assert town.deadline(referendum_open, "collection_ends") == before
    assert entries(town)[-1] == "proposal.put", "what was tried left nothing"
    town.signs(referendum_open, town.some(2)[1])
    confirms(town, put, other)
    assert town.stage(referendum_open) is Stage.ANNULLED
    with town.begin() as uow:
        step = acting.history(uow.session, referendum_open)[-1]
        assert (step.by, step.confirmed_by) == (one.mark, other.mark)
        leaf = uow.session.execute(
            text("select leaf from record_entry where act = 'measure.step_taken'"
                 " order by number desc limit 1")
        ).scalar_one()  # fmt: skip
    assert other.mark in leaf.decode()
    assert standing(town, put) is State.CONFIRMED


def test_nobody_is_their_own_second_officer(town: Town, referendum_open: UUID) -> None:
    one = town.officer(MAYOR)
    put = proposes(town, referendum_open, Act.ANNUL, one, COURT)
    with pytest.raises(proposals.OwnProposal):
        confirms(town, put, one)
    with pytest.raises(FreshCodeNeeded):
        confirms(town, put, town.officer(MAYOR, fresh=False))
    with pytest.raises(RoleMissing):
        confirms(town, put, town.officer(MAYOR, Role.CERTIFIER))
    with pytest.raises(NotYourAct):
        confirms(town, put, town.officer(Authority.COUNCIL_CHAIR))
    with pytest.raises(proposals.ProposalNotFound):
        confirms(town, put, replace(town.officer(MAYOR), jurisdiction=uuid4()))
    assert town.stage(referendum_open) is Stage.COLLECTING


def test_what_the_act_is_refused_for_is_refused_when_it_is_proposed(
    town: Town, referendum_open: UUID
) -> None:
    with pytest.raises(DocumentNeeded):
        proposes(town, referendum_open, Act.ANNUL, town.officer(MAYOR), Particulars())
    with pytest.raises(ActNotAllowed):
        proposes(town, referendum_open, Act.CALL, town.officer(MAYOR), Particulars())
    with town.begin() as uow:
        assert proposals.waiting(uow.session, town.place, uow.now()) == []


def test_it_is_confirmed_as_it_was_shown_or_not_at_all(town: Town, referendum_open: UUID) -> None:
    town.waits_for("collection_ends", referendum_open, seconds=-60)
    put = proposes(town, referendum_open, Act.ANNUL, town.officer(MAYOR), COURT)
    with pytest.raises(proposals.ChangesOtherwise):
        confirms(town, put, town.officer(MAYOR), version="0" * 64)
    town.waits_for("collection_ends", referendum_open)
    with pytest.raises(proposals.ChangesOtherwise):
        confirms(town, put, town.officer(MAYOR))
    assert town.stage(referendum_open) is Stage.COLLECTED


def test_the_same_waits_once_and_what_waited_too_long_comes_to_nothing(
    town: Town, initiative_open: UUID
) -> None:
    chair = Authority.COUNCIL_CHAIR
    put = proposes(town, initiative_open, Act.ANNUL, town.officer(chair), COURT)
    with pytest.raises(proposals.ProposedAlready):
        proposes(town, initiative_open, Act.ANNUL, town.officer(chair), COURT)
    town.waits(seconds=proposals.LIFE.total_seconds())
    assert standing(town, put) is State.LAPSED
    with pytest.raises(proposals.ProposalSettled):
        confirms(town, put, town.officer(chair))
    again = proposes(town, initiative_open, Act.ANNUL, town.officer(chair), COURT)
    assert entries(town)[-2:] == ["proposal.lapsed", "proposal.put"]
    confirms(town, again, town.officer(chair))
    assert town.stage(initiative_open) is Stage.ANNULLED


def test_it_is_sent_back_with_a_reason_or_taken_back(town: Town, referendum_open: UUID) -> None:
    one, other = town.officer(MAYOR), town.officer(MAYOR)
    put = proposes(town, referendum_open, Act.ANNUL, one, COURT)
    with town.begin() as uow, pytest.raises(proposals.ReasonMissing):
        confirming.decline(uow, put.id, reason=" ", by=other)
    with town.begin() as uow, pytest.raises(proposals.OwnProposal):
        confirming.decline(uow, put.id, reason="다름", by=one)
    with town.begin() as uow:
        confirming.decline(uow, put.id, reason="문서 번호가 다름", by=other)
    assert standing(town, put) is State.DECLINED
    again = proposes(town, referendum_open, Act.ANNUL, one, COURT)
    with town.begin() as uow, pytest.raises(proposals.ProposalNotFound):
        confirming.withdraw(uow, again.id, by=other)
    with town.begin() as uow:
        confirming.withdraw(uow, again.id, by=one)
    assert standing(town, again) is State.WITHDRAWN
    assert town.stage(referendum_open) is Stage.COLLECTING


def test_a_halt_begins_at_once_and_is_lifted_by_two(town: Town, referendum_open: UUID) -> None:
    officer = town.officer(MAYOR)
    hold = town.halts(referendum_open)
    with town.begin() as uow:
        assert [one.id for one in holds.lying(uow.session, referendum_open)] == [hold]
        (seen,) = proposals.waiting(uow.session, town.place, uow.now())
    with town.begin() as uow, pytest.raises(proposals.SecondOfficerNeeded):
        holding.lift(uow, referendum_open, hold, document=PAPER, reason="기각", by=officer)
    placer = replace(officer, id=seen.proposed_by)
    with town.begin() as uow, pytest.raises(proposals.OwnProposal):
        confirming.withdraw(uow, seen.id, by=placer)
    confirms(town, seen, officer)
    with town.begin() as uow:
        (lying,) = holds.lying(uow.session, referendum_open)
        assert lying.placing_confirmed_by == officer.mark
    town.lifts(referendum_open, hold)
    with town.begin() as uow:
        assert holds.lying(uow.session, referendum_open) == []


def test_an_office_is_not_written_for_where_it_works_itself(town: Town) -> None:
    measure = town.drafts(Instrument.RECALL)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    given = Particulars(document=PAPER, reason="통보")
    with town.begin() as uow:
        link = demonstrating.account(
            uow,
            town.vault,
            Wanted(
                username="commission",
                display_name="담당관",
                office_title="과장",
                roles=[Role.CLERK],
            ),
            of=town.place,
            authority=Authority.ELECTION_COMMISSION,
            invented=True,
        )
    given = replace(given, document=town.brought(PAPER))
    put = proposes(town, measure, Act.ADMIT, town.officer(MAYOR), given)
    assert put.authority == Authority.ELECTION_COMMISSION
    with town.begin() as uow:
        staff.held(uow.session, link.staff_id).password_hash = "set up"
    with pytest.raises(NotYourAct):
        confirms(town, put, town.officer(MAYOR))
    with pytest.raises(NotYourAct):
        proposes(town, measure, Act.ADMIT, town.officer(MAYOR), given)


def test_what_is_transcribed_takes_two_and_names_the_office_that_wrote_it(town: Town) -> None:
    measure = town.drafts(Instrument.RECALL)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    by_number = Particulars(document=PAPER, reason="통보")
    with pytest.raises(PaperFileNeeded):
        proposes(town, measure, Act.ADMIT, town.officer(MAYOR), by_number)
    given = replace(by_number, document=town.brought(PAPER))
    step = town.acts(measure, Act.ADMIT, town.officer(MAYOR), given)
    assert (step.recorded_from, step.transcribed_by, step.authority) == (
        True,
        "mayor",
        "election_commission",
    )
    assert step.confirmed_by is not None


def test_nothing_of_somebody_whose_roles_changed_waits_on(
    town: Town, referendum_open: UUID
) -> None:
    with town.begin() as uow:
        link = demonstrating.account(
            uow,
            town.vault,
            Wanted(
                username="clerk",
                display_name="담당관",
                office_title="과장",
                roles=[Role.CLERK],
            ),
            of=town.place,
            authority=MAYOR,
            invented=True,
        )
    put = proposes(
        town, referendum_open, Act.ANNUL, replace(town.officer(MAYOR), id=link.staff_id), COURT
    )
    with town.begin() as uow:
        administrator = town.officer(MAYOR, Role.ADMINISTRATOR)
        accounts.change_roles(uow, TERMS, link.staff_id, [], by=administrator)
    assert standing(town, put) is State.LAPSED


def test_an_authority_may_leave_to_one_what_neither_ends_nor_moves_a_day() -> None:
    for authority in Authority:
        acts = dict(foureyes.strict_acts(authority))
        for life in stages.LIVES.values():
            for step in life:
                if step.by.authority is not authority or step.certified:
                    continue
                if step.target in stages.ENDINGS and step.act is not Act.ANSWER:
                    assert acts[step.act], step
    assert dict(foureyes.strict_acts(MAYOR))[Act.SETTLE_OBJECTIONS] is False


def test_what_is_left_to_one_is_done_by_one(town: Town, initiative_open: UUID) -> None:
    chair = Authority.COUNCIL_CHAIR
    town.collects(initiative_open, town.some(5))
    town.examines(initiative_open)
    officer = town.officer(chair)
    town.acts(initiative_open, Act.OPEN_INSPECTION, officer)
    town.waits_for("inspection_ends", initiative_open)
    with town.begin() as uow:
        step = stages.find(Instrument.INITIATIVE, Stage.OBJECTING, Act.SETTLE_OBJECTIONS)
        assert foureyes.needs_two(uow.session, town.place, step, recorded_from=False)
        for act in (Act.SETTLE_OBJECTIONS, Act.ANNUL):
            uow.session.add(
                LeftToOne(
                    jurisdiction_id=town.place,
                    authority=chair.value,
                    act=act.value,
                    since=uow.now() - timedelta(days=1),
                )
            )
    with town.begin() as uow:
        taken = proposing.take(
            uow,
            town.means,
            initiative_open,
            Act.SETTLE_OBJECTIONS,
            officer,
            Particulars(document=PAPER, reason="이의 없음"),
        )
    assert not isinstance(taken, Proposal)
    with town.begin() as uow, pytest.raises(proposals.SecondOfficerNeeded):
        performing.perform(uow, town.means, initiative_open, Act.ANNUL, officer, COURT)


def test_what_presses_is_an_alarm(town: Town, referendum_open: UUID) -> None:
    def pressing() -> list[str]:
        with town.begin() as uow:
            found = confirming.pressing(uow.session, town.place, uow.now())
            return [one.kind.partition(".")[0] for one in found]

    proposes(town, referendum_open, Act.ANNUL, town.officer(MAYOR), COURT)
    hold = town.halts(referendum_open)
    assert pressing() == []
    town.waits(days=1)
    assert pressing() == ["placed"], "a halt that nobody looked at"
    town.waits(days=5)
    assert sorted(pressing()) == ["act", "placed"], "a proposal that is about to lapse"
    with town.begin() as uow:
        waiting = proposals.waiting(uow.session, town.place, uow.now())
        (seen,) = [one for one in waiting if one.kind.startswith(holding.PLACED)]
        confirming.decline(uow, seen.id, reason="다른 결정문", by=town.officer(MAYOR))
    town.waits(days=1)
    assert pressing() == ["placed"], "one that somebody objects to"
    town.lifts(referendum_open, hold)
    assert pressing() == []


def test_what_names_nobody_is_voided_by_two_and_only_what_both_have_seen(
    town: Town, initiative_open: UUID
) -> None:
    chair = Authority.COUNCIL_CHAIR
    town.collects(initiative_open, town.some(3), bad=4)
    officer, other = town.officer(chair), town.officer(chair)
    reviewing.examine(town.begin, town.means, initiative_open, officer)
    petition = town.petition(initiative_open)

    def put() -> Proposal:
        with town.begin() as uow:
            return proposing.propose_voiding(
                uow, town.means, petition, note="홍길동으로 보임", by=officer
            )

    with town.begin() as uow, pytest.raises(proposals.SecondOfficerNeeded):
        keying.void_remaining(uow, town.vault, petition, note="x", by=officer)
    with town.begin() as uow, pytest.raises(DecisionNeedsNote):
        proposing.propose_voiding(uow, town.means, petition, note=" ", by=officer)
    first = put()
    assert first.changes == [{"what": "void", "before": None, "after": "4"}]
    assert "홍길동" not in str(first.what), "people put names into reasons"
    with town.begin() as uow:
        (line, *_) = settling.open_lines(uow.session, town.vault, petition, by=officer)
        keying.decide(
            uow, town.vault, petition, line.line_id,
            status=Status.VOID, reason=Reason.FORM, by=officer,
        )  # fmt: skip
    with pytest.raises(proposals.ChangesOtherwise):
        confirms(town, first, other)
    with town.begin() as uow:
        confirming.withdraw(uow, first.id, by=officer)
    second = put()
    with pytest.raises(RoleMissing):
        confirms(town, second, town.officer(chair, Role.CLERK))
    confirms(town, second, other)
    with town.begin() as uow:
        counted = tallying.exact(uow.session, petition)
    assert (counted.open, counted.void_by_reason[Reason.UNIDENTIFIABLE]) == (0, 3)
    with pytest.raises(NothingToVoid):
        put()
