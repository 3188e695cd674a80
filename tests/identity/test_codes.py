"""OTP-02 to OTP-06: how long, how often and for whom a code is good."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from referendum.identity import codes, sessions, unlocking
from referendum.identity.checking import Recognised
from referendum.identity.codes import Aim
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
PATIENT = Limits(
    sends_per_asker_an_hour=1_000, sends_per_asker_a_day=1_000, sends_per_number_at_once=1_000
)


def test_a_resident_is_recognised_by_the_phone_on_file(village: Neighbourhood) -> None:
    person = village.lives("홍길동", phone=E164)
    challenge = village.asks()
    outcome = insist(village.types(challenge, village.code_of(challenge)))
    assert outcome.resident.person == person
    assert outcome.resident.jurisdiction == village.jurisdiction_id
    assert outcome.resident.assurance is Assurance.PHONE_ON_FILE


def test_a_code_may_be_typed_in_groups_or_full_width(village: Neighbourhood) -> None:
    village.lives("홍길동", phone=E164)
    challenge = village.asks()
    code = village.code_of(challenge)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert isinstance(village.types(challenge, f" {wide[:3]} {wide[3:]} "), Recognised)


def test_otp_02_the_right_code_is_refused_when_its_time_is_over(village: Neighbourhood) -> None:
    village.lives("홍길동", phone=E164)
    challenge = village.asks()
    code = village.code_of(challenge)
    village.wait(timedelta(minutes=5))
    assert reason(village.types(challenge, code)) == "code-expired"


def test_otp_02_just_before_its_end_it_is_good(village: Neighbourhood) -> None:
    village.lives("홍길동", phone=E164)
    challenge = village.asks()
    village.wait(timedelta(minutes=4, seconds=50))
    assert isinstance(village.types(challenge, village.code_of(challenge)), Recognised)


def test_otp_02_more_time_is_given_up_to_ten_minutes_and_no_more(village: Neighbourhood) -> None:
    village.lives("홍길동", phone=E164)
    challenge = village.asks()
    with village.begin() as uow:
        longer = codes.prolong(uow, challenge.id, aim=SIGN)
        again = codes.prolong(uow, challenge.id, aim=SIGN)
    assert longer.expires_at - challenge.expires_at == timedelta(minutes=5)
    assert again.expires_at == longer.expires_at
    village.wait(timedelta(minutes=10))
    assert reason(village.types(challenge, village.code_of(challenge))) == "code-expired"


def test_otp_02_no_setting_makes_a_code_live_longer_than_ten_minutes() -> None:
    assert Limits(life=timedelta(minutes=10)).life == timedelta(minutes=10)
    with pytest.raises(ValueError, match="0:10:00"):
        Limits(life=timedelta(minutes=10, seconds=1))


def test_otp_03_a_code_is_good_once(village: Neighbourhood) -> None:
    village.lives("홍길동", phone=E164)
    challenge = village.asks()
    code = village.code_of(challenge)
    assert isinstance(village.types(challenge, code), Recognised)
    assert reason(village.types(challenge, code)) == "code-used"


def test_otp_03_of_twenty_at_once_exactly_one_succeeds(village: Neighbourhood) -> None:
    village.lives("홍길동", phone=E164)
    challenge = village.asks()
    code = village.code_of(challenge)
    with ThreadPoolExecutor(20) as crowd:
        outcomes = list(crowd.map(lambda _: village.types(challenge, code), range(20)))
    counted = Counter(reason(each) if isinstance(each, Refused) else "in" for each in outcomes)
    assert counted == {"in": 1, "code-used": 19}


def test_otp_05_of_twenty_wrong_at_once_at_most_five_are_looked_at(village: Neighbourhood) -> None:
    challenge = village.asks()
    wrong = village.wrong_code_of(challenge)
    with ThreadPoolExecutor(20) as crowd:
        outcomes = list(crowd.map(lambda _: village.types(challenge, wrong), range(20)))
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
def test_otp_04_a_code_serves_only_what_it_was_asked_for(village: Neighbourhood, aim: Aim) -> None:
    village.lives("홍길동", phone=E164)
    challenge = village.asks()
    code = village.code_of(challenge)
    with pytest.raises(CodeUnknown):
        village.types(challenge, code, aim=aim)
    with pytest.raises(CodeUnknown):
        village.asks_again(challenge, aim=aim)
    assert isinstance(village.types(challenge, code), Recognised)


def test_otp_04_the_code_of_one_number_is_wrong_for_another(village: Neighbourhood) -> None:
    village.lives("홍길동", phone=E164)
    mine, theirs = village.asks(phone=HOME), village.asks(phone=AWAY)
    assert reason(village.types(mine, village.code_of(theirs))) == "code-wrong"


def test_otp_04_nothing_answers_to_an_unknown_challenge(village: Neighbourhood) -> None:
    with pytest.raises(CodeUnknown):
        village.types(replace(village.asks(), id=uuid4()), "123456")


def test_otp_05_after_five_wrong_tries_even_the_right_code_is_refused(
    village: Neighbourhood,
) -> None:
    village.lives("홍길동", phone=E164)
    challenge = village.asks()
    wrong = village.wrong_code_of(challenge)
    left = []
    for _ in range(5):
        outcome = village.types(challenge, wrong)
        assert isinstance(outcome, Refused)
        assert isinstance(outcome.because, CodeWrong)
        left.append(outcome.because.facts["tries_left"])
        village.wait(timedelta(seconds=8))
    assert left == [4, 3, 2, 1, 0]
    assert reason(village.types(challenge, village.code_of(challenge))) == "code-exhausted"


def test_otp_05_what_is_not_six_digits_costs_no_try(village: Neighbourhood) -> None:
    challenge = village.asks()
    for written in ("", "12345", "1234567", "12345a", "-12345", "१२३४५६७", "      "):
        assert reason(village.types(challenge, written)) == "code-malformed"
    outcome = village.types(challenge, village.wrong_code_of(challenge))
    assert isinstance(outcome, Refused)
    assert outcome.because.facts == {"tries_left": 4, "wait_seconds": 0}


def test_otp_05_the_wait_grows_and_an_early_try_is_not_looked_at(village: Neighbourhood) -> None:
    village.lives("홍길동", phone=E164)
    challenge = village.asks()
    wrong, right = village.wrong_code_of(challenge), village.code_of(challenge)
    for left, wait in ((4, 0), (3, 1), (2, 2), (1, 4)):
        outcome = village.types(challenge, wrong)
        assert isinstance(outcome, Refused)
        assert outcome.because.facts == {"tries_left": left, "wait_seconds": wait}
        if wait < 4:
            village.wait(timedelta(seconds=wait))
    assert reason(village.types(challenge, right)) == "code-too-soon"
    assert reason(village.types(challenge, wrong)) == "code-too-soon"
    village.wait(timedelta(seconds=4))
    assert isinstance(village.types(challenge, right), Recognised)


def test_otp_05_the_waits_are_doubled_up_to_a_minute() -> None:
    waits = [int(delay(wrong).total_seconds()) for wrong in range(1, 11)]
    assert waits == [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert delay(10_000) == timedelta(minutes=1)


def misses(village: Neighbourhood, times: int) -> list[str]:
    """Wrong tries for the number at home, over as many codes as they take."""
    said: list[str] = []
    while len(said) < times:
        challenge = village.asks(limits=PATIENT)
        for _ in range(min(5, times - len(said))):
            said.append(reason(village.types(challenge, village.wrong_code_of(challenge))))
            village.wait(timedelta(minutes=1))
    return said


def test_otp_05_a_hundred_wrong_in_a_row_lock_the_number(village: Neighbourhood) -> None:
    village.lives("홍길동", phone=E164)
    said = misses(village, 97)
    assert set(said) == {"code-wrong"}
    challenge = village.asks(limits=PATIENT)
    wrong = village.wrong_code_of(challenge)
    for expected in ("code-wrong", "code-wrong", "phone-locked", "phone-locked"):
        assert reason(village.types(challenge, wrong)) == expected
        village.wait(timedelta(minutes=1))
    assert reason(village.types(challenge, village.code_of(challenge))) == "phone-locked"
    with pytest.raises(PhoneLocked):
        village.asks(limits=PATIENT)
    village.asks(phone=AWAY)

    desk = Officer(
        uuid4(), village.jurisdiction_id, Authority.MAYOR, frozenset({Role.REGISTRAR}), fresh=True
    )
    with village.begin() as uow:
        assert unlocking.unlock_phone(uow, village.vault, E164, by=desk)
        assert not unlocking.unlock_phone(uow, village.vault, E164, by=desk)
    challenge = village.asks(limits=PATIENT)
    assert isinstance(village.types(challenge, village.code_of(challenge)), Recognised)


def test_otp_05_only_a_registrar_unlocks_a_number(village: Neighbourhood) -> None:
    clerk = Officer(uuid4(), village.jurisdiction_id, Authority.MAYOR, frozenset({Role.CLERK}))
    with village.begin() as uow, pytest.raises(RoleMissing):
        unlocking.unlock_phone(uow, village.vault, E164, by=clerk)


def test_otp_05_a_success_starts_the_count_anew(village: Neighbourhood) -> None:
    village.lives("홍길동", phone=E164)
    challenge = village.asks()
    wrong = village.wrong_code_of(challenge)
    for _ in range(3):
        village.types(challenge, wrong)
        village.wait(timedelta(seconds=4))
    assert isinstance(village.types(challenge, village.code_of(challenge)), Recognised)
    fresh = village.asks()
    outcome = village.types(fresh, village.wrong_code_of(fresh))
    assert isinstance(outcome, Refused)
    assert outcome.because.facts == {"tries_left": 4, "wait_seconds": 0}


def test_otp_06_resend_sends_the_same_code(village: Neighbourhood) -> None:
    letterbox = Letterbox()
    challenge = village.asks()
    village.post(letterbox)
    village.wait(timedelta(minutes=2))
    again = village.asks_again(challenge)
    village.post(letterbox)
    assert again.id == challenge.id
    first, second = letterbox.heard
    assert first.code == second.code == village.code_of(challenge)
    assert first.key != second.key
    assert isinstance(village.types(challenge, first.code), Refused)  # nobody is of that name


def test_otp_06_a_dead_code_is_not_sent_again(village: Neighbourhood) -> None:
    challenge = village.asks()
    village.wait(timedelta(minutes=5))
    with pytest.raises(CodeExpired):
        village.asks_again(challenge)


def test_otp_06_a_new_challenge_kills_the_old_one_of_the_same_browser(
    village: Neighbourhood,
) -> None:
    village.lives("홍길동", phone=E164)
    old, new = village.asks(), village.asks()
    assert reason(village.types(old, village.code_of(old))) == "code-superseded"
    with pytest.raises(CodeSuperseded):
        village.asks_again(old)
    assert isinstance(village.types(new, village.code_of(new)), Recognised)


def test_otp_06_the_old_one_is_dead_also_after_the_new_one_was_used(village: Neighbourhood) -> None:
    village.lives("홍길동", phone=E164)
    old, new = village.asks(), village.asks()
    assert isinstance(village.types(new, village.code_of(new)), Recognised)
    assert reason(village.types(old, village.code_of(old))) == "code-superseded"


def test_otp_06_requests_of_one_browser_at_once_leave_one_code_alive(
    village: Neighbourhood,
) -> None:
    village.lives("홍길동", phone=E164)
    with ThreadPoolExecutor(5) as crowd:
        asked = list(crowd.map(lambda _: village.asks(), range(5)))
    outcomes = [village.types(each, village.code_of(each)) for each in asked]
    assert [isinstance(each, Recognised) for each in outcomes].count(True) == 1


def test_otp_16_who_is_not_matched_learns_it_only_after_the_code(village: Neighbourhood) -> None:
    village.lives("홍길동", phone=E164)
    for name, phone in (("아무개", HOME), ("홍길동", AWAY)):
        challenge = village.asks(name, phone=phone)
        with pytest.raises(NotRecognised) as refused:
            insist(village.types(challenge, village.code_of(challenge)))
        assert refused.value.facts == {"reason": "no_match", "alternatives": ["desk", "paper"]}


def test_who_is_one_of_two_with_the_same_details_goes_to_the_desk(village: Neighbourhood) -> None:
    village.lives("홍길동", phone=E164)
    village.lives("홍 길동", phone=E164)
    challenge = village.asks()
    with pytest.raises(NotRecognised) as refused:
        insist(village.types(challenge, village.code_of(challenge)))
    assert refused.value.facts["reason"] == "ambiguous"


def test_who_left_and_came_back_under_another_number_is_the_one_who_lives_here(
    village: Neighbourhood,
) -> None:
    village.lives("홍길동", phone=E164, until=date(2020, 6, 1))
    back = village.lives("홍길동", phone=E164)
    challenge = village.asks()
    seen = insist(village.types(challenge, village.code_of(challenge)))
    assert isinstance(seen, Recognised)
    assert seen.resident.person == back


def test_a_namesake_with_another_phone_is_no_obstacle(village: Neighbourhood) -> None:
    person = village.lives("홍길동", phone=E164)
    village.lives("홍길동", phone="+821087654321")
    village.lives("홍길동")
    challenge = village.asks()
    assert insist(village.types(challenge, village.code_of(challenge))).resident.person == person


def test_ops_02_a_person_of_another_place_is_not_recognised_here(village: Neighbourhood) -> None:
    elsewhere = Neighbourhood.build(village.begin, village.vault, "kr-elsewhere")
    elsewhere.lives("홍길동", phone=E164)
    challenge = village.asks()
    assert reason(village.types(challenge, village.code_of(challenge))) == "not-recognised"


def test_otp_07_codes_are_shown_in_the_demo_only(village: Neighbourhood) -> None:
    challenge = village.asks()
    with village.begin() as uow, pytest.raises(DemoOnly):
        codes.show_code(uow.session, village.vault, challenge.id, demo=False)


def test_the_defaults_are_those_of_the_requirements() -> None:
    assert DEFAULT.life == timedelta(minutes=5)
    assert (DEFAULT.tries_per_code, DEFAULT.tries_in_a_row_per_number) == (5, 100)
    assert (DEFAULT.sends_per_asker_an_hour, DEFAULT.sends_per_asker_a_day) == (5, 10)
    assert (DEFAULT.sends_per_number_at_once, DEFAULT.pace_per_number) == (10, timedelta(hours=1))
