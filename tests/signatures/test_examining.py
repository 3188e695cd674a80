"""Paper lines: brought as they are, examined by the pass, settled by people."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from referendum.kernel.people import Authority, OtherJurisdiction, Role, RoleMissing
from referendum.kernel.tree import leaf_hash, node_hash
from signatures import deciding, petitions, settling, states, tallying
from signatures.closing import ClosedDays
from signatures.deciding import Decision
from signatures.errors import (
    BatchAlreadyBrought,
    ChannelNotAllowed,
    DecisionInvalid,
    DecisionNeedsNote,
    LineNotFound,
    LineWithdrawn,
    NothingBrought,
    OtherAuthority,
    PersonNotOnRoll,
)
from signatures.lines import Origin, PaperLine, Reason, Status
from tests.signatures.city import BASE, DISTRICTS, City, Inhabitant, paper


def settle(city: City, petition: UUID, line: UUID, **how: Any) -> Decision:
    with city.begin() as uow:
        return settling.decide(
            uow, city.vault, petition, line, **{"status": Status.VOID, "by": city.clerk, **how}
        )


def lines_of(city: City, petition: UUID) -> list[UUID]:
    found = city.rows("select id from line where petition_id = :id order by arrival", id=petition)
    return [row.id for row in found]


def state(city: City, petition: UUID, line: UUID) -> tuple[Status, Reason | None]:
    with city.begin() as uow:
        now = states.state_of(uow.session, petition, line)
        return now.status, now.reason


def unsettled(city: City, petition: UUID) -> int:
    with city.begin() as uow:
        return tallying.unsettled(uow.session, petition)


def test_good_lines_stand(city: City) -> None:
    petition, today = city.opens(), city.today()
    city.brings(petition, [paper(who, at, on=today) for at, who in enumerate(city.inhabitants, 1)])
    assert unsettled(city, petition) == 12
    assert city.counts(petition).open_by_reason == {Reason.UNEXAMINED: 12}

    report = city.examines(petition)

    assert (report.examined, report.valid, report.void, report.open) == (12, 12, {}, {})
    assert city.counts(petition).standing == 12
    assert unsettled(city, petition) == 0


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"name": " "}, Reason.MISSING_FIELD),
        ({"birth_date": ""}, Reason.MISSING_FIELD),
        ({"address": ""}, Reason.MISSING_FIELD),
        ({"signed_on": ""}, Reason.MISSING_FIELD),
        ({"has_mark": False}, Reason.MISSING_FIELD),
        ({"signed_on": "2001-01-01"}, Reason.OUT_OF_PERIOD),
        ({"signed_on": "2199-01-01"}, Reason.OUT_OF_PERIOD),
    ],
)
def test_what_is_wrong_on_its_face_is_void(
    city: City, changed: dict[str, Any], reason: Reason
) -> None:
    petition = city.opens()
    city.brings(petition, [paper(city.inhabitants[0], 1, on=city.today(), **changed)])
    assert city.examines(petition).void == {reason: 1}
    assert city.counts(petition).void_by_reason == {reason: 1}


@pytest.mark.parametrize(
    "changed",
    [{"birth_date": "1980-13-45"}, {"birth_date": "50년생"}, {"signed_on": "〃"}],
)
def test_what_cannot_be_read_waits_for_an_officer(city: City, changed: dict[str, Any]) -> None:
    petition, who = city.opens(), city.inhabitants[0]
    city.brings(petition, [paper(who, 1, on=city.today(), **changed)])
    assert city.examines(petition).open == {Reason.UNREADABLE: 1}
    with city.begin() as uow:
        kept = settling.void_remaining(uow, city.vault, petition, note="x", by=city.clerk)
    assert kept == 0, "nobody looked at it yet"
    (line,) = lines_of(city, petition)
    settle(city, petition, line, status=Status.VALID, person_id=city.ids[who.number])
    assert city.counts(petition).standing == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "  김 가 가 "},
        {"birth_date": "500101"},
        {"birth_date": "1950년 1월 1일"},
        {"birth_date": "1950. 1. 1."},
        {"district": "어딘가"},
    ],
)
def test_honest_ways_of_writing_are_understood(city: City, changed: dict[str, Any]) -> None:
    petition = city.opens()
    city.brings(petition, [paper(city.inhabitants[0], 1, on=city.today(), **changed)])
    assert city.examines(petition).valid == 1


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (Inhabitant("Z2", "어린이", born=date(2015, 1, 1)), Reason.UNDER_AGE),
        (Inhabitant("Z3", "권리없음", lost_from="2020-01-01"), Reason.NO_VOTING_RIGHT),
        (Inhabitant("Z4", "떠난이", registered_to="2024-02-01"), Reason.REGISTRATION_ENDED),
        (Inhabitant("Z5", "다른동", district="다솔동"), Reason.OUTSIDE_CITY),
    ],
)
def test_who_is_not_on_the_roll_is_void_for_their_reason(
    city: City, who: Inhabitant, reason: Reason
) -> None:
    city.registers([*city.inhabitants, who])
    petition = city.opens(districts=["가람동", "나루동"])
    city.brings(petition, [paper(who, 1, on=city.today())])
    assert city.examines(petition).void == {reason: 1}


def test_a_former_name_still_finds_its_person(city: City) -> None:
    renamed = Inhabitant("Z9", "새이름", former="옛이름")
    city.registers([*city.inhabitants, renamed])
    petition = city.opens()
    city.brings(petition, [paper(replace(renamed, name="옛이름"), 1, on=city.today())])
    assert city.examines(petition).valid == 1


def test_nobody_of_that_name_waits_for_a_person(city: City) -> None:
    petition = city.opens()
    city.brings(petition, [paper(Inhabitant("?", "모르는이"), 1, on=city.today())])
    assert city.examines(petition).open == {Reason.UNIDENTIFIABLE: 1}
    assert unsettled(city, petition) == 1


def test_two_of_the_same_name_are_told_apart_by_their_district_or_left_open(city: City) -> None:
    twins = [
        Inhabitant("T1", "같은이름", district="가람동"),
        Inhabitant("T2", "같은이름", district="나루동"),
        Inhabitant("T3", "같은이름", district="나루동"),
    ]
    city.registers([*city.inhabitants, *twins])
    petition, today = city.opens(), city.today()
    city.brings(petition, [paper(twins[0], 1, on=today), paper(twins[1], 2, on=today)])

    report = city.examines(petition)

    assert (report.valid, report.open) == (1, {Reason.AMBIGUOUS: 1})
    clear, unclear = lines_of(city, petition)
    assert state(city, petition, clear) == (Status.VALID, None)
    decision = settle(
        city, petition, unclear, status=Status.VALID, person_id=city.ids[twins[2].number]
    )
    assert decision.status is Status.VALID
    assert city.counts(petition).standing == 2


def test_who_moved_is_one_person_and_another_of_the_name_is_another(city: City) -> None:
    """Each version in which somebody lived elsewhere has their name again."""
    anna, *others = city.inhabitants
    moved = replace(anna, district=DISTRICTS[1])
    later = BASE + timedelta(days=1)
    city.registers([moved, *others], as_of=later)
    hers = "select from residence where person_id = :id"
    assert len(city.rows(hers, id=city.ids[anna.number])) > 1
    alone = city.opens()
    city.brings(alone, [paper(anna, 1, on=city.today(), district="")])
    assert city.examines(alone).valid == 1
    twin = Inhabitant("T1", anna.name, anna.born, DISTRICTS[2])
    city.registers([moved, *others, twin], as_of=later)
    both = city.opens()
    city.brings(both, [paper(anna, 1, on=city.today(), district="")])
    assert city.examines(both).open == {Reason.AMBIGUOUS: 1}


def test_of_several_lines_the_first_received_stands(city: City) -> None:
    petition, who, today = city.opens(), city.inhabitants[0], city.today()
    city.brings(petition, [paper(who, at, on=today) for at in (3, 1, 2)])
    assert city.examines(petition).void == {Reason.DUPLICATE: 2}
    first, *others = lines_of(city, petition)
    assert state(city, petition, first) == (Status.VALID, None)
    assert [state(city, petition, one)[1] for one in others] == [Reason.DUPLICATE] * 2


def test_a_signature_online_and_one_on_paper_count_once(city: City) -> None:
    petition, who = city.opens(), city.inhabitants[0]
    city.brings(petition, [paper(who, 1, on=city.today())])
    assert city.signed(petition, who).standing
    assert city.examines(petition).void == {Reason.DUPLICATE: 1}

    other = city.inhabitants[1]
    city.brings(petition, [paper(other, 2, on=city.today())])
    assert city.examines(petition).valid == 1
    assert not city.signed(petition, other).standing
    counted = city.counts(petition)
    assert (counted.submitted, counted.standing) == (4, 2)
    assert {origin: part.standing for origin, part in counted.by_origin.items()} == {
        Origin.ONLINE: 1,
        Origin.PAPER: 1,
    }


def test_the_pass_never_looks_twice_at_what_was_decided(city: City) -> None:
    petition = city.opens()
    city.brings(petition, [paper(city.inhabitants[0], 1, on=city.today())])
    assert city.examines(petition).examined == 1
    assert city.examines(petition).examined == 0
    assert len(city.leaves("lines.examined")) == 1


def test_days_on_which_nobody_may_ask_are_outside_the_period(city: City) -> None:
    petition, today = city.opens(), city.today()
    tomorrow = today + timedelta(days=1)
    city.brings(
        petition,
        [paper(city.inhabitants[0], 1, on=today), paper(city.inhabitants[1], 2, on=tomorrow)],
    )
    report = city.examines(petition, closed_days=[ClosedDays(today, tomorrow)])
    assert (report.valid, report.void) == (1, {Reason.OUT_OF_PERIOD: 1})


def test_cal_02_a_closed_day_of_one_district_voids_the_lines_written_there_alone(
    city: City,
) -> None:
    """CAL-02: the sheet's district decides; where none is written, the roll's."""
    petition, today = city.opens(), city.today()
    name, closed = next(iter(city.districts.items()))
    here = [one for one in city.inhabitants if one.district == name][:3]
    there = next(one for one in city.inhabitants if one.district != name)
    city.brings(
        petition,
        [
            paper(here[0], 1, on=today),
            paper(here[1], 2, on=today, district=""),
            paper(here[2], 3, on=today + timedelta(days=1)),
            paper(there, 4, on=today),
        ],
    )
    days = [ClosedDays(today, today + timedelta(days=1), closed)]
    report = city.examines(petition, closed_days=days)
    assert (report.valid, report.void) == (2, {Reason.OUT_OF_PERIOD: 2})
    kept = city.rows(
        "select person_key from line_decision where petition_id = :id and status = 'void'",
        id=petition,
    )
    assert [row.person_key for row in kept] == [None, None]


def test_the_first_and_the_last_day_of_the_period_count(city: City) -> None:
    petition = city.opens(days=3)
    first, last = petitions.signing_days(city.petition(petition))
    days = [first - timedelta(days=1), first, last, last + timedelta(days=1)]
    lines = [paper(city.inhabitants[at], at + 1, on=day) for at, day in enumerate(days)]
    city.brings(petition, lines)
    report = city.examines(petition)
    assert (report.valid, report.void) == (2, {Reason.OUT_OF_PERIOD: 2})


def test_a_batch_is_one_entry_with_the_root_of_its_lines(city: City) -> None:
    petition, today = city.opens(), city.today()
    seen: list[tuple[int, int]] = []
    batch = city.brings(
        petition,
        [paper(who, at, on=today) for at, who in enumerate(city.inhabitants[:3], 1)],
        progress=lambda done, total: seen.append((done, total)),
    )
    kept = city.rows(
        "select commitment from line where batch_id = :id order by arrival", id=batch.id
    )
    a, b, c = (leaf_hash(bytes(row.commitment)) for row in kept)
    (leaf,) = map(json.loads, city.leaves("lines.brought"))
    assert leaf["facts"]["merkle_root"] == node_hash(node_hash(a, b), c).hex()
    assert (leaf["facts"]["count"], leaf["facts"]["number"]) == (3, 1)
    assert seen == [(3, 3)]


def test_a_commitment_opens_with_what_is_sealed_in_its_line(city: City) -> None:
    petition = city.opens()
    city.brings(petition, [paper(city.inhabitants[0], 1, on=city.today())])
    (row,) = city.rows(
        "select id, sealed, commitment from line where petition_id = :id", id=petition
    )
    with city.begin() as uow:
        key = city.vault.open_key(uow.session, petitions.get(uow.session, petition).key_id)
    written = key.unseal_fields(bytes(row.sealed), place=f"line:{row.id}")
    secret = bytes.fromhex(written["secret"])
    opened = b"referendum-signature-v1\0" + petition.bytes + row.id.bytes + secret
    assert hashlib.sha256(opened).digest() == bytes(row.commitment)


def test_the_same_file_twice_is_refused_and_leaves_nothing(city: City) -> None:
    petition, lines = city.opens(), [paper(city.inhabitants[0], 1, on=city.today())]
    city.brings(petition, lines)
    before = city.leaves()
    with pytest.raises(BatchAlreadyBrought):
        city.brings(petition, lines)
    assert city.leaves() == before
    assert city.counts(petition).submitted == 1


def test_an_empty_batch_and_a_closed_channel_are_refused(city: City) -> None:
    with pytest.raises(NothingBrought):
        city.brings(city.opens(), [])
    with pytest.raises(ChannelNotAllowed):
        city.brings(city.opens(channels=[Origin.ONLINE]), [paper(city.inhabitants[0], 1, on=BASE)])


def test_the_portals_list_is_an_origin_of_its_own(city: City) -> None:
    petition = city.opens()
    lines = [paper(city.inhabitants[0], 1, on=city.today())]
    city.brings(petition, lines, origin=Origin.PORTAL)
    city.examines(petition)
    assert set(city.counts(petition).by_origin) == {Origin.PORTAL}


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
        assert settling.void_remaining(uow, city.vault, petition, note=note, by=city.clerk) == 5
    counted = city.counts(petition)
    assert (counted.standing, counted.open) == (1, 0)
    assert counted.void_by_reason == {Reason.UNIDENTIFIABLE: 5}
    (leaf,) = map(json.loads, city.leaves("lines.voided"))
    assert leaf["facts"]["count"] == 5
    with city.begin() as uow:
        assert settling.void_remaining(uow, city.vault, petition, note=note, by=city.clerk) == 0
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
