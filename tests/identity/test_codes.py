"""OTP-02 to OTP-06: how long, how often and for whom a code is good."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from referendum.identity import checking, codes, sessions
from referendum.identity.checking import Recognised
from referendum.identity.codes import Aim, ChallengeView
from referendum.identity.errors import (
    CodeExpired,
    CodeSuperseded,
    CodeUnknown,
    CodeWrong,
    DemoOnly,
    NotRecognised,
    PhoneLocked,
    Refused,
    insist,
)
from referendum.identity.limits import DEFAULT, Limits, delay
from referendum.kernel.people import Assurance, Authority, Officer, Role, RoleMissing
from tests.identity.neighbourhood import AWAY, HOME, SIGN, Letterbox, Neighbourhood, reason

E164 = "+821023456789"
PATIENT = Limits(sends_per_number_an_hour=1_000, sends_per_number_a_day=1_000)


def test_a_resident_is_recognised_by_the_phone_on_file(town: Neighbourhood) -> None:
    person = town.lives("홍길동", phone=E164)
    challenge = town.asks()
    outcome = insist(town.types(challenge, town.code_of(challenge)))
    assert outcome.resident.person == person
    assert outcome.resident.jurisdiction == town.jurisdiction_id
    assert outcome.resident.assurance is Assurance.PHONE_ON_FILE


def test_a_code_may_be_typed_in_groups_or_full_width(town: Neighbourhood) -> None:
    town.lives("홍길동", phone=E164)
    challenge = town.asks()
    code = town.code_of(challenge)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert isinstance(town.types(challenge, f" {wide[:3]} {wide[3:]} "), Recognised)


def test_otp_02_the_right_code_is_refused_when_its_time_is_over(town: Neighbourhood) -> None:
    town.lives("홍길동", phone=E164)
    challenge = town.asks()
    code = town.code_of(challenge)
    town.wait(timedelta(minutes=5))
    assert reason(town.types(challenge, code)) == "code-expired"


def test_otp_02_just_before_its_end_it_is_good(town: Neighbourhood) -> None:
    town.lives("홍길동", phone=E164)
    challenge = town.asks()
    town.wait(timedelta(minutes=4, seconds=50))
    assert isinstance(town.types(challenge, town.code_of(challenge)), Recognised)


def test_otp_02_more_time_is_given_up_to_ten_minutes_and_no_more(town: Neighbourhood) -> None:
    town.lives("홍길동", phone=E164)
    challenge = town.asks()
    with town.begin() as uow:
        longer = codes.prolong(uow, challenge.id, aim=SIGN)
        again = codes.prolong(uow, challenge.id, aim=SIGN)
    assert longer.expires_at - challenge.expires_at == timedelta(minutes=5)
    assert again.expires_at == longer.expires_at
    town.wait(timedelta(minutes=10))
    assert reason(town.types(challenge, town.code_of(challenge))) == "code-expired"


def test_otp_02_no_setting_makes_a_code_live_longer_than_ten_minutes() -> None:
    assert Limits(life=timedelta(minutes=10)).life == timedelta(minutes=10)
    with pytest.raises(ValueError, match="0:10:00"):
        Limits(life=timedelta(minutes=10, seconds=1))


def test_otp_03_a_code_is_good_once(town: Neighbourhood) -> None:
    town.lives("홍길동", phone=E164)
    challenge = town.asks()
    code = town.code_of(challenge)
    assert isinstance(town.types(challenge, code), Recognised)
    assert reason(town.types(challenge, code)) == "code-used"


def test_otp_03_of_twenty_at_once_exactly_one_succeeds(town: Neighbourhood) -> None:
    town.lives("홍길동", phone=E164)
    challenge = town.asks()
    code = town.code_of(challenge)
    with ThreadPoolExecutor(20) as crowd:
        outcomes = list(crowd.map(lambda _: town.types(challenge, code), range(20)))
    counted = Counter(reason(each) if isinstance(each, Refused) else "in" for each in outcomes)
    assert counted == {"in": 1, "code-used": 19}


def test_otp_05_of_twenty_wrong_at_once_at_most_five_are_looked_at(town: Neighbourhood) -> None:
    challenge = town.asks()
    wrong = town.wrong_code_of(challenge)
    with ThreadPoolExecutor(20) as crowd:
        outcomes = list(crowd.map(lambda _: town.types(challenge, wrong), range(20)))
    counted = Counter(reason(each) for each in outcomes)
    assert 1 <= counted["code-wrong"] <= 5
    assert set(counted) <= {"code-wrong", "code-too-soon", "code-exhausted"}


@pytest.mark.parametrize(
    "aim",
    [
        Aim(purpose="withdraw", subject=SIGN.subject, browser=SIGN.browser),
        Aim(purpose="sign", subject=UUID(int=8), browser=SIGN.browser),
        Aim(purpose="sign", subject=None, browser=SIGN.browser),
        Aim(purpose="sign", subject=SIGN.subject, browser=sessions.mark("another browser")),
    ],
)
def test_otp_04_a_code_serves_only_what_it_was_asked_for(town: Neighbourhood, aim: Aim) -> None:
    town.lives("홍길동", phone=E164)
    challenge = town.asks()
    code = town.code_of(challenge)
    with pytest.raises(CodeUnknown):
        town.types(challenge, code, aim=aim)
    with pytest.raises(CodeUnknown):
        town.asks_again(challenge, aim=aim)
    assert isinstance(town.types(challenge, code), Recognised)


def test_otp_04_the_code_of_one_number_is_wrong_for_another(town: Neighbourhood) -> None:
    town.lives("홍길동", phone=E164)
    mine, theirs = town.asks(phone=HOME), town.asks(phone=AWAY)
    assert reason(town.types(mine, town.code_of(theirs))) == "code-wrong"


def test_otp_04_nothing_answers_to_an_unknown_challenge(town: Neighbourhood) -> None:
    with pytest.raises(CodeUnknown):
        town.types(ChallengeView(uuid4(), town.asks().expires_at), "123456")


def test_otp_05_after_five_wrong_tries_even_the_right_code_is_refused(
    town: Neighbourhood,
) -> None:
    town.lives("홍길동", phone=E164)
    challenge = town.asks()
    wrong = town.wrong_code_of(challenge)
    left = []
    for _ in range(5):
        outcome = town.types(challenge, wrong)
        assert isinstance(outcome, Refused)
        assert isinstance(outcome.because, CodeWrong)
        left.append(outcome.because.facts["tries_left"])
        town.wait(timedelta(seconds=8))
    assert left == [4, 3, 2, 1, 0]
    assert reason(town.types(challenge, town.code_of(challenge))) == "code-exhausted"


def test_otp_05_what_is_not_six_digits_costs_no_try(town: Neighbourhood) -> None:
    challenge = town.asks()
    for written in ("", "12345", "1234567", "12345a", "-12345", "१२३४५६७", "      "):
        assert reason(town.types(challenge, written)) == "code-malformed"
    outcome = town.types(challenge, town.wrong_code_of(challenge))
    assert isinstance(outcome, Refused)
    assert outcome.because.facts == {"tries_left": 4, "wait_seconds": 0}


def test_otp_05_the_wait_grows_and_an_early_try_is_not_looked_at(town: Neighbourhood) -> None:
    town.lives("홍길동", phone=E164)
    challenge = town.asks()
    wrong, right = town.wrong_code_of(challenge), town.code_of(challenge)
    town.types(challenge, wrong)
    second = town.types(challenge, wrong)
    assert isinstance(second, Refused)
    assert second.because.facts == {"tries_left": 3, "wait_seconds": 1}
    assert reason(town.types(challenge, right)) == "code-too-soon"
    town.wait(timedelta(seconds=1))
    assert isinstance(town.types(challenge, right), Recognised)


def test_otp_05_the_waits_are_doubled_up_to_a_minute() -> None:
    waits = [int(delay(wrong).total_seconds()) for wrong in range(1, 11)]
    assert waits == [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert delay(10_000) == timedelta(minutes=1)


def misses(town: Neighbourhood, times: int) -> list[str]:
    """Wrong tries for the number at home, over as many codes as they take."""
    said: list[str] = []
    while len(said) < times:
        challenge = town.asks(limits=PATIENT)
        for _ in range(min(5, times - len(said))):
            said.append(reason(town.types(challenge, town.wrong_code_of(challenge))))
            town.wait(timedelta(minutes=1))
    return said


def test_otp_05_a_hundred_wrong_in_a_row_lock_the_number(town: Neighbourhood) -> None:
    town.lives("홍길동", phone=E164)
    said = misses(town, 97)
    assert set(said) == {"code-wrong"}
    challenge = town.asks(limits=PATIENT)
    wrong = town.wrong_code_of(challenge)
    for expected in ("code-wrong", "code-wrong", "phone-locked", "phone-locked"):
        assert reason(town.types(challenge, wrong)) == expected
        town.wait(timedelta(minutes=1))
    assert reason(town.types(challenge, town.code_of(challenge))) == "phone-locked"
    with pytest.raises(PhoneLocked):
        town.asks(limits=PATIENT)
    town.asks(phone=AWAY)

    desk = Officer(
        uuid4(), town.jurisdiction_id, Authority.MAYOR, frozenset({Role.REGISTRAR}), fresh=True
    )
    with town.begin() as uow:
        assert checking.unlock_phone(uow, town.vault, E164, by=desk)
        assert not checking.unlock_phone(uow, town.vault, E164, by=desk)
    challenge = town.asks(limits=PATIENT)
    assert isinstance(town.types(challenge, town.code_of(challenge)), Recognised)


def test_otp_05_only_a_registrar_unlocks_a_number(town: Neighbourhood) -> None:
    clerk = Officer(uuid4(), town.jurisdiction_id, Authority.MAYOR, frozenset({Role.CLERK}))
    with town.begin() as uow, pytest.raises(RoleMissing):
        checking.unlock_phone(uow, town.vault, E164, by=clerk)


def test_otp_05_a_success_starts_the_count_anew(town: Neighbourhood) -> None:
    town.lives("홍길동", phone=E164)
    challenge = town.asks()
    wrong = town.wrong_code_of(challenge)
    for _ in range(3):
        town.types(challenge, wrong)
        town.wait(timedelta(seconds=4))
    assert isinstance(town.types(challenge, town.code_of(challenge)), Recognised)
    fresh = town.asks()
    outcome = town.types(fresh, town.wrong_code_of(fresh))
    assert isinstance(outcome, Refused)
    assert outcome.because.facts == {"tries_left": 4, "wait_seconds": 0}


def test_otp_06_resend_sends_the_same_code(town: Neighbourhood) -> None:
    letterbox = Letterbox()
    challenge = town.asks()
    town.post(letterbox)
    town.wait(timedelta(minutes=2))
    again = town.asks_again(challenge)
    town.post(letterbox)
    assert again.id == challenge.id
    first, second = letterbox.heard
    assert first.code == second.code == town.code_of(challenge)
    assert first.key != second.key
    assert isinstance(town.types(challenge, first.code), Refused)  # nobody is of that name


def test_otp_06_a_dead_code_is_not_sent_again(town: Neighbourhood) -> None:
    challenge = town.asks()
    town.wait(timedelta(minutes=5))
    with pytest.raises(CodeExpired):
        town.asks_again(challenge)


def test_otp_06_a_new_challenge_kills_the_old_one(town: Neighbourhood) -> None:
    town.lives("홍길동", phone=E164)
    old, new = town.asks(), town.asks()
    assert reason(town.types(old, town.code_of(old))) == "code-superseded"
    with pytest.raises(CodeSuperseded):
        town.asks_again(old)
    assert isinstance(town.types(new, town.code_of(new)), Recognised)


def test_otp_06_the_old_one_is_dead_also_after_the_new_one_was_used(town: Neighbourhood) -> None:
    town.lives("홍길동", phone=E164)
    old, new = town.asks(), town.asks()
    assert isinstance(town.types(new, town.code_of(new)), Recognised)
    assert reason(town.types(old, town.code_of(old))) == "code-superseded"


def test_otp_06_requests_at_once_leave_one_code_alive(town: Neighbourhood) -> None:
    town.lives("홍길동", phone=E164)
    with ThreadPoolExecutor(5) as crowd:
        asked = list(crowd.map(lambda _: town.asks(), range(5)))
    outcomes = [town.types(each, town.code_of(each)) for each in asked]
    assert [isinstance(each, Recognised) for each in outcomes].count(True) == 1


def test_otp_16_who_is_not_matched_learns_it_only_after_the_code(town: Neighbourhood) -> None:
    town.lives("홍길동", phone=E164)
    for name, phone in (("아무개", HOME), ("홍길동", AWAY)):
        challenge = town.asks(name, phone=phone)
        with pytest.raises(NotRecognised) as refused:
            insist(town.types(challenge, town.code_of(challenge)))
        assert refused.value.facts == {"reason": "no_match", "alternatives": ["desk", "paper"]}


def test_who_is_one_of_two_with_the_same_details_goes_to_the_desk(town: Neighbourhood) -> None:
    town.lives("홍길동", phone=E164)
    town.lives("홍 길동", phone=E164)
    challenge = town.asks()
    with pytest.raises(NotRecognised) as refused:
        insist(town.types(challenge, town.code_of(challenge)))
    assert refused.value.facts["reason"] == "ambiguous"


def test_a_namesake_with_another_phone_is_no_obstacle(town: Neighbourhood) -> None:
    person = town.lives("홍길동", phone=E164)
    town.lives("홍길동", phone="+821087654321")
    town.lives("홍길동")
    challenge = town.asks()
    assert insist(town.types(challenge, town.code_of(challenge))).resident.person == person


def test_ops_02_a_person_of_another_place_is_not_recognised_here(town: Neighbourhood) -> None:
    elsewhere = Neighbourhood.build(town.begin, town.vault, "kr-elsewhere")
    elsewhere.lives("홍길동", phone=E164)
    challenge = town.asks()
    assert reason(town.types(challenge, town.code_of(challenge))) == "not-recognised"


def test_otp_07_codes_are_shown_in_the_demo_only(town: Neighbourhood) -> None:
    challenge = town.asks()
    with town.begin() as uow, pytest.raises(DemoOnly):
        codes.show_code(uow.session, town.vault, challenge.id, demo=False)


def test_the_defaults_are_those_of_the_requirements() -> None:
    assert DEFAULT.life == timedelta(minutes=5)
    assert (DEFAULT.tries_per_code, DEFAULT.tries_in_a_row_per_number) == (5, 100)
    assert (DEFAULT.sends_per_number_an_hour, DEFAULT.sends_per_number_a_day) == (5, 10)
