"""Signing online: once, with everything kept."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from referendum.kernel import log
from referendum.kernel.errors import DomainError
from referendum.kernel.log import LogKey
from referendum.kernel.people import Assurance, Resident
from signatures import collecting, errors, petitions
from signatures.collecting import Consent, NotOnRoll
from signatures.errors import (
    AssuranceTooLow,
    ChannelNotAllowed,
    ConsentMissing,
    NotSigned,
    PetitionClosed,
    PetitionExists,
    PetitionNotFound,
    ReceiptUnknown,
)
from signatures.lines import Origin, Reason, Receipt, receipt_commitment
from tests.signatures.city import CONSENTS, City, Inhabitant, paper


def test_a_resident_signs_and_stands(city: City) -> None:
    petition, who = city.opens(), city.inhabitants[0]

    signed = city.signed(petition, who)

    assert signed.standing
    counted = city.counts(petition)
    assert (counted.submitted, counted.standing, counted.void, counted.open) == (1, 1, 0, 0)
    assert set(counted.by_district) == {city.districts[who.district]}
    assert len(city.leaves("signature.recorded")) == 1


def test_fifty_posts_at_once_leave_one_standing_and_one_line_sig_01(city: City) -> None:
    petition, who = city.opens(), city.inhabitants[0]

    with ThreadPoolExecutor(50) as hands:
        answers = list(hands.map(lambda _: city.signed(petition, who), range(50)))

    assert all(answer.standing for answer in answers)
    assert len({(answer.line_id, answer.record_entry_id) for answer in answers}) == 1
    assert sum(answer.receipt is not None for answer in answers) == 1
    counted = city.counts(petition)
    assert (counted.submitted, counted.standing, counted.void) == (1, 1, 0)
    assert len(city.rows("select from line")) == len(city.rows("select from line_decision")) == 1
    assert len(city.leaves("signature.recorded")) == 1


def test_pressing_again_gives_the_same_answer_and_writes_nothing_sig_01(city: City) -> None:
    petition, who = city.opens(), city.inhabitants[0]
    first = city.signed(petition, who)
    leaves = city.leaves()
    for _ in range(4):
        assert city.signed(petition, who) == replace(first, receipt=None)
    assert city.leaves() == leaves
    assert city.counts(petition).submitted == 1


def test_signing_online_beside_ones_paper_line_keeps_both_sig_01(city: City) -> None:
    petition, who = city.opens(), city.inhabitants[0]
    city.brings(petition, [paper(who, 1, on=city.today())])
    city.examines(petition)
    for lines in (2, 3):
        again = city.signed(petition, who)
        assert (again.standing, again.receipt is None) == (False, False)
        counted = city.counts(petition)
        assert (counted.submitted, counted.standing) == (lines, 1)


def test_fifty_people_who_sign_and_take_back_at_once_are_counted_exactly(city: City) -> None:
    petition, who = city.opens(), city.inhabitants[0]

    def comes_and_goes(at: int) -> None:
        if at % 2:
            city.signed(petition, who)
        else:
            with suppress(NotSigned):
                city.withdraws(petition, who)

    with ThreadPoolExecutor(50) as hands:
        list(hands.map(comes_and_goes, range(50)))

    counted = city.counts(petition)
    assert counted.standing in {0, 1}
    assert counted.submitted == counted.standing + counted.withdrawn
    assert len(city.leaves("signature.recorded")) == counted.submitted
    assert len(city.leaves("signature.withdrawn")) == counted.withdrawn


def test_everybody_at_once_stands(city: City) -> None:
    petition = city.opens()
    with ThreadPoolExecutor(12) as hands:
        answers = list(hands.map(lambda who: city.signed(petition, who), city.inhabitants))
    assert all(answer.standing for answer in answers)
    assert city.counts(petition).standing == len(city.inhabitants)


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (Inhabitant("Z1", "젊은이", registered_from="2010-01-01"), None),
        (
            Inhabitant("Z2", "어린이", born=date(2015, 1, 1)),
            Reason.UNDER_AGE,
        ),
        (Inhabitant("Z3", "권리없음", lost_from="2020-01-01"), Reason.NO_VOTING_RIGHT),
        (Inhabitant("Z4", "떠난이", registered_to="2024-02-01"), Reason.REGISTRATION_ENDED),
        (Inhabitant("Z5", "다른동", district="다솔동"), Reason.OUTSIDE_CITY),
    ],
)
def test_who_is_not_on_the_roll_is_told_why_and_leaves_nothing(
    city: City, who: Inhabitant, reason: Reason | None
) -> None:
    city.registers([*city.inhabitants, who])
    petition = city.opens(districts=["가람동", "나루동"])
    before = len(city.leaves())

    answer = city.signs(petition, who)

    if reason is None:
        assert not isinstance(answer, NotOnRoll)
    else:
        assert answer == NotOnRoll(reason)
        assert len(city.leaves()) == before
        assert city.counts(petition).submitted == 0


def test_somebody_the_register_does_not_know_is_not_on_the_roll(city: City) -> None:
    stranger = Resident(uuid4(), city.place, Assurance.DESK)
    answer = city.signs(city.opens(), city.inhabitants[0], resident=stranger)
    assert answer == NotOnRoll(Reason.OUTSIDE_CITY)


@pytest.mark.parametrize("left_out", list(Consent))
def test_each_consent_is_asked_for_by_itself(city: City, left_out: Consent) -> None:
    given = {consent: version for consent, version in CONSENTS.items() if consent is not left_out}
    with pytest.raises(ConsentMissing) as refused:
        city.signs(city.opens(), city.inhabitants[0], consents=given)
    assert refused.value.facts == {"missing": [left_out.value]}


def test_a_consent_names_the_version_of_its_wording(city: City) -> None:
    with pytest.raises(ConsentMissing) as refused:
        city.signs(city.opens(), city.inhabitants[0], consents=dict.fromkeys(Consent, " "))
    assert refused.value.facts == {"missing": ["purpose", "sensitive", "retention"]}

    petition = city.opens()
    city.signed(petition, city.inhabitants[0])
    kept = city.rows("select consents from line where petition_id = :id", id=petition)
    assert kept[0].consents == {
        "purpose": "2026-01",
        "sensitive": "2026-01",
        "retention": "2026-01",
    }


def test_where_only_paper_is_allowed_nobody_signs_online(city: City) -> None:
    with pytest.raises(ChannelNotAllowed) as refused:
        city.signs(city.opens(channels=[Origin.PAPER]), city.inhabitants[0])
    assert refused.value.facts["channel"] == "online"


def test_a_petition_may_ask_for_more_assurance(city: City) -> None:
    petition, who = city.opens(minimum=Assurance.DESK), city.inhabitants[0]
    with pytest.raises(AssuranceTooLow):
        city.signs(petition, who)
    at_the_desk = city.resident(who, Assurance.DESK)
    assert city.signs(petition, who, resident=at_the_desk)


def test_the_last_moment_counts_and_the_deadline_does_not(city: City) -> None:
    petition = city.opens(days=1)
    city.waits(hours=23, minutes=59)
    assert city.signed(petition, city.inhabitants[0]).standing
    city.waits(minutes=1)
    with pytest.raises(PetitionClosed):
        city.signs(petition, city.inhabitants[1])


def test_closing_waits_for_nobody_twice_and_stops_signing(city: City) -> None:
    petition = city.opens()
    at = city.petition(petition).closes_at
    with city.begin() as uow:
        assert petitions.close(uow, petition, at=at)
    with city.begin() as uow:
        assert not petitions.close(uow, petition, at=at + timedelta(days=1))
    assert city.petition(petition).closed_at == at
    with pytest.raises(PetitionClosed):
        city.signs(petition, city.inhabitants[0])


def test_a_deadline_moves_until_it_has_passed(city: City) -> None:
    petition = city.opens(days=1)
    later = city.petition(petition).closes_at + timedelta(days=2)
    with city.begin() as uow:
        petitions.move_deadline(uow, petition, closes_at=later)
    city.waits(days=2)
    assert city.signed(petition, city.inhabitants[0]).standing
    with city.begin() as uow:
        petitions.close(uow, petition, at=later)
    with pytest.raises(PetitionClosed), city.begin() as uow:
        petitions.move_deadline(uow, petition, closes_at=later)


def test_a_measure_has_one_petition(city: City) -> None:
    first = city.petition(city.opens())
    with pytest.raises(PetitionExists), city.begin() as uow:
        petitions.open_petition(
            uow,
            city.vault,
            petitions.Opening(
                measure_id=first.measure_id,
                jurisdiction_id=city.place,
                opens_at=first.opens_at,
                closes_at=first.closes_at,
                roll_id=first.roll_id,
                channels=[Origin.PAPER],
                text_sha256=bytes(32),
                owner=city.owner,
            ),
        )


def test_an_unknown_petition_is_not_found(city: City) -> None:
    with pytest.raises(PetitionNotFound):
        city.signs(uuid4(), city.inhabitants[0])


def test_a_receipt_finds_and_proves_its_leaf(city: City, log_key: LogKey) -> None:
    petition = city.opens()
    signed = city.signed(petition, city.inhabitants[0])
    assert signed.receipt is not None
    with city.begin() as uow:
        log.seal(uow.session, log_key)

    typed = signed.receipt.lower().replace("-", " ")
    with city.begin() as uow:
        entry = collecting.entry_of_receipt(uow.session, typed)
        proof = log.receipt(uow.session, entry)

    assert entry == signed.record_entry_id
    leaf = base64.b64decode(proof["leaf"])
    assert receipt_commitment(typed).hex().encode() in leaf
    assert signed.receipt.replace("-", "")[40:] not in str(city.rows("select * from line"))


def test_a_receipt_made_up_finds_nothing(city: City) -> None:
    with pytest.raises(ReceiptUnknown), city.begin() as uow:
        collecting.entry_of_receipt(uow.session, Receipt.new(uuid4(), uuid4()).text)


def test_every_refusal_has_its_code_once() -> None:
    codes = [
        error.code
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, DomainError) and hasattr(error, "code")
    ]
    assert len(codes) == len(set(codes)) > 20
