"""Accounts of officers: set up with a link, changed and disabled by administrators."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from referendum.identity import entering, sessions, staff
from referendum.identity.errors import (
    NotSignedIn,
    PasswordTooWeak,
    Refused,
    SecondFactorWrong,
    SetupLinkNotUsable,
    StaffNotFound,
    StaffOfOtherAuthority,
)
from referendum.identity.sessions import Opened
from referendum.identity.tables import SetupLink
from referendum.kernel.people import (
    Authority,
    FreshCodeNeeded,
    Officer,
    OtherJurisdiction,
    Role,
    RoleMissing,
)
from tests.identity.desk import LIGHT, PASSWORD, Colleague, entries, finishes, hire, link
from tests.identity.neighbourhood import Neighbourhood, reason


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
