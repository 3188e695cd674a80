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

from referendum.identity import entering, sessions, staff
from referendum.identity.errors import (
    NotSignedIn,
    PasswordTooWeak,
    Refused,
    SecondFactorWrong,
    SetupLinkNotUsable,
    SignInLocked,
    StaffNotFound,
    StaffOfOtherAuthority,
    UsernameNotUsable,
    UsernameTaken,
)
from referendum.identity.sessions import Opened, SessionKind
from referendum.identity.tables import RecoveryCode, SetupLink, Staff
from referendum.kernel.people import (
    Authority,
    FreshCodeNeeded,
    Officer,
    OtherJurisdiction,
    Role,
    RoleMissing,
)
from referendum.kernel.record import RecordEntry
from tests.identity.desk import LIGHT, PASSWORD, Colleague, finishes, hire, link
from tests.identity.neighbourhood import Neighbourhood, reason


@pytest.fixture
def kim(village: Neighbourhood) -> Colleague:
    return hire(village)


def entries(village: Neighbourhood) -> list[dict[str, Any]]:
    with village.begin() as uow:
        leaves = uow.session.scalars(select(RecordEntry.leaf).order_by(RecordEntry.number))
        return [json.loads(leaf) for leaf in leaves]


def test_the_first_account_is_set_up_with_a_link_and_signs_in(village: Neighbourhood) -> None:
    kim = hire(village)
    opened = kim.signs_in()
    assert opened.view.kind is SessionKind.STAFF
    officer = kim.officer(opened)
    assert officer == Officer(
        kim.id,
        village.jurisdiction_id,
        Authority.MAYOR,
        frozenset({Role.ADMINISTRATOR, Role.CERTIFIER}),
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
def test_after_five_failures_a_name_waits_longer_and_longer(kim: Colleague, username: str) -> None:
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


def test_a_lock_is_recorded_and_a_success_ends_the_count(kim: Colleague) -> None:
    kim.wait_for_a_new_code()
    for _ in range(5):
        kim.tries(password="wrong")
    assert entries(kim.village)[-1]["act"] == "staff.locked"
    assert entries(kim.village)[-1]["facts"] == {"staff": str(kim.id), "failed": 5}
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
        kim.officer(opened).insist(Role.CERTIFIER, fresh=True)
    kim.wait_for_a_new_code()
    assert not isinstance(kim.steps_up(opened), Refused)
    kim.officer(opened).insist(Role.CERTIFIER, fresh=True)
    kim.village.wait(timedelta(minutes=5))
    assert not kim.officer(opened).fresh


def test_the_code_that_signed_in_does_not_confirm_an_act(kim: Colleague) -> None:
    kim.wait_for_a_new_code()
    code = kim.code()
    opened = kim.tries(code=code)
    assert isinstance(opened, Opened)
    assert reason(kim.steps_up(opened, code)) == "second-factor-wrong"
    assert not kim.officer(opened).fresh


def test_wrong_confirmations_lock_like_wrong_sign_ins(kim: Colleague) -> None:
    opened = kim.signs_in()
    for _ in range(5):
        assert reason(kim.steps_up(opened, "000 00")) == "second-factor-wrong"
    kim.wait_for_a_new_code()
    assert reason(kim.steps_up(opened)) == "sign-in-locked"


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


def test_a_set_up_link_is_good_once(village: Neighbourhood) -> None:
    made = link(village)
    finishes(village, made)
    with village.begin() as uow, pytest.raises(SetupLinkNotUsable):
        entering.offer_set_up(uow, village.vault, made.token, issuer="Referendum")
    with village.begin() as uow, pytest.raises(SetupLinkNotUsable):
        entering.set_up(uow, village.vault, made.token, password=PASSWORD, code="000000")


def test_a_set_up_link_is_good_for_48_hours(village: Neighbourhood) -> None:
    made = link(village)
    village.wait(timedelta(hours=48))
    with village.begin() as uow, pytest.raises(SetupLinkNotUsable):
        entering.offer_set_up(uow, village.vault, made.token, issuer="Referendum")


def test_only_the_hash_of_a_link_is_kept(village: Neighbourhood) -> None:
    made = link(village)
    with village.begin() as uow:
        kept = uow.session.scalars(select(SetupLink.token_hash)).one()
    assert kept == sessions.mark(made.token)
    assert made.token not in repr(made)


def test_setting_up_wants_a_code_of_the_secret_last_shown(village: Neighbourhood) -> None:
    made = link(village)
    with village.begin() as uow:
        first = entering.offer_set_up(uow, village.vault, made.token, issuer="Referendum")
    with village.begin() as uow:
        second = entering.offer_set_up(uow, village.vault, made.token, issuer="Referendum")
    assert first.secret != second.secret
    assert second.uri.startswith("otpauth://totp/Referendum:kim?secret=")
    stale = Colleague(village, made.staff_id, "kim", first.secret, ()).code()
    with village.begin() as uow, pytest.raises(SecondFactorWrong):
        entering.set_up(uow, village.vault, made.token, password=PASSWORD, code=stale)
    fresh = Colleague(village, made.staff_id, "kim", second.secret, ()).code()
    with village.begin() as uow:
        spares = entering.set_up(
            uow, village.vault, made.token, password=PASSWORD, code=fresh, hasher=LIGHT
        )
    assert len(set(spares)) == 10


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short one", "too_short"),
        ("x y z " * 50, "too_long"),
        ("my name is KIM, hello", "username"),
        ("aaaaaaaaaaaaaaaa", "common"),
        ("121212121212121212", "common"),
        ("Password for the desk", "common"),
        ("우리 시청의 비밀번호입니다", "common"),
    ],
)
def test_weak_passwords_are_refused(village: Neighbourhood, password: str, problem: str) -> None:
    made = link(village)
    with village.begin() as uow:
        offer = entering.offer_set_up(uow, village.vault, made.token, issuer="Referendum")
    code = Colleague(village, made.staff_id, "kim", offer.secret, ()).code()
    with village.begin() as uow, pytest.raises(PasswordTooWeak) as refused:
        entering.set_up(uow, village.vault, made.token, password=password, code=code)
    assert refused.value.facts["reason"] == problem


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
            hasher=stronger,
        )
    with kim.village.begin() as uow:
        kept = uow.session.get_one(Staff, kim.id).password_hash
    assert kept is not None
    assert "m=16,t=2" in kept


def test_disabling_ends_sessions_and_sign_ins(kim: Colleague) -> None:
    opened = kim.signs_in()
    with kim.village.begin() as uow:
        staff.disable(uow, kim.id, by=None)
        staff.disable(uow, kim.id, by=None)
    with kim.village.begin() as uow:
        assert sessions.find_session(uow.session, opened.token) is None
        with pytest.raises(NotSignedIn):
            staff.officer(uow.session, opened.view)
        with pytest.raises(NotSignedIn):
            entering.step_up(uow, kim.village.vault, opened.view, kim.code())
    kim.wait_for_a_new_code()
    assert reason(kim.tries()) == "sign-in-refused"
    assert [each["act"] for each in entries(kim.village)].count("staff.disabled") == 1


def test_a_change_of_roles_counts_from_the_next_request(kim: Colleague) -> None:
    opened = kim.signs_in()
    with kim.village.begin() as uow:
        staff.change_roles(uow, kim.id, {Role.CLERK}, by=None)
    assert kim.officer(opened).roles == {Role.CLERK}
    assert entries(kim.village)[-1]["facts"] == {"staff": str(kim.id), "roles": ["clerk"]}


def test_a_new_link_resets_an_account(kim: Colleague) -> None:
    opened = kim.signs_in()
    with kim.village.begin() as uow:
        made = staff.renew_link(uow, kim.id, by=None)
    with kim.village.begin() as uow:
        assert sessions.find_session(uow.session, opened.token) is None
    kim.wait_for_a_new_code()
    assert isinstance(kim.tries(), Refused)
    assert isinstance(kim.tries(code=kim.spares[0]), Refused)
    again = finishes(kim.village, made)
    assert isinstance(again.signs_in(), Opened)


def test_a_newer_link_ends_an_unused_one(village: Neighbourhood) -> None:
    first = link(village)
    with village.begin() as uow:
        staff.renew_link(uow, first.staff_id, by=None)
    with village.begin() as uow, pytest.raises(SetupLinkNotUsable):
        entering.offer_set_up(uow, village.vault, first.token, issuer="Referendum")


def fresh(kim: Colleague) -> Officer:
    opened = kim.signs_in()
    kim.wait_for_a_new_code()
    kim.steps_up(opened)
    return kim.officer(opened)


def test_an_administrator_makes_colleagues_of_the_own_authority(kim: Colleague) -> None:
    boss = fresh(kim)
    hire(kim.village, "lee", by=boss, roles=(Role.EXAMINER,))
    with kim.village.begin() as uow:
        assert [each.username for each in staff.colleagues(uow.session, boss)] == ["kim", "lee"]
    assert [each["by"] for each in entries(kim.village) if each["act"] == "staff.added"] == [
        "operator",
        boss.mark,
    ]


def test_and_of_no_other_authority(kim: Colleague) -> None:
    boss, other = fresh(kim), link(kim.village, "choi", authority=Authority.ELECTION_COMMISSION)
    with pytest.raises(StaffOfOtherAuthority):
        link(kim.village, "lee", authority=Authority.ELECTION_COMMISSION, by=boss)
    with kim.village.begin() as uow, pytest.raises(StaffOfOtherAuthority):
        staff.disable(uow, other.staff_id, by=boss)
    with kim.village.begin() as uow:
        assert [each.username for each in staff.colleagues(uow.session, boss)] == ["kim"]


def test_managing_accounts_wants_the_role_and_a_fresh_code(kim: Colleague) -> None:
    with pytest.raises(FreshCodeNeeded):
        link(kim.village, "lee", by=kim.officer(kim.signs_in()))
    clerk = hire(kim.village, "clerk", roles=(Role.CLERK,))
    with pytest.raises(RoleMissing):
        link(kim.village, "lee", by=fresh(clerk))


def test_ops_02_an_account_of_another_place_does_not_exist_here(kim: Colleague) -> None:
    boss = fresh(kim)
    elsewhere = Neighbourhood.build(kim.village.begin, kim.village.vault, "kr-elsewhere")
    stranger = hire(elsewhere, "stranger")
    with kim.village.begin() as uow, pytest.raises(OtherJurisdiction):
        staff.disable(uow, stranger.id, by=boss)
    with kim.village.begin() as uow, pytest.raises(OtherJurisdiction):
        staff.change_roles(uow, stranger.id, {Role.CERTIFIER}, by=boss)
    with kim.village.begin() as uow, pytest.raises(OtherJurisdiction):
        staff.renew_link(uow, stranger.id, by=boss)
    with kim.village.begin() as uow, pytest.raises(StaffNotFound):
        staff.disable(uow, elsewhere.district_id, by=boss)
