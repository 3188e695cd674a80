"""One clerk takes a promised vote away from residents.

As it went through: a call took two officers and the mayor's paper, and that there is none took one,
with reasons of their own and a number typed beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import pytest

from referendum.kernel import proposals
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, FreshCodeNeeded, Officer, Role, RoleMissing
from referendum.kernel.proposals import Proposal
from referendum.lifecycle import confirming, seconding
from referendum.lifecycle.acting import Document
from referendum.lifecycle.advisory import declining
from referendum.lifecycle.advisory.considered import Considered, State
from referendum.lifecycle.errors import (
    DocumentAhead,
    DocumentNeeded,
    HolderNotRecorded,
    NotYourAct,
    ParticularMissing,
)
from referendum.lifecycle.office.approving import Approval
from referendum.projects.errors import ProjectNotFound, ProjectsOfTheMayor
from tests.ground import elsewhere
from tests.lifecycle.advisory.test_considering import DEPUTY, LARGE, seen
from tests.papers import PAPER
from tests.projects.listing import line, projects, takes
from tests.scenarios.alone import LANGUAGES, MAYOR
from tests.town import Town

CODE: Final = "GY-2027-001"
SIGNED: Final = Approval(PAPER, DEPUTY)
WHY: Final = "이미 공청회에서 물었다."


@pytest.fixture
def promised(town: Town) -> Town:
    """A project whose vote the promise covers."""
    town.delegates()
    takes(town, line(1, **LARGE))
    return town


def proposes(town: Town, by: Officer, approval: Approval = SIGNED) -> Proposal:
    project = projects(town)[CODE].id
    with town.begin() as uow:
        return seconding.propose_not_calling(uow, project, approval=approval, reason=WHY, by=by)


def confirms(town: Town, put: Proposal, by: Officer) -> None:
    with town.begin() as uow:
        confirming.confirm(uow, town.means, put.id, version=put.version, by=by)


def decides(town: Town, by: Officer) -> None:
    project = projects(town)[CODE].id
    with town.begin() as uow:
        approval = Approval(PAPER)
        declining.decide_not_to_call(uow, project, approval=approval, reason=WHY, by=by)


def now(town: Town) -> Considered:
    return seen(town)["001"]


def _alone(town: Town, me: Officer) -> None:
    decides(town, me)


def _own(town: Town, me: Officer) -> None:
    confirms(town, proposes(town, me), me)


def _with_a_friend_without_the_role(town: Town, me: Officer) -> None:
    confirms(town, proposes(town, me), town.officer(MAYOR, Role.REGISTRAR))


def _with_a_friend_of_another_office(town: Town, me: Officer) -> None:
    confirms(town, proposes(town, me), town.officer(Authority.COUNCIL_CHAIR))


def _with_a_colleague_who_left_the_desk(town: Town, me: Officer) -> None:
    confirms(town, proposes(town, me), replace(town.officer(MAYOR), fresh=False))


def _without_a_code(town: Town, me: Officer) -> None:
    proposes(town, replace(me, fresh=False))


def _without_a_paper(town: Town, me: Officer) -> None:
    proposes(town, me, Approval(None))


def _on_a_paper_of_tomorrow(town: Town, me: Officer) -> None:
    day = town.now().date()
    proposes(town, me, Approval(Document("내일-1", day.replace(year=day.year + 1))))


def _on_a_paper_of_days_without_a_mayor(town: Town, me: Officer) -> None:
    proposes(town, me, Approval(Document("옛-1", PAPER.day.replace(year=1990))))


def _by_half_a_deputy(town: Town, me: Officer) -> None:
    proposes(town, me, Approval(PAPER, replace(DEPUTY, name=" ")))


def _as_another_office(town: Town, me: Officer) -> None:
    proposes(town, replace(me, authority=Authority.COUNCIL_CHAIR))


def _from_another_place(town: Town, me: Officer) -> None:
    proposes(town, replace(me, jurisdiction=elsewhere(town.begin)))


def _of_a_project_that_grew_meanwhile(town: Town, me: Officer) -> None:
    put = proposes(town, me)
    takes(town, line(1, **LARGE | {"total_budget": "99,000,000,000"}))
    confirms(town, put, town.officer(MAYOR))


ATTEMPTS: Final[Mapping[str, tuple[Callable[[Town, Officer], None], type[DomainError]]]] = {
    "alone": (_alone, proposals.SecondOfficerNeeded),
    "as both officers": (_own, proposals.OwnProposal),
    "with a friend without the role": (_with_a_friend_without_the_role, RoleMissing),
    "with a friend of another office": (_with_a_friend_of_another_office, NotYourAct),
    "with a colleague who left the desk": (_with_a_colleague_who_left_the_desk, FreshCodeNeeded),
    "without a code": (_without_a_code, FreshCodeNeeded),
    "without a paper": (_without_a_paper, DocumentNeeded),
    "on a paper of tomorrow": (_on_a_paper_of_tomorrow, DocumentAhead),
    "where nobody held the office": (_on_a_paper_of_days_without_a_mayor, HolderNotRecorded),
    "by half a deputy": (_by_half_a_deputy, ParticularMissing),
    "as another office": (_as_another_office, ProjectsOfTheMayor),
    "from another place": (_from_another_place, ProjectNotFound),
    "of a project that grew": (_of_a_project_that_grew_meanwhile, proposals.ChangesOtherwise),
}


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_nobody_alone_decides_that_a_promised_vote_is_not_called(
    promised: Town, attempt: str
) -> None:
    tries, refusal = ATTEMPTS[attempt]
    with pytest.raises(refusal) as refused:
        tries(promised, promised.officer(MAYOR, Role.CLERK))
    for words in LANGUAGES:
        assert words.has(f"problem.{refused.value.code}"), refused.value.code
    assert now(promised).decision is None


def test_two_of_the_office_do_and_it_says_who_signed(promised: Town) -> None:
    put = proposes(promised, promised.officer(MAYOR, Role.CLERK))
    assert (put.what["holder"]["name"], put.what["deputy"]["name"]) == ("가상시장", DEPUTY.name)
    said = {one["what"]: (one["before"], one["after"]) for one in put.changes}
    assert said["project-state"] == ("to_decide", "not_called")
    assert said["project.promise"] == (None, "1")
    assert now(promised).decision is None, "a proposal decides nothing"
    promised.seconds(put, promised.officer(MAYOR))
    found = now(promised)
    assert (found.state, found.decision is not None) == (State.NOT_CALLED, True)
    assert found.decision is not None
    assert found.signed[found.decision.entry_id].deputy_office == DEPUTY.office
