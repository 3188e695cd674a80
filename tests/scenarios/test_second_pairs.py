"""Whatever can wait for a second officer, and everybody who is not one: none of them settles it.

Of every sort of proposal one is put, and then everybody tries to confirm, decline, withdraw and
read it: whoever put it, each single role of the office, every other office, another place, an
officer without a code, and one who was shown something else (OPS-01, OPS-02, CER-03).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import pytest

from referendum.kernel import proposals
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.proposals import Proposal, State
from referendum.lifecycle import (
    confirming,
    drafting,
    proposable,
    proposing,
    seeing_through,
    undoing,
)
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.advisory.answering import Decision, Reply
from referendum.lifecycle.advisory.following_up import Content, ItemKind
from referendum.lifecycle.advisory.following_up import State as Stands
from referendum.lifecycle.holding import PLACED
from referendum.lifecycle.office.approving import Approval
from referendum.lifecycle.stages import Act
from tests.ground import elsewhere
from tests.papers import PAPER
from tests.town import Town

MAYOR: Final = Authority.MAYOR
ENDS: Final = "collection_ends"
COURT: Final = Particulars(document=PAPER, reason="법원 판결")
Put = Callable[[Town, UUID, Officer], Proposal]


def _act(town: Town, measure: UUID, by: Officer) -> Proposal:
    with town.begin() as uow:
        return proposing.propose(uow, town.means, measure, Act.ANNUL, by, COURT)


def _answer(town: Town, measure: UUID, by: Officer) -> Proposal:
    reply = Reply(reasons_ko="까닭", approval=Approval(PAPER))
    with town.begin() as uow:
        return proposing.propose_answer(
            uow, town.means, measure, decision=Decision.FOLLOWED, reply=reply, by=by
        )


def _add(town: Town, measure: UUID, by: Officer) -> Proposal:
    town.seconds(_answer(town, measure, by), by)
    reply = Reply(reasons_ko="덧붙임", approval=Approval(PAPER))
    with town.begin() as uow:
        return proposing.propose_addition(uow, town.means, measure, reply=reply, by=by)


def _follow(town: Town, measure: UUID, by: Officer) -> Proposal:
    town.seconds(_answer(town, measure, by), by)
    dropped = Content(
        kind=ItemKind.MILESTONE,
        title_ko="설계",
        planned=date(2028, 1, 1),
        state=Stands.DROPPED,
        note="예산 없음",
    )
    with town.begin() as uow:
        return seeing_through.propose(uow, town.means, measure, item=None, content=dropped, by=by)


def _lift(town: Town, measure: UUID, by: Officer) -> Proposal:
    hold = town.halts(measure)
    with town.begin() as uow:
        return proposing.propose_lifting(
            uow, town.means, measure, hold, document=PAPER, reason="기각", by=by
        )


def _leave(town: Town, measure: UUID, by: Officer) -> Proposal:
    friend, author = town.resident(town.some(9)[8]), town.resident(town.some(1)[0])
    with town.begin() as uow:
        gone = drafting.join(uow, measure, person=friend.person, by=author).id
    with town.begin() as uow:
        return proposing.propose_leaving(
            uow, town.means, measure, gone, document=PAPER, reason="사망", by=by
        )


def _placed(town: Town, measure: UUID, by: Officer) -> Proposal:
    town.halts(measure, by=by)
    with town.begin() as uow:
        (put,) = proposals.waiting(uow.session, town.place, uow.now())
        return put


def _override(town: Town, measure: UUID, by: Officer) -> Proposal:
    day = town.deadline(measure, ENDS).date() + timedelta(days=7)
    with town.begin() as uow:
        return proposing.propose_override(
            uow, town.means, measure, ENDS, day=day, document=PAPER, reason="연장", by=by
        )


def _restore(town: Town, measure: UUID, by: Officer) -> Proposal:
    town.seconds(_override(town, measure, by), by)
    with town.begin() as uow:
        return proposing.propose_restoring(
            uow, town.means, measure, ENDS, document=PAPER, reason="착오", by=by
        )


def _void(town: Town, measure: UUID, by: Officer) -> Proposal:
    town.collects(measure, town.some(3), bad=2)
    town.examines(measure, void_rest=False)
    with town.begin() as uow:
        petition = town.petition(measure)
        return proposing.propose_voiding(uow, town.means, petition, note="명부에 없음", by=by)


def _unvoid(town: Town, measure: UUID, by: Officer) -> Proposal:
    town.seconds(_void(town, measure, by), by)
    with town.begin() as uow:
        (voiding,) = undoing.of_petition(uow.session, town.petition(measure))
        return proposing.propose_unvoiding(
            uow, town.means, voiding.voiding.id, note="잘못 본 줄", by=by
        )


SORTS: Final[Mapping[str, tuple[Put, Role]]] = {
    proposable.ACT: (_act, Role.CLERK),
    proposable.ADDING: (_add, Role.CLERK),
    proposable.ANSWER: (_answer, Role.CLERK),
    proposable.FOLLOWING: (_follow, Role.CLERK),
    proposable.LEAVING: (_leave, Role.CLERK),
    proposable.LIFTING: (_lift, Role.CLERK),
    PLACED: (_placed, Role.CLERK),
    proposable.OVERRIDING: (_override, Role.CLERK),
    proposable.RESTORING: (_restore, Role.CLERK),
    proposable.VOIDING: (_void, Role.EXAMINER),
    proposable.UNVOIDING: (_unvoid, Role.EXAMINER),
}
"""How it is put, and the role that a second officer needs."""

MAYORS: Final = {proposable.ANSWER, proposable.ADDING, proposable.FOLLOWING}
"""What is said of an advisory vote's result, in the mayor's name."""


def refused(tried: Callable[[], None]) -> str:
    try:
        tried()
    except DomainError as no:
        return no.code
    return "let through"


@pytest.mark.parametrize("sort", sorted(SORTS.keys() - MAYORS))
def test_ops_02_nobody_but_a_second_officer_of_the_office_settles_what_waits(
    town: Town, referendum_open: UUID, sort: str
) -> None:
    """OPS-02, CER-03: and then the right one does, and nobody once more."""
    everybody_tries(town, referendum_open, sort)


@pytest.mark.parametrize("sort", sorted(MAYORS))
def test_ops_02_nobody_but_a_second_officer_of_the_office_gives_the_mayors_answer(
    town: Town, advisory_declared: UUID, sort: str
) -> None:
    """Nor adds to it."""
    everybody_tries(town, advisory_declared, sort)


def everybody_tries(town: Town, measure: UUID, sort: str) -> None:
    put_by, role = SORTS[sort]
    me, away = town.officer(MAYOR), elsewhere(town.begin)
    put = put_by(town, measure, me)
    assert put.kind.startswith(sort)

    def confirms(by: Officer, version: str = put.version) -> Callable[[], None]:
        def tried() -> None:
            with town.begin() as uow:
                confirming.confirm(uow, town.means, put.id, version=version, by=by)

        return tried

    def declines(by: Officer) -> Callable[[], None]:
        def tried() -> None:
            with town.begin() as uow:
                confirming.decline(uow, put.id, reason="아니오", by=by)

        return tried

    def withdraws(by: Officer) -> Callable[[], None]:
        def tried() -> None:
            with town.begin() as uow:
                confirming.withdraw(uow, put.id, by=by)

        return tried

    said = {
        "own": refused(confirms(me)),
        "own, declined": refused(declines(me)),
        "no code": refused(confirms(town.officer(MAYOR, fresh=False))),
        "another version": refused(confirms(town.officer(MAYOR), "0" * 64)),
        "somebody else's, withdrawn": refused(withdraws(town.officer(MAYOR))),
    }
    assert said == {
        "own": "own-proposal",
        "own, declined": "own-proposal",
        "no code": "fresh-code-needed",
        "another version": "changes-otherwise",
        "somebody else's, withdrawn": "own-proposal" if sort == PLACED else "proposal-not-found",
    }
    others = [town.officer(one) for one in Authority if one is not MAYOR]
    roles = [town.officer(MAYOR, one) for one in Role if one is not role]
    strangers = [replace(town.officer(one), jurisdiction=away) for one in Authority]
    for by in (*others, *roles, *strangers):
        for tried in (confirms(by), declines(by), withdraws(by)):
            assert refused(tried) != "let through", (by, tried)
    with town.begin() as uow:
        for by in (*others, *strangers):
            with pytest.raises(proposals.ProposalNotFound):
                proposals.of_office(uow.session, put.id, by)
        row = proposals.get(uow.session, put.id, place=town.place)
        assert proposals.standing(row, uow.now()) is State.WAITING, "all that changed nothing"
    right = town.officer(MAYOR, role)
    assert refused(confirms(right)) == "let through"
    assert refused(confirms(town.officer(MAYOR))) == "proposal-settled"


def test_no_sort_of_proposal_is_without_its_walk() -> None:
    assert set(SORTS) == proposable.SORTS
