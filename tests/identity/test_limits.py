"""OTP-10: the send that is one too many is refused before any carrier hears of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from referendum.identity.errors import TooManyCodes
from referendum.identity.limits import Limits, address_index
from referendum.kernel.sealing import Vault
from tests.identity.neighbourhood import Letterbox, Neighbourhood

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def refusal(ask: Callable[[], object]) -> tuple[object, object]:
    with pytest.raises(TooManyCodes) as refused:
        ask()
    return refused.value.facts["scope"], refused.value.facts["minutes"]


def number(of: int) -> str:
    """A number in a range of its own."""
    return f"010-{3000 + of}-5678"


def test_five_an_hour_per_number_and_the_sixth_reaches_no_carrier(village: Neighbourhood) -> None:
    letterbox = Letterbox()
    for _ in range(5):
        village.asks()
        village.post(letterbox)
    assert refusal(village.asks) == ("number", 60)
    village.post(letterbox)
    assert len(letterbox.heard) == 5
    village.asks(phone=number(1))
    village.wait(timedelta(hours=1))
    village.asks()


def test_a_resend_counts_like_a_send(village: Neighbourhood) -> None:
    challenge = village.asks()
    for _ in range(4):
        village.asks_again(challenge)
    assert refusal(lambda: village.asks_again(challenge)) == ("number", 60)
    assert len(village.open_messages()) == 5


def test_ten_a_day_per_number(village: Neighbourhood) -> None:
    for _ in range(2):
        for _ in range(5):
            village.asks()
        village.wait(timedelta(hours=2))
    assert refusal(village.asks) == ("number", 24 * 60)
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


def test_twenty_an_hour_per_address(village: Neighbourhood) -> None:
    for each in range(20):
        village.asks(phone=number(each), address="198.51.100.7")
    assert refusal(lambda: village.asks(phone=number(20), address="198.51.100.7")) == (
        "address",
        60,
    )
    village.asks(phone=number(20), address="198.51.100.8")


def test_per_range_of_numbers(village: Neighbourhood) -> None:
    few = Limits(sends_per_prefix_an_hour=3)
    for each in range(3):
        village.asks(phone=f"010-5555-000{each}", limits=few)
    assert refusal(lambda: village.asks(phone="010-5555-0009", limits=few)) == ("prefix", 60)
    village.asks(phone="010-5556-0009", limits=few)


def test_for_the_whole_service(village: Neighbourhood) -> None:
    few = Limits(sends_an_hour=3)
    for each in range(3):
        village.asks(phone=number(each), address=f"192.0.2.{each}", limits=few)
    refused = refusal(lambda: village.asks(phone=number(9), address="192.0.2.9", limits=few))
    assert refused == ("service", 60)


def test_an_address_is_kept_as_a_hash_that_changes_with_the_day(vault: Vault) -> None:
    today = address_index(vault, "203.0.113.5", NOON)
    assert today == address_index(vault, "203.0.113.5", NOON + timedelta(hours=11))
    assert today != address_index(vault, "203.0.113.6", NOON)
    assert today != address_index(vault, "203.0.113.5", NOON + timedelta(days=1))
    assert b"203.0.113.5" not in today


def test_an_ipv6_subscriber_is_counted_as_one(vault: Vault) -> None:
    one = address_index(vault, "2001:db8:1:2::1", NOON)
    assert one == address_index(vault, "2001:db8:1:2:ffff::9", NOON)
    assert one != address_index(vault, "2001:db8:1:3::1", NOON)


def test_what_is_no_address_is_counted_too(vault: Vault) -> None:
    assert address_index(vault, "testclient", NOON) == address_index(vault, "testclient", NOON)
