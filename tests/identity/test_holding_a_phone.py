"""Where a phone is all that is asked for: no register, the same limits, and a proof that ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from referendum.identity import checking, codes, sessions
from referendum.identity.checking import Held
from referendum.identity.codes import Aim, ChallengeView
from referendum.identity.errors import CodeExpired, CodeUnknown, Refused
from referendum.identity.masking import NO_ONE
from referendum.identity.matching import Unnamed
from tests.entering import meant
from tests.identity.neighbourhood import HOME, Neighbourhood, reason

ENROL = Aim(purpose="enrol", subject=UUID(int=9), browser=sessions.mark("a browser"))


def asks(village: Neighbourhood) -> ChallengeView:
    with village.begin() as uow:
        return codes.request_code(
            uow,
            vault=village.vault,
            described=Unnamed(jurisdiction_id=village.jurisdiction_id),
            phone=HOME,
            aim=ENROL,
            address="203.0.113.5",
        )


def types(village: Neighbourhood, challenge: ChallengeView, code: str) -> Held | Refused:
    with village.begin() as uow:
        return checking.prove_phone(uow, village.vault, challenge.id, code, aim=ENROL)


def held(village: Neighbourhood, challenge: ChallengeView, aim: Aim = ENROL) -> Held | None:
    with village.begin() as uow:
        return checking.held_phone(uow.session, village.vault, challenge.id, aim=aim)


def test_the_phone_is_proved_and_nobody_is_looked_up(village: Neighbourhood) -> None:
    village.lives("홍길동", phone="+821023456789")
    challenge = asks(village)
    assert held(village, challenge) is None
    proved = types(village, challenge, village.code_of(challenge))
    assert isinstance(proved, Held)
    assert held(village, challenge) == proved
    with village.begin() as uow:
        assert meant(uow.session, village.vault) == [NO_ONE]


def test_a_wrong_code_counts_and_a_used_one_is_used(village: Neighbourhood) -> None:
    """OTP-05 and OTP-03 hold for this purpose as for any."""
    challenge = asks(village)
    assert reason(types(village, challenge, village.wrong_code_of(challenge))) == "code-wrong"
    village.wait(timedelta(seconds=30))
    assert isinstance(types(village, challenge, village.code_of(challenge)), Held)
    assert reason(types(village, challenge, village.code_of(challenge))) == "code-used"


def test_otp_04_the_proof_is_good_for_its_aim_alone(village: Neighbourhood) -> None:
    challenge = asks(village)
    types(village, challenge, village.code_of(challenge))
    others = (
        replace(ENROL, subject=UUID(int=10)),
        replace(ENROL, purpose="sign"),
        replace(ENROL, browser=sessions.mark("another")),
    )
    for other in others:
        with pytest.raises(CodeUnknown):
            held(village, challenge, other)


def test_the_proof_ends_as_a_session_that_rests(village: Neighbourhood) -> None:
    challenge = asks(village)
    types(village, challenge, village.code_of(challenge))
    village.wait(timedelta(minutes=14, seconds=50))
    assert held(village, challenge) is not None
    village.wait(timedelta(seconds=11))
    with pytest.raises(CodeExpired):
        held(village, challenge)
