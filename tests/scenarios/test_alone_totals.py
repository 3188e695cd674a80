"""One registrar changes how many signatures are needed.

As it went through: the published number of those who may petition was corrected from 17,913 to
1,500, with an invented notice. Nobody else was asked, nothing was shown, and what a running
petition needed fell at once.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import select

from referendum.kernel import proposals
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, FreshCodeNeeded, Officer, Role, RoleMissing
from referendum.kernel.proposals import Proposal
from referendum.kernel.record import RecordEntry
from referendum.lifecycle import announcing, confirming, progressing
from referendum.lifecycle.errors import NotYourAct, ParticularMissing
from referendum.papers.naming import Document
from referendum.roll import entering_totals, totals
from referendum.roll.entering_totals import Notice
from referendum.roll.totals import TotalKind
from tests.scenarios.alone import LANGUAGES, MAYOR
from tests.town import Town
from thresholds.vocabulary import Instrument

NOTICE: Final = Document("고양시 공고 제2027-77호", date(2027, 1, 20))
INVENTED: Final[dict[str, Any]] = {
    "number": 40,
    "source": "고양시 공고 제2027-77호",
    "published_on": date(2027, 1, 20),
    "document": NOTICE,
}


def registrar(town: Town, authority: Authority = MAYOR, *, fresh: bool = True) -> Officer:
    return town.officer(authority, Role.REGISTRAR, fresh=fresh)


def needed(town: Town, measure: UUID) -> int:
    with town.begin() as uow:
        found = progressing.progress(uow.session, town.measure(measure))
    assert found is not None
    return found.needed


def claimants(town: Town) -> UUID:
    """The number of which the petition needs a share: 528 people."""
    with town.begin() as uow:
        found = totals.total(
            uow.session,
            jurisdiction_id=town.place,
            instrument=Instrument.REFERENDUM,
            kind=TotalKind.CLAIMANTS,
            base_year=2026,
        )
    assert found is not None
    return found.id


def proposes(town: Town, by: Officer, **changed: Any) -> Proposal:
    with town.begin() as uow:
        return announcing.propose_correcting(uow, claimants(town), by=by, **(INVENTED | changed))


def confirms(town: Town, put: Proposal, by: Officer, version: str = "") -> None:
    with town.begin() as uow:
        confirming.confirm(uow, town.means, put.id, version=version or put.version, by=by)


def told(refused: DomainError) -> None:
    for words in LANGUAGES:
        assert words.has(f"problem.{refused.code}"), refused.code


def test_one_registrar_changes_no_number(town: Town, referendum_open: UUID) -> None:
    """Neither on the page, which proposes, nor past it."""
    before, me = needed(town, referendum_open), registrar(town)
    put = proposes(town, me)
    assert needed(town, referendum_open) == before, "nothing falls before a second one looked"
    with pytest.raises(proposals.OwnProposal) as own:
        confirms(town, put, me)
    told(own.value)
    given = {name: said for name, said in INVENTED.items() if name != "document"}
    total = claimants(town)
    with town.begin() as uow, pytest.raises(proposals.SecondOfficerNeeded) as alone:
        entering_totals.correct_total(uow, total, by=me, **given)
    told(alone.value)
    assert needed(town, referendum_open) == before


FRIENDS: Final[dict[str, tuple[Any, type[DomainError]]]] = {
    "who left the desk": (lambda town: registrar(town, fresh=False), FreshCodeNeeded),
    "who keeps no register": (lambda town: town.officer(MAYOR, Role.CLERK), RoleMissing),
    "of another office": (lambda town: registrar(town, Authority.COUNCIL_CHAIR), NotYourAct),
}


@pytest.mark.parametrize("friend", FRIENDS, ids=str)
def test_nor_with_a_friend(town: Town, referendum_open: UUID, friend: str) -> None:
    before, put = needed(town, referendum_open), proposes(town, registrar(town))
    who, refusal = FRIENDS[friend]
    with pytest.raises(refusal) as refused:
        confirms(town, put, who(town))
    told(refused.value)
    assert needed(town, referendum_open) == before


def test_nor_without_the_notice(town: Town, referendum_open: UUID) -> None:
    del referendum_open
    with pytest.raises(ParticularMissing) as refused:
        proposes(town, registrar(town), document=replace(NOTICE, number=" "))
    assert refused.value.facts["field"] == "document_number"


def test_the_second_registrar_sees_what_every_petition_needs_before_and_after(
    town: Town, referendum_open: UUID
) -> None:
    before = needed(town, referendum_open)
    put = proposes(town, registrar(town), number=100_000)
    number = town.measure(referendum_open).number
    assert {"what": "totals.number", "before": "528", "after": "100000"} in put.changes
    (moved,) = [one for one in put.changes if one["what"] == f"needed.{number}.signatures"]
    assert moved["before"] == str(before)
    with pytest.raises(proposals.ChangesOtherwise):
        confirms(town, put, registrar(town), version="0" * 64)
    confirms(town, put, registrar(town))
    assert str(needed(town, referendum_open)) == moved["after"] != moved["before"]
    with town.begin() as uow:
        leaves = [json.loads(one) for one in uow.session.scalars(select(RecordEntry.leaf))]
    (entry,) = [one for one in leaves if one["act"] == "total.corrected"]
    assert entry["facts"]["document"] == NOTICE.number
    assert (entry["facts"]["before"], entry["facts"]["number"]) == (528, 100_000)
    assert entry["by"] != entry["facts"]["confirmed_by"]


def test_where_it_was_corrected_meanwhile_it_is_not_done(town: Town, referendum_open: UUID) -> None:
    del referendum_open
    put = proposes(town, registrar(town), number=500)
    with pytest.raises(proposals.ProposedAlready):
        proposes(town, registrar(town), number=501)
    with town.begin() as uow:
        entering_totals.correct_total(
            uow,
            claimants(town),
            number=520,
            source="정정 공고",
            published_on=date(2027, 1, 21),
            by=replace(registrar(town), seconded_by="officer:another"),
        )
    with pytest.raises(DomainError) as refused:
        confirms(town, put, registrar(town))
    told(refused.value)


def electors(number: int = 500) -> Notice:
    return Notice(
        instrument=Instrument.REFERENDUM,
        kind=TotalKind.ELECTORS,
        base_year=2026,
        numbers={None: number},
        source="공고 1호",
        published_on=date(2027, 1, 10),
    )


def test_nor_enters_a_new_one_or_a_file_of_them(town: Town) -> None:
    me = registrar(town)
    with town.begin() as uow:
        put = announcing.propose(uow, [electors()], document=NOTICE, by=me)
    with pytest.raises(proposals.OwnProposal):
        confirms(town, put, me)
    data = (
        "base_year,instrument,kind,district,number,source,published_on\n"
        "2025,recall,electors,,500,공고 2호,2026-01-08\n"
    ).encode()
    sha256 = hashlib.sha256(data).hexdigest()
    with town.begin() as uow:
        file = announcing.propose_file(uow, data=data, sha256=sha256, document=NOTICE, by=me)
    with pytest.raises(proposals.OwnProposal):
        confirms(town, file, me)
    other = registrar(town)
    for one in (put, file):
        confirms(town, one, other)
    with town.begin() as uow:
        held = [row.number for row, _ in totals.all_holding(uow.session, town.place)]
    assert held.count(500) == 2


def test_who_keeps_no_register_proposes_none(town: Town) -> None:
    with town.begin() as uow, pytest.raises(RoleMissing):
        announcing.propose(uow, [electors()], document=NOTICE, by=town.officer(MAYOR, Role.CLERK))
