"""Staff: accounts of one authority, a password and a second factor, and what is never said."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from referendum.identity import entering
from referendum.identity.errors import Refused, SignInLocked, UsernameNotUsable, UsernameTaken
from referendum.identity.sessions import Opened, SessionKind
from referendum.identity.tables import RecoveryCode, Staff
from referendum.kernel.people import Authority, FreshCodeNeeded, Officer, Role
from tests.identity.desk import OFFICE, PASSWORD, Colleague, entries, hire, link
from tests.identity.neighbourhood import Neighbourhood, reason


def test_the_first_account_is_set_up_with_a_link_and_signs_in(village: Neighbourhood) -> None:
    kim = hire(village)
    opened = kim.signs_in()
    assert opened.view.kind is SessionKind.STAFF
    officer = kim.officer(opened)
    assert officer == Officer(
        kim.id,
        village.jurisdiction_id,
        Authority.MAYOR,
        frozenset({Role.ADMINISTRATOR}),
    )
    assert [(each["act"], each["by"]) for each in entries(village)] == [
        ("staff.added", "operator"),
        ("staff.set_up", f"officer:{kim.id}"),
    ]
    assert "kim" not in json.dumps(entries(village))


def test_neither_password_nor_secret_nor_spare_code_is_kept_in_plain(kim: Colleague) -> None:
    with kim.village.begin() as uow:
        row = uow.session.get_one(Staff, kim.id)
        hashes = uow.session.scalars(select(RecoveryCode.code_hash)).all()
    assert row.password_hash is not None
    assert row.password_hash.startswith("$argon2id$")
    assert row.totp_sealed is not None
    assert kim.secret.encode() not in row.totp_sealed
    assert len(hashes) == len(set(hashes)) == 10
    assert not {spare.encode() for spare in kim.spares} & set(hashes)


@pytest.mark.parametrize("username", ["Kim", " KIM ", "ｋｉｍ"])
def test_a_name_is_one_however_it_is_typed(kim: Colleague, username: str) -> None:
    kim.wait_for_a_new_code()
    assert isinstance(kim.tries(username=username), Opened)
    with pytest.raises(UsernameTaken):
        link(kim.village, username)


@pytest.mark.parametrize("username", ["", "ab", ".kim", "kim lee", "김담당", "x" * 41, "k\nim"])
def test_other_names_are_refused(village: Neighbourhood, username: str) -> None:
    with pytest.raises(UsernameNotUsable):
        link(village, username)


def test_every_wrong_sign_in_has_the_same_answer(kim: Colleague) -> None:
    kim.wait_for_a_new_code()
    wrong = f"{(int(kim.code()) + 1) % 1_000_000:06}"
    answers = [
        kim.tries(username="nobody"),
        kim.tries(password="wrong wrong wrong"),
        kim.tries(code=wrong),
        kim.tries(code=""),
    ]
    assert all(isinstance(each, Refused) for each in answers)
    assert {
        (reason(each), *each.because.facts) for each in answers if isinstance(each, Refused)
    } == {("sign-in-refused",)}


def test_an_unknown_name_costs_one_argon2_verification_too(kim: Colleague) -> None:
    class Counting(PasswordHasher):
        verified = 0

        def verify(self, hash: str | bytes, password: str | bytes) -> Any:  # noqa: A002  # argon2's own name
            Counting.verified += 1
            return super().verify(hash, password)

    hasher, seen = Counting(time_cost=1, memory_cost=8, parallelism=1), []
    for username in ("nobody", "kim"):
        before = Counting.verified
        with kim.village.begin() as uow:
            entering.sign_in(
                uow,
                kim.village.vault,
                username=username,
                password="a wrong one",
                code="000000",
                whence=OFFICE,
                hasher=hasher,
            )
        seen.append(Counting.verified - before)
    assert seen == [1, 1]


def test_a_code_of_the_authenticator_is_good_once(kim: Colleague) -> None:
    kim.wait_for_a_new_code()
    code = kim.code()
    assert isinstance(kim.tries(code=code), Opened)
    assert reason(kim.tries(code=code)) == "sign-in-refused"


def test_of_ten_sign_ins_with_one_code_at_once_one_succeeds(kim: Colleague) -> None:
    kim.wait_for_a_new_code()
    code = kim.code()
    with ThreadPoolExecutor(10) as crowd:
        outcomes = list(crowd.map(lambda _: kim.tries(code=code), range(10)))
    assert Counter(isinstance(each, Opened) for each in outcomes)[True] == 1


@pytest.mark.parametrize(("drift", "good"), [(-3, False), (-1, True), (1, True), (3, False)])
def test_a_clock_half_a_minute_off_is_borne(kim: Colleague, drift: int, good: bool) -> None:  # noqa: FBT001  # a table's column
    kim.wait_for_a_new_code()
    assert isinstance(kim.tries(code=kim.code(drift=drift)), Opened) is good


def test_an_older_code_than_the_last_used_is_refused(kim: Colleague) -> None:
    kim.wait_for_a_new_code()
    assert isinstance(kim.tries(code=kim.code(drift=1)), Opened)
    assert reason(kim.tries(code=kim.code())) == "sign-in-refused"


def test_a_spare_code_is_good_once(kim: Colleague) -> None:
    spare = kim.spares[3]
    assert isinstance(kim.tries(code=spare.upper().replace("-", " ")), Opened)
    assert reason(kim.tries(code=spare)) == "sign-in-refused"
    assert isinstance(kim.tries(code=kim.spares[4]), Opened)


def test_a_wrong_password_uses_up_no_code(kim: Colleague) -> None:
    assert isinstance(kim.tries(password="wrong wrong wrong", code=kim.spares[0]), Refused)
    assert isinstance(kim.tries(code=kim.spares[0]), Opened)


def test_spare_codes_of_one_account_do_not_open_another(kim: Colleague) -> None:
    lee = hire(kim.village, "lee")
    assert isinstance(lee.tries(code=kim.spares[0]), Refused)


@pytest.mark.parametrize("username", ["kim", "nobody"])
def test_after_five_failures_a_name_waits_longer_and_longer_there(
    kim: Colleague, username: str
) -> None:
    kim.wait_for_a_new_code()
    for _ in range(5):
        assert reason(kim.tries(username=username, password="wrong")) == "sign-in-refused"
    assert waits(kim, username) == 60
    assert reason(kim.tries(username=username)) == "sign-in-locked"
    for minutes in (2, 4, 8):
        kim.village.wait(timedelta(minutes=minutes // 2))
        assert reason(kim.tries(username=username, password="wrong")) == "sign-in-refused"
        assert waits(kim, username) == minutes * 60


def waits(kim: Colleague, username: str) -> int:
    outcome = kim.tries(username=username)
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.because, SignInLocked)
    seconds = outcome.because.facts["wait_seconds"]
    assert isinstance(seconds, int)
    return -(-seconds // 60) * 60


def test_a_success_ends_the_count(kim: Colleague) -> None:
    kim.wait_for_a_new_code()
    for _ in range(5):
        kim.tries(password="wrong")
    kim.village.wait(timedelta(minutes=1))
    assert isinstance(kim.tries(), Opened)
    for _ in range(4):
        assert reason(kim.tries(password="wrong")) == "sign-in-refused"
    kim.wait_for_a_new_code()
    assert isinstance(kim.tries(), Opened)


def test_a_staff_session_lasts_half_an_hour_idle_and_twelve_hours(kim: Colleague) -> None:
    view = kim.signs_in().view
    assert view.idle_until - view.seen_at == timedelta(minutes=30)
    assert view.expires_at - view.seen_at == timedelta(hours=12)


def test_a_fresh_code_lasts_five_minutes(kim: Colleague) -> None:
    opened = kim.signs_in()
    with pytest.raises(FreshCodeNeeded):
        kim.officer(opened).insist(Role.ADMINISTRATOR, fresh=True)
    kim.wait_for_a_new_code()
    assert not isinstance(kim.steps_up(opened), Refused)
    kim.officer(opened).insist(Role.ADMINISTRATOR, fresh=True)
    kim.village.wait(timedelta(minutes=5))
    assert not kim.officer(opened).fresh


def test_the_code_that_signed_in_does_not_confirm_an_act(kim: Colleague) -> None:
    kim.wait_for_a_new_code()
    code = kim.code()
    opened = kim.tries(code=code)
    assert isinstance(opened, Opened)
    assert reason(kim.steps_up(opened, code)) == "second-factor-wrong"
    assert not kim.officer(opened).fresh


def test_wrong_confirmations_pause_the_session_in_which_they_were_given(kim: Colleague) -> None:
    opened = kim.signs_in()
    for _ in range(5):
        assert reason(kim.steps_up(opened, "000 00")) == "second-factor-wrong"
    kim.wait_for_a_new_code()
    assert reason(kim.steps_up(opened)) == "confirmation-paused"
    other = kim.signs_in()
    kim.wait_for_a_new_code()
    assert not isinstance(kim.steps_up(other), Refused)
    kim.village.wait(timedelta(minutes=1))
    kim.wait_for_a_new_code()
    assert not isinstance(kim.steps_up(opened), Refused)


@pytest.mark.parametrize("wrong", ["seven green bridges", ""])
def test_what_is_signed_in_an_offices_name_asks_for_the_password_too(
    kim: Colleague, wrong: str
) -> None:
    """A wrong password uses no code up, and nobody learns which of the two was wrong."""
    opened = kim.signs_in()
    kim.wait_for_a_new_code()
    for password, code in ((wrong, None), (wrong, "000 00"), (PASSWORD, "000 00")):
        assert reason(kim.confirms(opened, password, code)) == "confirmation-refused"
    assert not kim.officer(opened).fresh
    assert not isinstance(kim.confirms(opened, PASSWORD), Refused)
    assert kim.officer(opened).fresh


def test_an_account_not_set_up_lets_nobody_in(village: Neighbourhood) -> None:
    made = link(village)
    waiting = Colleague(village, made.staff_id, "kim", pyotp.random_base32(), ())
    assert reason(waiting.tries(password="")) == "sign-in-refused"


def test_a_hash_of_older_parameters_is_renewed_on_signing_in(kim: Colleague) -> None:
    kim.wait_for_a_new_code()
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    with kim.village.begin() as uow:
        entering.sign_in(
            uow,
            kim.village.vault,
            username="kim",
            password=PASSWORD,
            code=kim.code(),
            whence=OFFICE,
            hasher=stronger,
        )
    with kim.village.begin() as uow:
        kept = uow.session.get_one(Staff, kim.id).password_hash
    assert kept is not None
    assert "m=16,t=2" in kept
