"""What somebody tries who wants to keep another person out, and how far it gets.

OTP-05, OTP-06 and OTP-10: whoever asks for codes to my number, or types wrong ones, uses up what is
theirs; my phone is not flooded; and what is closed by many at once, the desk opens.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from referendum.identity import sessions, unlocking
from referendum.identity.checking import Recognised
from referendum.identity.codes import ChallengeView
from referendum.identity.errors import CodeUnknown, PhoneLocked, TooManyCodes
from referendum.identity.limits import DEFAULT, Limits, number_index
from referendum.identity.tables import Challenge, PhoneLock
from referendum.kernel.people import Authority, FreshCodeNeeded, Officer, Role
from referendum.roll.finding import phone_index
from referendum.roll.tables import Residence
from tests.identity.desk import entries
from tests.identity.neighbourhood import HOME, SIGN, Letterbox, Neighbourhood, reason

E164 = "+821023456789"
MINE = SIGN
HERE = "203.0.113.5"
"""Where I sit."""


@pytest.fixture
def hong(village: Neighbourhood) -> Neighbourhood:
    village.lives("홍길동", phone=E164)
    return village


def theirs(which: int = 0) -> dict[str, Any]:
    """A stranger's browser, in a network of its own."""
    browser = sessions.mark(f"a stranger's browser {which}")
    return {"aim": replace(SIGN, browser=browser), "address": f"198.51.100.{which}"}


def asks(village: Neighbourhood, **how: Any) -> str | ChallengeView:
    """A code for the number at home; the scope of the refusal where there is none."""
    try:
        return village.asks(**how)
    except TooManyCodes as refused:
        return str(refused.facts["scope"])
    except PhoneLocked as refused:
        return refused.code


def signs_in(village: Neighbourhood, **how: Any) -> bool:
    asked = asks(village, **how)
    if isinstance(asked, str):
        return False
    aim = how.get("aim", MINE)
    return isinstance(village.types(asked, village.code_of(asked), aim=aim), Recognised)


def test_who_asks_for_codes_to_my_number_uses_up_their_own(hong: Neighbourhood) -> None:
    told = [asks(hong, **theirs()) for _ in range(7)]
    assert told[5:] == ["asker", "asker"]
    assert signs_in(hong)


def test_a_browser_made_anew_each_time_is_known_by_its_address(hong: Neighbourhood) -> None:
    told = [asks(hong, **theirs(each) | {"address": "198.51.100.1"}) for each in range(7)]
    assert told[5:] == ["address", "address"]
    assert signs_in(hong)


def test_of_ipv6_a_whole_network_is_one_address(hong: Neighbourhood) -> None:
    told = [asks(hong, **theirs(each) | {"address": f"2001:db8::{each}"}) for each in range(7)]
    assert told[5:] == ["address", "address"]


def test_a_new_request_of_a_stranger_leaves_my_code_good(hong: Neighbourhood) -> None:
    mine = hong.asks()
    other = hong.asks(**theirs())
    assert other.id != mine.id
    again = hong.asks_again(mine)
    assert again.id == mine.id
    assert isinstance(hong.types(mine, hong.code_of(mine)), Recognised)


def test_a_strangers_code_serves_in_no_other_browser(hong: Neighbourhood) -> None:
    """Somebody asks in my name and hopes that I type what comes, or that mine fits theirs."""
    mine, other = hong.asks(), hong.asks(**theirs())
    assert reason(hong.types(other, hong.code_of(mine), aim=theirs()["aim"])) == "code-wrong"
    with pytest.raises(CodeUnknown):
        hong.types(other, hong.code_of(other))


def test_wrong_codes_of_a_stranger_delay_and_end_nothing_of_mine(hong: Neighbourhood) -> None:
    other, aim = hong.asks(**theirs()), theirs()["aim"]
    mine = hong.asks()
    for _ in range(4):
        assert reason(hong.types(other, hong.wrong_code_of(other), aim=aim)) == "code-wrong"
        hong.wait(timedelta(seconds=4))
    assert reason(hong.types(other, hong.wrong_code_of(other), aim=aim)) == "code-wrong"
    assert reason(hong.types(other, hong.code_of(other), aim=aim)) == "code-exhausted"
    assert isinstance(hong.types(mine, hong.code_of(mine)), Recognised)


def test_my_own_waits_grow_from_code_to_code(hong: Neighbourhood) -> None:
    """Who asks for a new code does not begin anew with guessing."""
    waits = []
    for _ in range(2):
        challenge = hong.asks()
        for _ in range(3):
            outcome = hong.types(challenge, hong.wrong_code_of(challenge))
            waits.append(outcome.because.facts["wait_seconds"])  # type: ignore[union-attr]  # refused
            hong.wait(timedelta(minutes=1))
    assert waits == [0, 1, 2, 4, 8, 16]


def floods(village: Neighbourhood, hours: int, letterbox: Letterbox) -> list[int]:
    """Strangers without number ask again and again; how many messages came in each hour."""
    came, who = [], 0
    for _ in range(hours):
        before = len(letterbox.heard)
        for _ in range(13):
            who += 1
            asks(village, **theirs(who) | {"address": f"10.{who // 250}.{who % 250}.1"})
        village.post(letterbox)
        came.append(len(letterbox.heard) - before)
        village.wait(timedelta(hours=1))
    return came


def test_however_many_ask_my_phone_gets_ten_at_once_and_then_one_an_hour(
    hong: Neighbourhood,
) -> None:
    """33 messages are the most that any day brings from strangers, and 24 those that follow."""
    came = floods(hong, 26, Letterbox())
    assert came[0] == 10
    assert set(came[1:]) == {1}
    assert sum(came[:24]) == 33


def test_while_strangers_flood_me_my_browser_of_today_gets_its_codes(hong: Neighbourhood) -> None:
    assert signs_in(hong)
    floods(hong, 2, Letterbox())
    assert isinstance(asks(hong, **theirs(201)), ChallengeView), "this hour's one"
    assert asks(hong, **theirs(202)) == "number"
    assert signs_in(hong)
    assert signs_in(hong, address="192.0.2.77"), "from wherever it is carried"


def test_while_strangers_close_the_range_of_my_number_my_browser_of_today_goes_on(
    hong: Neighbourhood,
) -> None:
    few = Limits(open_per_prefix_an_hour=3, open_per_address_an_hour=0)
    assert signs_in(hong, limits=few)
    for each in range(3):
        asks(hong, phone=f"010-2345-000{each}", limits=few, **theirs(each) | {"address": HERE})
    assert asks(hong, limits=few, **theirs(9)) == "prefix"
    mine = hong.asks(limits=few)
    other = asks(hong, phone="010-7777-0001", limits=few, **theirs(8) | {"address": HERE})
    assert isinstance(other, ChallengeView)
    waits = {each.challenge_id: each.due_at - each.at for each in hong.open_sends()}
    assert waits[mine.id] == timedelta(0)
    assert waits[other.id] > timedelta(0), "others of that address are slowed"
    assert isinstance(hong.types(mine, hong.code_of(mine)), Recognised)


def test_a_browser_is_the_numbers_own_for_a_day(hong: Neighbourhood) -> None:
    assert signs_in(hong)
    hong.wait(timedelta(hours=23, minutes=59))
    for each in range(10):
        asks(hong, **theirs(each))
    hong.wait(timedelta(minutes=2))
    assert asks(hong) == "number", "the day is over"


def test_codes_that_i_give_back_keep_me_out_of_nothing(hong: Neighbourhood) -> None:
    """Three browsers of one person, on the way: none is slowed by what the others were sent."""
    for each in range(3):
        for _ in range(5):
            assert signs_in(hong, **theirs(each))


def test_who_is_slowed_is_told_when_and_waits_no_longer(hong: Neighbourhood) -> None:
    floods(hong, 1, Letterbox())
    assert isinstance(asks(hong, **theirs(203)), ChallengeView)
    with pytest.raises(TooManyCodes) as slowed:
        hong.asks()
    assert slowed.value.facts == {"scope": "number", "minutes": 60}
    hong.wait(timedelta(minutes=60))
    assert signs_in(hong)


def test_of_many_networks_at_once_ten_get_through(hong: Neighbourhood) -> None:
    def ask(each: int) -> bool:
        return isinstance(asks(hong, **theirs(each)), ChallengeView)

    with ThreadPoolExecutor(10) as crowd:
        assert list(crowd.map(ask, range(20))).count(True) == 10


def guesses(village: Neighbourhood, who: int, codes: int, *, limits: Limits = DEFAULT) -> None:
    """Five wrong codes to each of so many challenges of one stranger."""
    for _ in range(codes):
        asked = asks(village, limits=limits, **theirs(who))
        if isinstance(asked, str):
            village.wait(timedelta(hours=1))
            continue
        for _ in range(5):
            village.types(asked, village.wrong_code_of(asked), aim=theirs(who)["aim"])
            village.wait(timedelta(seconds=61))


QUICK = Limits(sends_per_number_at_once=1_000)
"""Where only the count of wrong codes is looked at."""


def test_one_stranger_alone_never_locks_a_number(hong: Neighbourhood) -> None:
    for _ in range(3):
        guesses(hong, 1, 12, limits=QUICK)
        hong.wait(timedelta(hours=12))
    assert signs_in(hong, limits=QUICK)


def locked(village: Neighbourhood) -> None:
    """A hundred wrong codes from four networks within a few hours."""
    for who in range(1, 5):
        guesses(village, who, 5, limits=QUICK)


def test_many_strangers_lock_it_for_browsers_that_are_strange_to_it(hong: Neighbourhood) -> None:
    assert signs_in(hong)
    locked(hong)
    assert asks(hong, limits=QUICK, **theirs(9)) == "phone-locked"
    assert signs_in(hong, limits=QUICK), "in my browser of today I go on"
    assert isinstance(asks(hong, limits=QUICK, **theirs(10)), ChallengeView), (
        "and that was me: the count begins anew"
    )


def test_a_lock_ends_by_itself_within_a_day(hong: Neighbourhood) -> None:
    locked(hong)
    assert asks(hong, limits=QUICK) == "phone-locked"
    hong.wait(timedelta(days=1))
    assert signs_in(hong, limits=QUICK)


def registrar(village: Neighbourhood, *, fresh: bool = True) -> Officer:
    place, roles = village.jurisdiction_id, frozenset({Role.REGISTRAR})
    return Officer(uuid4(), place, Authority.MAYOR, roles, fresh=fresh)


def unlocks(village: Neighbourhood, *, fresh: bool = True) -> bool:
    with village.begin() as uow:
        by = registrar(village, fresh=fresh)
        return unlocking.unlock_phone(uow, village.vault, E164, by=by)


def test_the_desk_opens_a_locked_number_on_record(hong: Neighbourhood) -> None:
    locked(hong)
    assert unlocks(hong)
    assert [(each["act"], each["facts"]) for each in entries(hong)] == [("phone.unlocked", {})]
    assert signs_in(hong, limits=QUICK)


def test_the_desk_opens_a_number_that_strangers_flood(hong: Neighbourhood) -> None:
    floods(hong, 2, Letterbox())
    asks(hong, **theirs(204))
    assert asks(hong) == "number"
    assert unlocks(hong)
    assert signs_in(hong)


def test_the_desk_opens_a_number_that_somebody_closed_to_a_whole_house(hong: Neighbourhood) -> None:
    """Who shares my network used up what may be asked for with my number from there."""
    for each in range(5):
        asks(hong, **theirs(each) | {"address": HERE})
    assert asks(hong) == "address"
    assert signs_in(hong, address="192.0.2.8"), "with another connection I need no desk"
    for each in range(5, 10):
        asks(hong, **theirs(each) | {"address": "192.0.2.9"})
    assert unlocks(hong)
    assert signs_in(hong, **theirs(20) | {"address": "192.0.2.9"})


def test_the_desk_learns_nothing_of_a_number_that_is_open(hong: Neighbourhood) -> None:
    assert not unlocks(hong)
    hong.asks()
    hong.asks(**theirs())
    assert not unlocks(hong)
    assert entries(hong) == []


def test_a_number_is_opened_with_a_fresh_code_only(hong: Neighbourhood) -> None:
    locked(hong)
    with pytest.raises(FreshCodeNeeded):
        unlocks(hong, fresh=False)
    assert asks(hong, limits=QUICK) == "phone-locked"


def test_what_is_kept_of_a_number_joins_neither_the_register_nor_another_number(
    hong: Neighbourhood,
) -> None:
    for phone in (HOME, "010-8765-4321"):
        hong.asks(phone=phone)
    with hong.begin() as uow:
        rows = uow.session.scalars(select(PhoneLock)).all()
        challenges = set(uow.session.scalars(select(Challenge.number_index)))
        filed = set(uow.session.scalars(select(Residence.phone_index)))
    assert {row.number_index for row in rows} == challenges
    assert filed == {phone_index(hong.vault, E164)}
    assert number_index(hong.vault, E164) in challenges
    one, other = rows
    assert not filed & challenges
    assert not set(one.browsers) & set(other.browsers)
    assert not set(one.addresses) & set(other.addresses)
    assert SIGN.browser not in {*one.browsers, *other.browsers}
