"""What the pass leaves open people settle, and what was settled changes only with a note."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from referendum.kernel.people import Authority, OtherJurisdiction, Role, RoleMissing
from signatures import deciding, petitions, settling
from signatures.errors import (
    DecisionInvalid,
    DecisionNeedsNote,
    LineNotFound,
    LineWithdrawn,
    OtherAuthority,
    PersonNotOnRoll,
)
from signatures.lines import PaperLine, Reason, Status
from tests.signatures.city import BASE, City, Inhabitant, paper
from tests.signatures.settled import lines_of, settle, state


@pytest.fixture
def open_line(city: City) -> tuple[UUID, UUID]:
    """A petition with one line of nobody in the register."""
    petition = city.opens()
    city.brings(petition, [paper(Inhabitant("?", "모르는이"), 1, on=city.today())])
    city.examines(petition)
    return petition, lines_of(city, petition)[0]


def test_an_open_line_is_given_to_a_person(city: City, open_line: tuple[UUID, UUID]) -> None:
    petition, line = open_line
    who = city.inhabitants[3]
    with city.begin() as uow:
        fitting = settling.candidates(
            uow.session,
            city.vault,
            petition,
            name=who.name,
            birth_date=who.born.strftime("%y%m%d"),
            reference=BASE,
            by=city.clerk,
        )
    (candidate,) = fitting
    assert candidate.on_roll
    decision = settle(city, petition, line, status=Status.VALID, person_id=candidate.person_id)
    assert (decision.status, decision.version) == (Status.VALID, 2)
    assert city.counts(petition).by_district[city.districts[who.district]].standing == 1


def test_an_open_line_of_somebody_who_stands_is_a_duplicate(
    city: City, open_line: tuple[UUID, UUID]
) -> None:
    petition, line = open_line
    city.signed(petition, city.inhabitants[0])
    person = city.ids[city.inhabitants[0].number]
    decision = settle(city, petition, line, status=Status.VALID, person_id=person)
    assert (decision.status, decision.reason) == (Status.VOID, Reason.DUPLICATE)


def test_what_was_decided_changes_only_with_a_note(
    city: City, open_line: tuple[UUID, UUID]
) -> None:
    petition, line = open_line
    settle(city, petition, line, reason=Reason.IMPROPER)
    person = city.ids[city.inhabitants[0].number]
    with pytest.raises(DecisionNeedsNote):
        settle(city, petition, line, status=Status.VALID, person_id=person)
    settle(city, petition, line, status=Status.VALID, person_id=person, note="이의신청 3호")
    assert state(city, petition, line) == (Status.VALID, None)

    with city.begin() as uow:
        key = city.vault.open_key(uow.session, petitions.get(uow.session, petition).key_id)
        past = deciding.history(uow.session, key, petition, line)
    assert [(one.version, one.status, one.reason) for one in past] == [
        (1, Status.OPEN, Reason.UNIDENTIFIABLE),
        (2, Status.VOID, Reason.IMPROPER),
        (3, Status.VALID, None),
    ]
    assert past[2].note == "이의신청 3호"
    assert "이의신청".encode() not in b"".join(city.leaves())


def test_a_line_that_is_void_and_theirs_lets_the_next_one_stand_too(city: City) -> None:
    """The officer names the person again beside the reason: it is their other line that counts."""
    petition, who = city.opens(), city.inhabitants[0]
    city.brings(petition, [paper(who, 1, on=city.today()), paper(who, 2, on=city.today())])
    city.examines(petition)
    first, second = lines_of(city, petition)
    person = city.ids[who.number]
    settle(city, petition, first, reason=Reason.IMPROPER, person_id=person, note="날인 없음")
    assert state(city, petition, first) == (Status.VOID, Reason.IMPROPER)
    assert state(city, petition, second) == (Status.VALID, None)
    assert city.counts(petition).standing == 1


def test_a_valid_line_turned_void_lets_the_next_one_stand(city: City) -> None:
    petition, who = city.opens(), city.inhabitants[0]
    city.brings(petition, [paper(who, 1, on=city.today()), paper(who, 2, on=city.today())])
    city.examines(petition)
    first, second = lines_of(city, petition)
    settle(city, petition, first, reason=Reason.FORM, note="빈 사유란")
    assert state(city, petition, first) == (Status.VOID, Reason.FORM)
    assert state(city, petition, second) == (Status.VALID, None)
    assert city.counts(petition).standing == 1


def test_a_withdrawal_raises_no_older_line(city: City) -> None:
    petition, who = city.opens(), city.inhabitants[0]
    city.signed(petition, who)
    city.brings(petition, [paper(who, 1, on=city.today())])
    city.examines(petition)
    assert city.counts(petition).void_by_reason == {Reason.DUPLICATE: 1}
    city.withdraws(petition, who)
    city.signed(petition, who)
    *_, last = lines_of(city, petition)
    settle(city, petition, last, reason=Reason.IMPROPER, note="강요")
    assert city.counts(petition).standing == 0


def test_a_withdrawn_line_is_not_decided_again(city: City) -> None:
    petition, who = city.opens(), city.inhabitants[0]
    city.signed(petition, who)
    city.withdraws(petition, who)
    (line,) = lines_of(city, petition)
    with pytest.raises(LineWithdrawn):
        settle(city, petition, line, reason=Reason.FORM, note="x")


@pytest.mark.parametrize(
    "how",
    [
        {"status": Status.VOID},
        {"status": Status.VOID, "reason": Reason.AMBIGUOUS},
        {"status": Status.VOID, "reason": Reason.UNEXAMINED},
        {"status": Status.VOID, "reason": Reason.DUPLICATE},
        {"status": Status.VOID, "reason": Reason.WITHDRAWN},
        {"status": Status.VALID},
        {"status": Status.VALID, "reason": Reason.FORM, "person_id": UUID(int=1)},
        {"status": Status.OPEN},
    ],
)
def test_half_a_decision_is_none(
    city: City, open_line: tuple[UUID, UUID], how: dict[str, Any]
) -> None:
    with pytest.raises(DecisionInvalid):
        settle(city, *open_line, **how)


def test_a_line_is_given_only_to_people_on_the_roll(
    city: City, open_line: tuple[UUID, UUID]
) -> None:
    with pytest.raises(PersonNotOnRoll):
        settle(city, *open_line, status=Status.VALID, person_id=uuid4())
    with pytest.raises(LineNotFound):
        settle(city, open_line[0], uuid4(), reason=Reason.FORM)


def test_what_remains_unidentifiable_is_voided_in_one_act(city: City) -> None:
    petition, today = city.opens(), city.today()
    strangers: Sequence[PaperLine] = [
        paper(Inhabitant("?", f"모르는{chr(0xAC00 + at)}"), at, on=today) for at in range(1, 6)
    ]
    city.brings(petition, [*strangers, paper(city.inhabitants[0], 9, on=today)])
    city.examines(petition)
    with city.begin() as uow:
        with pytest.raises(DecisionNeedsNote):
            settling.void_remaining(uow, city.vault, petition, note=" ", by=city.clerk)
        note = "주민등록 조회 불가"
        assert (
            settling.void_remaining(uow, city.vault, petition, note=note, by=city.clerk).lines == 5
        )
    counted = city.counts(petition)
    assert (counted.standing, counted.open) == (1, 0)
    assert counted.void_by_reason == {Reason.UNIDENTIFIABLE: 5}
    (leaf,) = map(json.loads, city.leaves("lines.voided"))
    assert leaf["facts"]["count"] == 5
    with city.begin() as uow:
        assert (
            settling.void_remaining(uow, city.vault, petition, note=note, by=city.clerk).lines == 0
        )
    assert len(city.leaves("lines.voided")) == 1


def test_the_desk_turns_its_pages(city: City) -> None:
    petition, today = city.opens(), city.today()
    names = [f"모르는{chr(0xAC00 + at)}" for at in range(5)]
    strangers = [Inhabitant("?", name) for name in names]
    city.brings(petition, [paper(who, at, on=today) for at, who in enumerate(strangers, 1)])
    city.examines(petition)
    seen: list[str] = []
    after = 0
    with city.begin() as uow:
        while page := settling.open_lines(
            uow.session, city.vault, petition, by=city.clerk, after=after, limit=2
        ):
            assert len(page) <= 2
            seen += [line.written["name"] for line in page]
            assert all("secret" not in line.written for line in page)
            after = page[-1].number
    assert seen == names


def test_only_examiners_of_the_deciding_authority_read_lines(
    city: City, open_line: tuple[UUID, UUID]
) -> None:
    clerk = city.clerk
    for stranger, refusal in (
        (replace(clerk, authority=Authority.COUNCIL_CHAIR), OtherAuthority),
        (replace(clerk, jurisdiction=uuid4()), OtherJurisdiction),
        (replace(clerk, roles=frozenset({Role.CERTIFIER})), RoleMissing),
    ):
        with pytest.raises(refusal), city.begin() as uow:
            settling.open_lines(uow.session, city.vault, open_line[0], by=stranger)
        with pytest.raises(refusal):
            settle(city, *open_line, reason=Reason.FORM, by=stranger)
