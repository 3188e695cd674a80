"""What somebody tries who wants to keep an officer from signing in, and who opens it again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from referendum.identity import pausing, staff, unlocking
from referendum.identity.errors import (
    AdministratorCanUnlock,
    NameClosed,
    OwnAccount,
    Refused,
    StaffOfOtherAuthority,
)
from referendum.identity.forgetting import forget
from referendum.identity.pausing import STRANGERS, TERMINAL, Whence
from referendum.identity.sessions import Opened
from referendum.identity.tables import SignInLock
from referendum.identity.timing import machine_now
from referendum.kernel.people import Authority, FreshCodeNeeded, Officer, Role, RoleMissing
from tests.identity.desk import OFFICE, Colleague, entries, hire
from tests.identity.neighbourhood import Neighbourhood, reason


def abroad(which: int = 0) -> Whence:
    return Whence(f"198.51.100.{which}")


def guesses(kim: Colleague, times: int, whence: Whence, *, username: str = "kim") -> list[str]:
    return [
        reason(kim.tries(username=username, password="wrong", code="000000", whence=whence))
        for _ in range(times)
    ]


def known(kim: Colleague, *, address: str = OFFICE.address) -> Whence:
    """The browser that was given its cookie when Kim signed in there."""
    return Whence(address, pausing.device_of(kim.village.vault, "kim", None))


def everywhere(kim: Colleague, *, username: str = "kim") -> None:
    """So many failures from so many addresses that the name is closed to strangers."""
    for which in range(STRANGERS // 5):
        assert guesses(kim, 5, abroad(which), username=username) == ["sign-in-refused"] * 5


def test_who_guesses_at_my_name_locks_themselves_out_and_not_me(kim: Colleague) -> None:
    assert guesses(kim, 7, abroad()) == ["sign-in-refused"] * 5 + ["sign-in-locked"] * 2
    kim.wait_for_a_new_code()
    assert reason(kim.tries(whence=abroad())) == "sign-in-locked", "not even with all of it right"
    assert isinstance(kim.tries(), Opened)


def test_a_colleague_behind_the_same_address_does_not_lock_my_browser(kim: Colleague) -> None:
    browser = known(kim)
    guesses(kim, 5, OFFICE)
    kim.wait_for_a_new_code()
    assert reason(kim.tries(whence=OFFICE)) == "sign-in-locked"
    assert isinstance(kim.tries(whence=browser), Opened)


def test_a_cookie_of_another_name_or_made_up_is_a_strangers(kim: Colleague) -> None:
    guesses(kim, 5, OFFICE)
    vault = kim.village.vault
    lees = pausing.device_of(vault, "lee", None)
    nonce = lees.partition(".")[0]
    made_up = ("", ".", nonce, f"{nonce}.{'0' * 64}", "x" * 5000, "ü.ü")
    for device in (lees, *made_up):
        kim.wait_for_a_new_code()
        assert reason(kim.tries(whence=Whence(OFFICE.address, device))) == "sign-in-locked"


def test_a_browser_that_colleagues_share_is_known_to_each_of_them(kim: Colleague) -> None:
    vault, device = kim.village.vault, None
    for name in ("kim", *(f"lee{each}" for each in range(7))):
        device = pausing.device_of(vault, name, device)
    guesses(kim, 5, OFFICE)
    kim.wait_for_a_new_code()
    assert isinstance(kim.tries(whence=Whence(OFFICE.address, device)), Opened)
    kept = device
    assert pausing.device_of(vault, "kim", kept).count(".") == 8, "and takes no more room"
    assert pausing.device_of(vault, "kim", "a; made up. cookie").count(".") == 1


def test_my_own_failures_lock_the_browser_in_which_they_were_made(kim: Colleague) -> None:
    browser = known(kim)
    assert guesses(kim, 6, browser) == ["sign-in-refused"] * 5 + ["sign-in-locked"]
    kim.wait_for_a_new_code()
    assert isinstance(kim.tries(), Opened)


def test_a_session_that_is_open_confirms_whatever_strangers_do(kim: Colleague) -> None:
    opened = kim.signs_in()
    everywhere(kim)
    guesses(kim, 5, OFFICE)
    kim.wait_for_a_new_code()
    assert not isinstance(kim.steps_up(opened), Refused)
    kim.officer(opened).insist(Role.ADMINISTRATOR, fresh=True)


def test_while_a_stranger_is_being_looked_at_i_am_looked_at_too(kim: Colleague) -> None:
    """A flood of tries for a name: none holds what the name's own sign-in needs."""
    village, both = kim.village, Barrier(2)

    def guess() -> None:
        with village.begin() as uow:
            place = pausing.Place.of(village.vault, "kim", abroad())
            now = uow.session.scalars(select(func.clock_timestamp())).one()
            assert pausing.why_not(uow.session, place, now) is None
            both.wait(10)
            both.wait(10)

    kim.wait_for_a_new_code()
    with ThreadPoolExecutor(1) as pool:
        flood = pool.submit(guess)
        both.wait(10)
        assert reason(kim.tries(whence=abroad())) == "sign-in-busy", "from there, one at a time"
        assert isinstance(kim.tries(), Opened)
        both.wait(10)
        flood.result()


def test_guessing_from_many_addresses_closes_the_name_to_strange_browsers(kim: Colleague) -> None:
    browser = known(kim)
    everywhere(kim)
    kim.wait_for_a_new_code()
    closed = kim.tries(whence=abroad(99))
    assert isinstance(closed, Refused)
    assert isinstance(closed.because, NameClosed)
    assert closed.because.facts["minutes"] == 60
    assert isinstance(kim.tries(whence=browser), Opened)
    kim.wait_for_a_new_code()
    assert isinstance(kim.tries(whence=TERMINAL), Opened)
    locked = [each for each in entries(kim.village) if each["act"] == "staff.locked"]
    assert [each["facts"] for each in locked] == [{"staff": str(kim.id), "failed": STRANGERS}]


def test_a_name_that_nobody_has_is_closed_alike(kim: Colleague) -> None:
    everywhere(kim, username="nobody")
    assert guesses(kim, 1, abroad(99), username="nobody") == ["name-closed"]
    assert "staff.locked" not in {each["act"] for each in entries(kim.village)}


def test_a_closed_name_opens_by_itself_and_is_closed_longer_each_time(kim: Colleague) -> None:
    for hours in (1, 2, 4):
        everywhere(kim)
        kim.village.wait(timedelta(hours=hours) - timedelta(minutes=1))
        assert guesses(kim, 1, abroad(99)) == ["name-closed"]
        kim.village.wait(timedelta(minutes=1))
        forgets_places(kim)
    kim.wait_for_a_new_code()
    assert isinstance(kim.tries(whence=abroad(99)), Opened)
    assert guesses(kim, 1, abroad(98)) == ["sign-in-refused"]


def forgets_places(kim: Colleague) -> None:
    """As if the next flood came from other addresses."""
    place = pausing.Place.of(kim.village.vault, "kim", OFFICE)
    with kim.village.begin() as uow:
        for row in uow.session.scalars(select(SignInLock)):
            if row.asker_index != place.everywhere:
                uow.session.delete(row)


def test_a_day_without_failures_counts_anew_and_leaves_no_row(kim: Colleague) -> None:
    guesses(kim, 4, OFFICE)
    guesses(kim, 2, abroad(), username="nobody")
    kim.village.wait(timedelta(days=1))
    assert guesses(kim, 4, OFFICE) == ["sign-in-refused"] * 4
    assert rows_after(kim) == 2
    kim.village.wait(timedelta(days=1))
    assert rows_after(kim) == 0


def rows_after(kim: Colleague) -> int:
    with kim.village.begin() as uow:
        forget(uow, kim.village.vault)
        return uow.session.scalar(select(func.count()).select_from(SignInLock)) or 0


def of(kim: Colleague, who: Colleague, *, fresh: bool = True) -> Officer:
    roles, place = frozenset({Role.ADMINISTRATOR}), kim.village.jurisdiction_id
    return Officer(who.id, place, Authority.MAYOR, roles, fresh=fresh)


def unlocks(kim: Colleague, by: Officer | None) -> bool:
    with kim.village.begin() as uow:
        return unlocking.unlock_officer(uow, kim.village.vault, kim.id, by=by)


def test_a_second_administrator_opens_it_on_record(kim: Colleague) -> None:
    lee = hire(kim.village, "lee")
    everywhere(kim)
    guesses(kim, 5, OFFICE)
    assert unlocks(kim, of(kim, lee))
    assert not unlocks(kim, of(kim, lee)), "and once"
    last = entries(kim.village)[-1]
    assert (last["act"], last["by"]) == ("staff.unlocked", f"officer:{lee.id}")
    assert last["facts"] == {"staff": str(kim.id)}
    kim.wait_for_a_new_code()
    assert isinstance(kim.tries(), Opened)


def test_nobody_opens_their_own_and_none_without_role_code_and_authority(kim: Colleague) -> None:
    lee = hire(kim.village, "lee")
    guesses(kim, 5, OFFICE)
    fit = of(kim, lee)
    with pytest.raises(OwnAccount):
        unlocks(kim, of(kim, kim))
    with pytest.raises(FreshCodeNeeded):
        unlocks(kim, of(kim, lee, fresh=False))
    place = kim.village.jurisdiction_id
    clerk = Officer(lee.id, place, Authority.MAYOR, frozenset({Role.CLERK}), fresh=True)
    with pytest.raises(RoleMissing):
        unlocks(kim, clerk)
    other = Officer(lee.id, place, Authority.COUNCIL_CHAIR, fit.roles, fresh=True)
    with pytest.raises(StaffOfOtherAuthority):
        unlocks(kim, other)
    assert unlocks(kim, fit)


def test_the_command_line_opens_it_where_no_administrator_could(kim: Colleague) -> None:
    guesses(kim, 5, OFFICE)
    assert unlocks(kim, None)
    assert entries(kim.village)[-1]["by"] == "operator"
    lee = hire(kim.village, "lee")
    guesses(kim, 5, OFFICE)
    with pytest.raises(AdministratorCanUnlock):
        unlocks(kim, None)
    guesses(kim, 5, OFFICE, username="lee")
    assert unlocks(kim, None), "lee is kept out as well"
    guesses(kim, 5, OFFICE)
    with kim.village.begin() as uow:
        staff.held(uow.session, lee.id).disabled_at = machine_now(uow.session)
    assert unlocks(kim, None)


def test_who_is_paused_is_told_until_when(kim: Colleague, village: Neighbourhood) -> None:
    lee = hire(village, "lee")
    guesses(kim, 5, OFFICE)
    with village.begin() as uow:
        accounts = [staff.held(uow.session, one.id) for one in (kim, lee)]
        assert unlocking.paused(uow.session, village.vault, accounts).keys() == {kim.id}
