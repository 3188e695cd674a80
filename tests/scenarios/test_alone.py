"""Ways in which one officer tries to get a result through alone, and what is missing each time.

`Alone` holds every role of the mayor's office and has just given a code: what no other officer
confirmed is refused, and each refusal is a sentence in both languages (OPS-01, CER-02, CER-03).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest

from referendum.identity import accounts
from referendum.identity.errors import OwnAccount, RolesExclude, StaffOfOtherAuthority
from referendum.kernel import proposals
from referendum.kernel.errors import DomainError
from referendum.kernel.people import (
    Authority,
    FreshCodeNeeded,
    Role,
    RoleMissing,
)
from referendum.lifecycle import (
    confirming,
    entrusting,
    holding,
    keying,
    promising,
    proposing,
    reviewing,
    undoing,
)
from referendum.lifecycle.acting import Document, Particulars
from referendum.lifecycle.entrusting import Many
from referendum.lifecycle.errors import (
    AttestedBefore,
    DayIsOver,
    DocumentAhead,
    DocumentNeeded,
    NotYourAct,
    OverrideTooFar,
    OwnFigures,
)
from referendum.lifecycle.holding import HoldKind
from referendum.lifecycle.office.approving import Approval
from referendum.lifecycle.stages import Act, ActNotAllowed, Stage
from referendum.lifecycle.tables import LeftToOne
from referendum.papers.errors import PaperDatedOtherwise
from signatures import settling
from tests.identity.desk import TERMS
from tests.papers import PAPER
from tests.scenarios.alone import COURT, ENDS, LANGUAGES, MAYOR, VOID, Alone
from tests.town import Town
from thresholds.vocabulary import Instrument


@pytest.fixture
def alone(town: Town, referendum_open: UUID) -> Alone:
    return Alone(town, referendum_open, town.officer(MAYOR))


# The attempts


def _confirm_own(alone: Alone) -> None:
    alone.confirms(alone.proposes(), alone.me)


def _stale_colleague(alone: Alone) -> None:
    alone.confirms(alone.proposes(), alone.town.officer(MAYOR, fresh=False))


def _colleague_without_role(alone: Alone) -> None:
    alone.confirms(alone.proposes(), alone.town.officer(MAYOR, Role.REGISTRAR))


def _friend_of_another_office(alone: Alone) -> None:
    alone.confirms(alone.proposes(), alone.town.officer(Authority.COUNCIL_CHAIR))


def _friend_of_another_place(alone: Alone) -> None:
    stranger = replace(alone.town.officer(MAYOR), jurisdiction=uuid4())
    alone.confirms(alone.proposes(), stranger)


def _unseen(alone: Alone) -> None:
    alone.confirms(alone.proposes(), alone.town.officer(MAYOR), version="0" * 64)


def _a_week_later(alone: Alone) -> None:
    put = alone.proposes()
    alone.town.waits(seconds=proposals.LIFE.total_seconds())
    alone.confirms(put, alone.town.officer(MAYOR))


def _sent_back_before(alone: Alone) -> None:
    put = alone.proposes()
    with alone.town.begin() as uow:
        confirming.decline(uow, put.id, reason="다름", by=alone.town.officer(MAYOR))
    alone.confirms(put, alone.town.officer(MAYOR))


def _taken_back_before(alone: Alone) -> None:
    put = alone.proposes()
    with alone.town.begin() as uow:
        confirming.withdraw(uow, put.id, by=alone.me)
    alone.confirms(put, alone.town.officer(MAYOR))


def _after_the_deadline(alone: Alone) -> None:
    alone.town.waits_for(ENDS, alone.measure, seconds=-60)
    put = alone.proposes()
    alone.town.waits_for(ENDS, alone.measure)
    alone.confirms(put, alone.town.officer(MAYOR))


def _twice_proposed(alone: Alone) -> None:
    alone.proposes()
    alone.proposes()


def _after_losing_the_role(alone: Alone) -> None:
    account = alone.account(MAYOR, Role.CLERK)
    alone.me = replace(alone.me, id=account)
    put = alone.proposes()
    administrator = alone.town.officer(MAYOR, Role.ADMINISTRATOR)
    with alone.town.begin() as uow:
        accounts.change_roles(uow, TERMS, account, [], by=administrator)
    alone.confirms(put, alone.town.officer(MAYOR))


def _left_to_one(alone: Alone) -> None:
    with alone.town.begin() as uow:
        uow.session.add(
            LeftToOne(
                jurisdiction_id=alone.town.place,
                authority=MAYOR.value,
                act=Act.ANNUL.value,
                since=uow.now() - timedelta(days=1),
            )
        )
    alone.acts(Act.ANNUL)


def _leave_to_oneself(alone: Alone) -> None:
    """Every role of the office is not two administrators."""
    with alone.town.begin() as uow:
        put = entrusting.propose(
            uow, Act.SETTLE_OBJECTIONS.value, officers=Many.ONE, reason="바쁨", by=alone.me
        )
    alone.confirms(put, alone.me)


def _leave_to_one_with_a_clerk(alone: Alone) -> None:
    with alone.town.begin() as uow:
        put = entrusting.propose(
            uow, Act.SETTLE_OBJECTIONS.value, officers=Many.ONE, reason="바쁨", by=alone.me
        )
    alone.confirms(put, alone.town.officer(MAYOR, Role.CLERK))


def _leave_an_ending_to_one(alone: Alone) -> None:
    with alone.town.begin() as uow:
        entrusting.propose(uow, Act.ANNUL.value, officers=Many.ONE, reason="바쁨", by=alone.me)


def _lift(alone: Alone) -> None:
    hold = alone.halts()
    with alone.town.begin() as uow:
        holding.lift(uow, alone.measure, hold, document=PAPER, reason="기각", by=alone.me)


def _look_at_own_halt(alone: Alone) -> None:
    alone.confirms(alone.looks_at(), alone.me)


def _hide_own_halt(alone: Alone) -> None:
    put = alone.looks_at()
    with alone.town.begin() as uow:
        confirming.withdraw(uow, put.id, by=alone.me)


def _void_many(alone: Alone) -> None:
    town = alone.town
    town.collects(alone.measure, town.spread(5), bad=3)
    reviewing.examine(town.begin, town.means, alone.measure, alone.me)
    with town.begin() as uow:
        petition = town.petition(alone.measure)
        keying.void_remaining(uow, town.vault, petition, note="명부에 없음", by=alone.me)


def _bring_back_many(alone: Alone) -> None:
    town = alone.town
    town.collects(alone.measure, town.spread(5), bad=3)
    town.examines(alone.measure)
    with town.begin() as uow:
        (one,) = undoing.of_petition(uow.session, town.petition(alone.measure))
        keying.undo_voiding(uow, town.vault, one.voiding.id, note="다시 봄", by=alone.me)


def _lines_decided_meanwhile(alone: Alone) -> None:
    town = alone.town
    town.collects(alone.measure, town.spread(5), bad=3)
    reviewing.examine(town.begin, town.means, alone.measure, alone.me)
    petition = town.petition(alone.measure)
    with town.begin() as uow:
        put = proposing.propose_voiding(uow, town.means, petition, note="x", by=alone.me)
    with town.begin() as uow:
        (line, *_) = settling.open_lines(uow.session, town.vault, petition, by=alone.me)
        keying.decide(uow, town.vault, petition, line.line_id, **VOID, by=alone.me)
    alone.confirms(put, town.officer(MAYOR))


def _decide_after_the_verdict(alone: Alone) -> None:
    town = alone.town
    alone.reviewed()
    town.certifies(alone.measure, MAYOR)
    petition = town.petition(alone.measure)
    with town.begin() as uow:
        keying.decide(uow, town.vault, petition, uuid4(), **VOID, by=alone.me)


def _certify_twice(alone: Alone) -> None:
    alone.reviewed()
    alone.certifies(alone.me)
    alone.certifies(alone.me)


def _certify_beside_what_was_sent_back(alone: Alone) -> None:
    """Two certifications of one verdict, of which the first was sent back: that is one."""
    alone.reviewed()
    sent_back = alone.town.certifies(alone.measure, MAYOR, officers=1)
    with alone.town.begin() as uow:
        confirming.decline(uow, sent_back.proposal_id, reason="다름", by=alone.me)
    alone.certifies(alone.me)
    alone.certifies(alone.me)


def _confirm_own_certification(alone: Alone) -> None:
    alone.reviewed()
    alone.certifies(alone.me)
    with alone.town.begin() as uow:
        (put,) = confirming.waiting(uow.session, alone.me, uow.now())
    alone.confirms(put, alone.me)


def _certify_own_figures(alone: Alone) -> None:
    alone.reviewed(by=alone.me)
    alone.certifies(alone.me)


def _override(alone: Alone) -> None:
    alone.overrides(alone.ends() + timedelta(days=1))


def _override_into_the_past(alone: Alone) -> None:
    alone.overrides(alone.town.now().date() - timedelta(days=1))


def _override_ten_years_on(alone: Alone) -> None:
    alone.overrides(alone.ends() + timedelta(days=365))


def _write_for_an_office_that_works_here(alone: Alone) -> None:
    alone.account(Authority.ELECTION_COMMISSION, Role.CLERK)
    measure = alone.town.drafts(Instrument.RECALL)
    alone.town.acts(measure, Act.APPLY, alone.town.resident(alone.town.some(1)[0]))
    alone.acts(Act.ADMIT, COURT, measure)


def _write_for_an_office(alone: Alone) -> None:
    measure = alone.town.drafts(Instrument.RECALL)
    alone.town.acts(measure, Act.APPLY, alone.town.resident(alone.town.some(1)[0]))
    alone.acts(Act.ADMIT, COURT, measure)


def _write_for_an_office_without_its_paper(alone: Alone) -> None:
    measure = alone.town.drafts(Instrument.RECALL)
    alone.town.acts(measure, Act.APPLY, alone.town.resident(alone.town.some(1)[0]))
    alone.acts(Act.ADMIT, Particulars(), measure)


def _number_of_another_day(alone: Alone) -> None:
    alone.proposes()
    other = Document(PAPER.number, PAPER.day - timedelta(days=1))
    with alone.town.begin() as uow:
        holding.place(
            uow,
            alone.measure,
            kind=HoldKind.POSTPONEMENT,
            document=other,
            reason="연기",
            stops_clock=True,
            by=alone.me,
        )


def _paper_of_tomorrow(alone: Alone) -> None:
    ahead = Document("내일-1", alone.town.now().date() + timedelta(days=2))
    alone.proposes(given=Particulars(document=ahead, reason="판결"))


def _no_paper(alone: Alone) -> None:
    alone.proposes(given=Particulars(reason="판결"))


def _own_promise(alone: Alone) -> None:
    promise = alone.signed_promise()
    with alone.town.begin() as uow:
        promising.publish(uow, promise, approval=Approval(alone.town.letter()), by=alone.me)


def _own_roles(alone: Alone) -> None:
    account = alone.account(MAYOR, Role.ADMINISTRATOR)
    with alone.town.begin() as uow:
        by = replace(alone.me, id=account)
        accounts.change_roles(uow, TERMS, account, [Role.CERTIFIER], by=by)


def _administrator_who_certifies(alone: Alone) -> None:
    account = alone.account(MAYOR, Role.CLERK)
    roles = [Role.ADMINISTRATOR, Role.CERTIFIER]
    with alone.town.begin() as uow:
        accounts.change_roles(uow, TERMS, account, roles, by=alone.me)


def _account_of_another_office(alone: Alone) -> None:
    account = alone.account(Authority.COUNCIL_CHAIR, Role.CLERK)
    with alone.town.begin() as uow:
        accounts.disable(uow, account, by=alone.me)


def _act(act: Act, day: date | None = None) -> Callable[[Alone], None]:
    return lambda alone: alone.acts(act, replace(COURT, day=day))


ATTEMPTS: Final[dict[str, tuple[Callable[[Alone], None], type[DomainError]]]] = {
    "ends a measure": (_act(Act.ANNUL), proposals.SecondOfficerNeeded),
    "ends it where the office had left it to one": (_left_to_one, proposals.SecondOfficerNeeded),
    "leaves an act to one officer": (_leave_to_oneself, proposals.OwnProposal),
    "leaves an act to one with a clerk": (_leave_to_one_with_a_clerk, RoleMissing),
    "leaves an ending to one officer": (_leave_an_ending_to_one, entrusting.ActAlwaysForTwo),
    "confirms what they proposed": (_confirm_own, proposals.OwnProposal),
    "uses a colleague who left the desk": (_stale_colleague, FreshCodeNeeded),
    "uses a colleague without the role": (_colleague_without_role, RoleMissing),
    "asks a friend in another office": (_friend_of_another_office, NotYourAct),
    "asks a friend in another place": (_friend_of_another_place, proposals.ProposalNotFound),
    "has it confirmed unseen": (_unseen, proposals.ChangesOtherwise),
    "has it confirmed a week later": (_a_week_later, proposals.ProposalSettled),
    "has it confirmed after it was sent back": (_sent_back_before, proposals.ProposalSettled),
    "has it confirmed after taking it back": (_taken_back_before, proposals.ProposalSettled),
    "has it confirmed as something else": (_after_the_deadline, proposals.ChangesOtherwise),
    "proposes it to many at once": (_twice_proposed, proposals.ProposedAlready),
    "has it confirmed after losing the role": (_after_losing_the_role, proposals.ProposalSettled),
    "lifts a court's halt": (_lift, proposals.SecondOfficerNeeded),
    "looks at their own halt": (_look_at_own_halt, proposals.OwnProposal),
    "hides their own halt": (_hide_own_halt, proposals.OwnProposal),
    "voids all lines that remain": (_void_many, proposals.SecondOfficerNeeded),
    "brings back all lines that were voided": (_bring_back_many, proposals.SecondOfficerNeeded),
    "voids others than were seen": (_lines_decided_meanwhile, proposals.ChangesOtherwise),
    "decides lines after the verdict": (_decide_after_the_verdict, ActNotAllowed),
    "certifies twice": (_certify_twice, AttestedBefore),
    "confirms their own certification": (_confirm_own_certification, proposals.OwnProposal),
    "certifies beside what they sent back": (_certify_beside_what_was_sent_back, AttestedBefore),
    "certifies their own figures": (_certify_own_figures, OwnFigures),
    "moves a deadline": (_override, proposals.SecondOfficerNeeded),
    "moves a deadline into the past": (_override_into_the_past, DayIsOver),
    "moves a deadline ten years on": (_override_ten_years_on, OverrideTooFar),
    "writes for an office": (_write_for_an_office, proposals.SecondOfficerNeeded),
    "writes for an office without its paper": (
        _write_for_an_office_without_its_paper, DocumentNeeded,
    ),
    "writes for an office that works here": (_write_for_an_office_that_works_here, NotYourAct),
    "uses a number twice": (_number_of_another_day, PaperDatedOtherwise),
    "brings a paper of tomorrow": (_paper_of_tomorrow, DocumentAhead),
    "brings no paper": (_no_paper, DocumentNeeded),
    "publishes a promise they signed": (_own_promise, proposals.SecondOfficerNeeded),
    "gives themselves a role": (_own_roles, OwnAccount),
    "makes an administrator who certifies": (_administrator_who_certifies, RolesExclude),
    "closes another office's account": (_account_of_another_office, StaffOfOtherAuthority),
}  # fmt: skip


def test_there_are_many_ways() -> None:
    assert len(ATTEMPTS) >= 30


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_one_officer_gets_nothing_through_alone(alone: Alone, attempt: str) -> None:
    tries, refusal = ATTEMPTS[attempt]
    with pytest.raises(refusal) as refused:
        tries(alone)
    for words in LANGUAGES:
        assert words.has(f"problem.{refused.value.code}"), refused.value.code
    assert alone.town.stage(alone.measure) is not Stage.ANNULLED
