"""Taking a signature back, and signing again."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from referendum.kernel.people import Authority
from signatures import collecting, petitions, withdrawing
from signatures.errors import (
    LineWithdrawn,
    NotSigned,
    OtherAuthority,
    PetitionClosed,
    SheetsSubmitted,
    SignedOnPaper,
)
from signatures.lines import Origin, Reason
from tests.signatures.city import City, paper


def test_sign_withdraw_sign_counts_exactly_sig_04(city: City) -> None:
    petition, who = city.opens(), city.inhabitants[0]

    city.signed(petition, who)
    city.withdraws(petition, who)
    assert city.counts(petition).standing == 0
    assert city.signed(petition, who).standing

    counted = city.counts(petition)
    assert (counted.submitted, counted.standing) == (2, 1)
    assert counted.void_by_reason == {Reason.WITHDRAWN: 1}
    assert len(city.leaves("signature.withdrawn")) == 1


@pytest.mark.parametrize("seed", range(3))
def test_any_sequence_of_signing_and_withdrawing_counts_exactly_sig_04(
    city: City, seed: int
) -> None:
    lot, petition = random.Random(seed), city.opens()
    standing: set[str] = set()
    lines = withdrawn = 0
    for _ in range(30):
        who = lot.choice(city.inhabitants[:4])
        if lot.random() < 0.6:
            lines += who.number not in standing
            assert (city.signed(petition, who).receipt is None) is (who.number in standing)
            standing.add(who.number)
        elif who.number in standing:
            city.withdraws(petition, who)
            standing.discard(who.number)
            withdrawn += 1
        else:
            with pytest.raises(NotSigned):
                city.withdraws(petition, who)
    counted = city.counts(petition)
    assert (counted.submitted, counted.standing) == (lines, len(standing))
    assert counted.void_by_reason.get(Reason.WITHDRAWN, 0) == withdrawn


def test_after_the_close_nothing_is_taken_back(city: City) -> None:
    petition, who = city.opens(days=1), city.inhabitants[0]
    city.signed(petition, who)
    city.waits(days=1)
    with pytest.raises(PetitionClosed):
        city.withdraws(petition, who)


def test_a_signature_on_paper_is_taken_back_through_the_representative(city: City) -> None:
    petition, who = city.opens(), city.inhabitants[0]
    city.brings(petition, [paper(who, 1, on=city.today())])
    city.examines(petition)
    with pytest.raises(SignedOnPaper):
        city.withdraws(petition, who)

    (line,) = city.rows("select id from line where petition_id = :id", id=petition)
    with city.begin() as uow:
        withdrawing.withdraw_paper(
            uow, city.vault, petition, line.id, document="주민-1234", by=city.clerk
        )

    counted = city.counts(petition)
    assert (counted.standing, counted.void_by_reason) == (0, {Reason.WITHDRAWN: 1})
    assert "주민-1234".encode() not in b"".join(city.leaves())
    with pytest.raises(LineWithdrawn), city.begin() as uow:
        withdrawing.withdraw_paper(uow, city.vault, petition, line.id, document="x", by=city.clerk)


def test_a_paper_line_can_be_taken_back_before_it_was_examined(city: City) -> None:
    petition = city.opens()
    city.brings(petition, [paper(city.inhabitants[0], 1, on=city.today())])
    (line,) = city.rows("select id from line where petition_id = :id", id=petition)
    with city.begin() as uow:
        withdrawing.withdraw_paper(uow, city.vault, petition, line.id, document="1", by=city.clerk)
    assert city.examines(petition).examined == 0
    assert city.counts(petition).void_by_reason == {Reason.WITHDRAWN: 1}


def test_sheets_that_were_handed_in_stay_as_they_are(city: City) -> None:
    petition = city.opens()
    city.brings(petition, [paper(city.inhabitants[0], 1, on=city.today())])
    (line,) = city.rows("select id from line where petition_id = :id", id=petition)
    with city.begin() as uow:
        petitions.submit(uow, petition, at=uow.now())
    with pytest.raises(SheetsSubmitted), city.begin() as uow:
        withdrawing.withdraw_paper(uow, city.vault, petition, line.id, document="1", by=city.clerk)


def test_the_record_of_a_withdrawal_holds_a_day_and_a_commitment(city: City) -> None:
    petition, who = city.opens(), city.inhabitants[0]
    city.signed(petition, who)
    city.withdraws(petition, who)
    (given,) = map(json.loads, city.leaves("signature.recorded"))
    (taken,) = map(json.loads, city.leaves("signature.withdrawn"))
    assert set(given["facts"]) == set(taken["facts"]) == {"commitment", "petition"}
    assert given["facts"] == taken["facts"]
    assert given["by"] == taken["by"] == "resident"
    assert len(given["at"]) == len(taken["at"]) == len("2026-01-01")


def test_people_see_their_own_signatures_and_no_others(city: City) -> None:
    first, second = city.opens(), city.opens(days=1)
    anna, bora = city.inhabitants[:2]
    city.signed(first, anna)
    city.signed(second, anna)
    city.signed(second, bora)
    city.waits(days=1)

    with city.begin() as uow:
        hers = collecting.mine(uow.session, city.vault, city.resident(anna))
        other = collecting.mine(uow.session, city.vault, city.resident(bora))
        nobody = collecting.mine(uow.session, city.vault, city.resident(city.inhabitants[2]))

    assert {(one.petition_id, one.may_withdraw) for one in hers} == {(first, True), (second, False)}
    assert [one.petition_id for one in other] == [second]
    assert nobody == []
    assert {one.origin for one in hers} == {Origin.ONLINE}


def test_what_was_withdrawn_is_no_longer_among_mine(city: City) -> None:
    petition, who = city.opens(), city.inhabitants[0]
    city.signed(petition, who)
    city.withdraws(petition, who)
    with city.begin() as uow:
        assert collecting.mine(uow.session, city.vault, city.resident(who)) == []


def test_the_desk_of_another_authority_touches_no_line(city: City) -> None:
    petition = city.opens()
    city.brings(petition, [paper(city.inhabitants[0], 1, on=city.today())])
    (line,) = city.rows("select id from line where petition_id = :id", id=petition)
    stranger = replace(city.clerk, authority=Authority.ELECTION_COMMISSION)
    with pytest.raises(OtherAuthority), city.begin() as uow:
        withdrawing.withdraw_paper(uow, city.vault, petition, line.id, document="1", by=stranger)
