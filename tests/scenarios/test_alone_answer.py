"""One clerk publishes words in the mayor's name.

As it went through: the answer took two officers, and what was added to it afterwards took one, who
typed what the mayor was to have said.
"""

from __future__ import annotations

from uuid import UUID

import pytest

from referendum.kernel import proposals
from referendum.kernel.people import Officer, Role, RoleMissing
from referendum.kernel.proposals import Proposal
from referendum.lifecycle import confirming, proposing
from referendum.lifecycle.advisory import answering
from referendum.lifecycle.advisory.answering import Decision
from tests.lifecycle.advisory.mayors_office import reply
from tests.scenarios.alone import LANGUAGES, MAYOR
from tests.town import Town, seconded


@pytest.fixture
def answered(town: Town, advisory_declared: UUID) -> UUID:
    """An advisory vote that the mayor has answered."""
    with town.begin() as uow:
        answering.answer(
            uow,
            town.means,
            advisory_declared,
            decision=Decision.FOLLOWED,
            reply=reply(),
            by=seconded(town.officer(MAYOR)),
        )
    return advisory_declared


def proposes(town: Town, measure: UUID, by: Officer) -> Proposal:
    words = reply(reasons_ko="시장은 다음 달에 시작합니다.")
    with town.begin() as uow:
        return proposing.propose_addition(uow, town.means, measure, reply=words, by=by)


def said(town: Town, measure: UUID) -> list[str]:
    with town.begin() as uow:
        return [one.reasons_ko for one in answering.given(uow.session, measure)]


def test_one_clerk_adds_nothing_to_the_mayors_answer(town: Town, answered: UUID) -> None:
    me, before = town.officer(MAYOR, Role.CLERK), said(town, answered)
    put = proposes(town, answered, me)
    with pytest.raises(proposals.OwnProposal), town.begin() as uow:
        confirming.confirm(uow, town.means, put.id, version=put.version, by=me)
    with pytest.raises(proposals.SecondOfficerNeeded) as alone, town.begin() as uow:
        answering.add(uow, answered, reply=reply(reasons_ko="혼자"), by=me)
    for words in LANGUAGES:
        assert words.has(f"problem.{alone.value.code}")
    assert said(town, answered) == before


def test_nor_with_a_friend_who_is_no_clerk(town: Town, answered: UUID) -> None:
    put = proposes(town, answered, town.officer(MAYOR, Role.CLERK))
    friend = town.officer(MAYOR, Role.REGISTRAR)
    with pytest.raises(RoleMissing), town.begin() as uow:
        confirming.confirm(uow, town.means, put.id, version=put.version, by=friend)


def test_the_second_officer_sees_the_words_and_in_whose_name_they_are(
    town: Town, answered: UUID
) -> None:
    put = proposes(town, answered, town.officer(MAYOR, Role.CLERK))
    assert put.what["reasons_ko"] == "시장은 다음 달에 시작합니다."
    assert put.what["holder"]["name"]
    assert put.what["document"]["number"]
    town.seconds(put, town.officer(MAYOR))
    assert said(town, answered)[-1] == "시장은 다음 달에 시작합니다."
