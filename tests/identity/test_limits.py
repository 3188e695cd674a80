"""OTP-10: the send that is one too many is refused before any carrier hears of it.

An address is no person: beyond its free sends it is slowed, as long as nobody answers them.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy import select

from referendum.identity.checking import Recognised
from referendum.identity.errors import TooManyCodes
from referendum.identity.limits import DEFAULT, Limits, address_index
from referendum.identity.sending import AGAIN
from referendum.identity.tables import CodeSend
from referendum.kernel.sealing import Vault
from referendum.notices.sending import Handover
from tests.identity.neighbourhood import Letterbox, Neighbourhood

TODAY = date(2026, 11, 23)
LIBRARY = "198.51.100.7"
OPEN = Limits(
    sends_per_asker_an_hour=1_000, sends_per_asker_a_day=1_000, sends_per_number_at_once=1_000
)


def refusal(ask: Callable[[], object]) -> tuple[object, object]:
    with pytest.raises(TooManyCodes) as refused:
        ask()
    return refused.value.facts["scope"], refused.value.facts["minutes"]


def number(of: int) -> str:
    """A number in a range of its own."""
    return f"010-{3000 + of}-5678"


def test_five_an_hour_per_asker_and_number_and_the_sixth_reaches_no_carrier(
    village: Neighbourhood,
) -> None:
    letterbox = Letterbox()
    for _ in range(5):
        village.asks()
        village.post(letterbox)
    assert refusal(village.asks) == ("asker", 60)
    village.post(letterbox)
    assert len(letterbox.heard) == 5
    village.asks(phone=number(1))
    village.wait(timedelta(hours=1))
    village.asks()


def test_a_resend_counts_like_a_send(village: Neighbourhood) -> None:
    challenge = village.asks()
    for _ in range(4):
        village.asks_again(challenge)
    assert refusal(lambda: village.asks_again(challenge)) == ("asker", 60)
    assert len(village.open_sends()) == 5


def test_ten_a_day_per_asker_and_number(village: Neighbourhood) -> None:
    for _ in range(2):
        for _ in range(5):
            village.asks()
        village.wait(timedelta(hours=2))
    assert refusal(village.asks) == ("asker", 24 * 60)
    village.wait(timedelta(hours=21))
    village.asks()


def test_the_limit_holds_for_requests_at_once(village: Neighbourhood) -> None:
    def ask(_: int) -> bool:
        try:
            village.asks()
        except TooManyCodes:
            return False
        return True

    with ThreadPoolExecutor(12) as crowd:
        assert list(crowd.map(ask, range(12))).count(True) == 5


def gaps(village: Neighbourhood, count: int, *, limits: Limits = DEFAULT) -> list[int]:
    """How many seconds each of so many codes of one address goes out after it could have:
    after its request, and after the one before it.
    """
    asked = [
        village.asks(phone=number(each), address=LIBRARY, limits=limits).id for each in range(count)
    ]
    with village.begin() as uow:
        sends = {each.challenge_id: each for each in uow.session.scalars(select(CodeSend))}
    due, before = [], sends[asked[0]].at
    for challenge in asked:
        send = sends[challenge]
        due.append(round((send.due_at - max(before, send.at)).total_seconds()))
        before = send.due_at
    return due


def test_the_21st_code_from_one_address_within_an_hour_is_slower_and_not_refused(
    village: Neighbourhood,
) -> None:
    assert gaps(village, 23) == [0] * 20 + [1, 1, 1]
    other = village.asks(phone=number(40), address="198.51.100.8")
    assert other.sends_at < village.asks(phone=number(41), address=LIBRARY).sends_at


def test_no_carrier_hears_of_a_code_before_it_is_due(village: Neighbourhood) -> None:
    letterbox = Letterbox()
    village.asks()
    village.wait(-timedelta(hours=1))
    village.post(letterbox)
    assert letterbox.heard == []
    village.wait(timedelta(hours=1))
    village.post(letterbox)
    assert len(letterbox.heard) == 1


def test_a_code_that_goes_out_later_lives_from_then_on(village: Neighbourhood) -> None:
    few = Limits(open_per_address_an_hour=0)
    asked = [village.asks(phone=number(each), limits=few) for each in range(9)]
    assert {one.expires_at - one.sends_at for one in asked} == {few.life}
    assert asked[-1].sends_at > asked[0].sends_at


def test_an_address_whose_codes_are_answered_is_never_slowed(village: Neighbourhood) -> None:
    letterbox = Letterbox()
    for each in range(30):
        phone = f"+82103{each:03}5678"
        village.lives("홍길동", phone=phone)
        challenge = village.asks(phone=phone, address=LIBRARY)
        assert (
            challenge.sends_at
            < village.asks(phone=number(90), address="192.0.2.1", limits=OPEN).sends_at
        )
        village.post(letterbox)
        assert isinstance(village.types(challenge, village.code_of(challenge)), Recognised)
    assert gaps(village, 20) == [0] * 20


def test_codes_that_nobody_answers_are_slowed_more_and_more_and_end_with_the_codes_life(
    village: Neighbourhood,
) -> None:
    few = Limits(open_per_address_an_hour=0)
    assert gaps(village, 30, limits=few) == [1 + each // 5 for each in range(30)]
    scope, minutes = refusal(lambda: asks_on(village, few))
    assert (scope, minutes) == ("address", 6)


def asks_on(village: Neighbourhood, limits: Limits) -> None:
    """Ask from the same address until it is too much."""
    for each in range(40, 140):
        village.asks(phone=number(each), address=LIBRARY, limits=limits)


def test_a_network_that_the_operator_names_is_not_counted_by_address(
    village: Neighbourhood,
) -> None:
    known = Limits(plain_networks=(ip_network("198.51.100.0/28"),), open_per_address_an_hour=0)
    assert gaps(village, 5, limits=known) == [0] * 5
    elsewhere = village.asks(phone=number(9), address="198.51.100.99", limits=known)
    assert elsewhere.sends_at > village.open_sends()[0].due_at
    assert known.is_plain("::ffff:198.51.100.3")
    assert not known.is_plain("testclient")


def test_per_range_of_numbers(village: Neighbourhood) -> None:
    few = Limits(open_per_prefix_an_hour=3)
    for each in range(3):
        village.asks(phone=f"010-5555-000{each}", limits=few)
    assert refusal(lambda: village.asks(phone="010-5555-0009", limits=few)) == ("prefix", 60)
    village.asks(phone="010-5556-0009", limits=few)


def test_a_range_whose_codes_are_answered_is_open(village: Neighbourhood) -> None:
    few = Limits(open_per_prefix_an_hour=3)
    for each in range(8):
        village.lives("홍길동", phone=f"+82105555000{each}")
        challenge = village.asks(phone=f"010-5555-000{each}", limits=few)
        village.post(Letterbox())
        assert isinstance(village.types(challenge, village.code_of(challenge)), Recognised)
    village.asks(phone="010-5555-0009", limits=few)


def test_for_the_whole_service(village: Neighbourhood) -> None:
    few = Limits(sends_an_hour=3)
    for each in range(3):
        village.asks(phone=number(each), address=f"192.0.2.{each}", limits=few)
    refused = refusal(lambda: village.asks(phone=number(9), address="192.0.2.9", limits=few))
    assert refused == ("service", 60)


def test_what_was_sent_is_counted_by_the_minute_for_the_whole_service(
    village: Neighbourhood,
) -> None:
    few = Limits(sends_an_hour=3)
    for each in range(3):
        village.asks(phone=number(each), limits=few)
    village.post(Letterbox())
    assert refusal(lambda: village.asks(phone=number(9), limits=few)) == ("service", 60)
    village.wait(timedelta(hours=1, minutes=1))
    village.asks(phone=number(9), limits=few)


def test_what_no_carrier_took_costs_nothing_of_it_twice(village: Neighbourhood) -> None:
    letterbox = Letterbox([Handover("post", unsure=True)])
    few = Limits(sends_an_hour=2)
    village.asks(phone=number(1), limits=few)
    village.post(letterbox)
    village.wait(AGAIN)
    village.post(letterbox)
    assert len(letterbox.heard) == 2
    village.asks(phone=number(2), limits=few)


def test_an_address_is_kept_as_a_hash_that_changes_with_the_day(vault: Vault) -> None:
    today = address_index(vault, "203.0.113.5", TODAY)
    assert today != address_index(vault, "203.0.113.6", TODAY)
    assert today != address_index(vault, "203.0.113.5", TODAY + timedelta(days=1))
    assert b"203.0.113.5" not in today


def test_an_ipv6_subscriber_is_counted_as_one(vault: Vault) -> None:
    one = address_index(vault, "2001:db8:1:2::1", TODAY)
    assert one == address_index(vault, "2001:db8:1:2:ffff::9", TODAY)
    assert one != address_index(vault, "2001:db8:1:3::1", TODAY)


def test_what_is_no_address_is_counted_too(vault: Vault) -> None:
    assert address_index(vault, "testclient", TODAY) == address_index(vault, "testclient", TODAY)
