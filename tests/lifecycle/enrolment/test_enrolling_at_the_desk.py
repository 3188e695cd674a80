"""At the desk: who shows a document enrols, and is taken back, without a phone."""

from __future__ import annotations

from uuid import UUID

import pytest

from referendum.kernel.people import Authority, Role, RoleMissing
from referendum.lifecycle.enrolment import taking_back
from referendum.lifecycle.errors import NotYourAct, ParticularMissing
from tests.lifecycle.enrolment.enrolling import (
    BORN,
    at_desk,
    enrols,
    lines,
    roll_of,
    standing,
    withdraws,
)
from tests.town import Town


def test_otp_14_who_has_no_phone_enrols_at_the_desk_with_a_document(
    town: Town, measure: UUID
) -> None:
    """OTP-14: an alternative to a message exists for every voter."""
    assert at_desk(town, measure)
    (line,) = lines(town, measure)
    assert (line.assurance, line.phone_key) == ("desk", None)
    town.waits_for("roll_base", measure)
    assert roll_of(town, measure).size == 1


def test_a_document_outweighs_a_phone(town: Town, measure: UUID) -> None:
    enrols(town, measure, 1, phone=7)
    assert at_desk(town, measure, district=town.districts[2].id)
    (one,) = standing(town, measure)
    assert (one.assurance, one.district_id) == ("desk", town.districts[2].id)
    assert not at_desk(town, measure)
    withdraws(town, measure, 7)
    assert len(standing(town, measure)) == 1


def test_the_desk_takes_back_for_whoever_comes(town: Town, measure: UUID) -> None:
    enrols(town, measure, 1)
    clerk = town.officer(Authority.MAYOR, Role.CLERK)
    with town.begin() as uow:
        taking_back.withdraw_at_desk(
            uow, town.vault, measure, name="낯선이1", birth_date=BORN, by=clerk
        )
    assert standing(town, measure) == []


def test_the_desk_is_the_clerks_of_the_mayors_office(town: Town, measure: UUID) -> None:
    with pytest.raises(RoleMissing):
        at_desk(town, measure, by=town.officer(Authority.MAYOR, Role.EXAMINER))
    with pytest.raises(NotYourAct):
        at_desk(town, measure, by=town.officer(Authority.ELECTION_COMMISSION))
    with pytest.raises(ParticularMissing):
        at_desk(town, measure, seen=" ")
