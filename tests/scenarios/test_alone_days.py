"""One officer invents an election, a day off or an outage.

As it went through: a by-election that nobody had called was entered with two words for a reason.
The end of a petition moved by two weeks, and other offices' days with it; nobody else was asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import select

from referendum.kernel import proposals
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, FreshCodeNeeded, Officer, Role, RoleMissing
from referendum.kernel.proposals import Proposal
from referendum.kernel.record import RecordEntry
from referendum.lifecycle import confirming, declaring_days
from referendum.lifecycle.acting import Document
from referendum.lifecycle.dates import daysoff, elections, moves, outages
from referendum.lifecycle.days_declared import Sort
from referendum.lifecycle.errors import NotYourAct, ParticularMissing
from tests.papers import PAPER
from tests.scenarios.alone import LANGUAGES, MAYOR
from tests.town import Town
from thresholds.vocabulary import ElectionKind

ENDS: Final = "collection_ends"
NAMED: Final = {"title_ko": "보궐선거", "title_en": "By-election"}


def invented(town: Town, sort: Sort) -> dict[str, Any]:
    """What moves the end of a petition."""
    if sort is Sort.ELECTION:
        return {
            **NAMED,
            "day": date(2027, 4, 7),
            "kind": ElectionKind.BY_ELECTION,
            "districts": [],
        }
    if sort is Sort.DAY_OFF:
        return {**NAMED, "day": date(2027, 5, 4), "off": True}
    return {**NAMED, "from_at": town.now() - timedelta(hours=1), "until_at": town.now()}


ADD: Final[dict[Sort, Callable[..., Any]]] = {
    Sort.ELECTION: elections.add,
    Sort.DAY_OFF: daysoff.add,
    Sort.OUTAGE: outages.add,
}


def clerk(town: Town, authority: Authority = MAYOR, *, fresh: bool = True) -> Officer:
    return town.officer(authority, Role.CLERK, fresh=fresh)


def proposes(town: Town, sort: Sort, by: Officer, **changed: Any) -> Proposal:
    given = {**invented(town, sort), "document": PAPER, "reason": "공고", **changed}
    with town.begin() as uow:
        return declaring_days.propose(uow, sort, by=by, **given)


def confirms(town: Town, put: Proposal, by: Officer) -> None:
    with town.begin() as uow:
        confirming.confirm(uow, town.means, put.id, version=put.version, by=by)


def told(refused: DomainError) -> None:
    for words in LANGUAGES:
        assert words.has(f"problem.{refused.code}"), refused.code


@pytest.mark.parametrize("sort", Sort)
def test_one_clerk_moves_nobodys_days(town: Town, referendum_open: UUID, sort: Sort) -> None:
    """Neither on the page, which proposes, nor past it, nor by taking back what two entered."""
    town.waits(days=2)
    me, before = clerk(town), town.deadline(referendum_open, ENDS)
    put = proposes(town, sort, me)
    with pytest.raises(proposals.OwnProposal) as own:
        confirms(town, put, me)
    told(own.value)
    with town.begin() as uow, pytest.raises(proposals.SecondOfficerNeeded) as alone:
        ADD[sort](uow, by=me, document=PAPER, reason="공고", **invented(town, sort))
    told(alone.value)
    assert town.deadline(referendum_open, ENDS) == before
    confirms(town, put, clerk(town))
    after = town.deadline(referendum_open, ENDS)
    with town.begin() as uow:
        (row,) = _listed(sort)(uow.session, town.place)
        taken = declaring_days.propose_removing(
            uow, sort, row.id, document=Document("철회-1", PAPER.day), reason="취소", by=me
        )
    with pytest.raises(proposals.OwnProposal):
        confirms(town, taken, me)
    assert town.deadline(referendum_open, ENDS) == after
    confirms(town, taken, clerk(town))
    assert town.deadline(referendum_open, ENDS) == before


def _listed(sort: Sort) -> Callable[..., Any]:
    return {
        Sort.ELECTION: elections.listed,
        Sort.DAY_OFF: daysoff.listed,
        Sort.OUTAGE: outages.listed,
    }[sort]


FRIENDS: Final[dict[str, tuple[Callable[[Town], Officer], type[DomainError]]]] = {
    "who left the desk": (lambda town: clerk(town, fresh=False), FreshCodeNeeded),
    "who is no clerk": (lambda town: town.officer(MAYOR, Role.REGISTRAR), RoleMissing),
    "of another office": (lambda town: clerk(town, Authority.COUNCIL_CHAIR), NotYourAct),
}


@pytest.mark.parametrize("friend", FRIENDS, ids=str)
def test_nor_with_a_friend(town: Town, referendum_open: UUID, friend: str) -> None:
    before, put = town.deadline(referendum_open, ENDS), proposes(town, Sort.ELECTION, clerk(town))
    who, refusal = FRIENDS[friend]
    with pytest.raises(refusal) as refused:
        confirms(town, put, who(town))
    told(refused.value)
    assert town.deadline(referendum_open, ENDS) == before


@pytest.mark.parametrize("sort", Sort)
def test_nor_without_a_paper(town: Town, sort: Sort) -> None:
    town.waits(days=2)
    with pytest.raises(ParticularMissing) as refused:
        proposes(town, sort, clerk(town), document=replace(PAPER, number=" "))
    assert refused.value.facts["field"] == "document_number"


def test_both_officers_see_every_last_day_that_moves(town: Town, referendum_open: UUID) -> None:
    number, before = town.measure(referendum_open).number, town.deadline(referendum_open, ENDS)
    with pytest.raises(moves.MovesUnseen) as unseen:
        proposes(town, Sort.ELECTION, clerk(town), seen="")
    put = proposes(town, Sort.ELECTION, clerk(town), seen=unseen.value.facts["seen"])
    shown = {one["what"]: (one["before"], one["after"]) for one in put.changes}
    first, last = shown[f"moved.{number}.{ENDS}"]
    assert first < last
    assert shown["declared.day"] == (None, "2027-04-07")
    confirms(town, put, clerk(town))
    assert town.deadline(referendum_open, ENDS) > before
    with town.begin() as uow:
        leaves = [json.loads(one) for one in uow.session.scalars(select(RecordEntry.leaf))]
        (row,) = elections.listed(uow.session, town.place)
    (entry,) = [one for one in leaves if one["act"] == "election.set"]
    assert entry["facts"]["document"] == row.document_number == PAPER.number
    assert entry["facts"]["confirmed_by"] != entry["by"]


def test_where_days_moved_meanwhile_it_is_proposed_again(town: Town, referendum_open: UUID) -> None:
    del referendum_open
    put = proposes(town, Sort.DAY_OFF, clerk(town))
    other = proposes(town, Sort.ELECTION, clerk(town))
    confirms(town, other, clerk(town))
    with pytest.raises(proposals.ChangesOtherwise):
        confirms(town, put, clerk(town))


def test_of_one_day_one_proposal_waits(town: Town) -> None:
    proposes(town, Sort.ELECTION, clerk(town))
    with pytest.raises(proposals.ProposedAlready):
        proposes(town, Sort.ELECTION, clerk(town))
    proposes(town, Sort.ELECTION, clerk(town), day=date(2027, 4, 14))
