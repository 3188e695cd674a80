"""How much and how often one address may send, and whose address it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_network

import pytest
from starlette.types import Message

from referendum.doors import problems
from referendum.doors.limits import REMEMBERED, Buckets, RateLimit
from referendum.identity.limits import Network, household
from tests.coroutines import finished
from tests.doors.conftest import Door


@dataclass
class Street:
    """Requests from addresses, before an application that counts them; time stands still."""

    limit: int
    plain: tuple[Network, ...] = ()
    let_in: int = 0
    paused: list[float] = field(default_factory=list)
    frame: RateLimit = field(init=False)

    def __post_init__(self) -> None:
        buckets = Buckets(self.limit, clock=lambda: 0.0)
        self.frame = RateLimit(self._app, buckets, problems.answer, self.plain, self._pause)

    async def _app(self, *_: object) -> None:
        self.let_in += 1

    async def _pause(self, seconds: float) -> None:
        self.paused.append(round(seconds, 3))

    def comes(self, address: str) -> list[Message]:
        sent: list[Message] = []
        scope = {"type": "http", "path": "/", "client": (address, 1), "headers": []}
        scope |= {"method": "GET", "query_string": b""}

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        finished(self.frame(scope, receive, send))
        return sent


def test_who_is_over_the_rate_waits_in_line_and_is_answered() -> None:
    street = Street(60)
    for _ in range(65):
        assert street.comes("203.0.113.9") == []
    assert street.let_in == 65
    assert street.paused == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_where_the_line_is_too_long_one_is_told_when_to_come_again() -> None:
    street = Street(60)
    for _ in range(65):
        street.comes("203.0.113.9")
    start, body = street.comes("203.0.113.9")
    assert start["status"] == 429
    assert dict(start["headers"])[b"retry-after"] == b"1"
    assert json.loads(body["body"])["type"] == "/problems/too-many-requests"
    assert street.let_in == 65
    street.comes("203.0.113.10")
    assert street.let_in == 66


def test_a_network_that_is_known_to_be_shared_is_not_counted() -> None:
    street = Street(1, plain=(ip_network("203.0.113.0/24"),))
    for _ in range(50):
        street.comes("203.0.113.9")
        street.comes("::ffff:203.0.113.9")
    assert (street.let_in, street.paused) == (100, [])


def test_a_bucket_refills_evenly_and_never_above_a_minutes_worth() -> None:
    now = 0.0
    buckets = Buckets(60, clock=lambda: now)
    assert [buckets.wait("a") for _ in range(60)] == [0] * 60
    assert buckets.wait("a") == 1
    now = 2.0
    assert (buckets.wait("a"), buckets.wait("a")) == (0, 1)
    now = 1000.0
    assert [buckets.wait("a") for _ in range(61)] == [0] * 60 + [1]
    assert buckets.wait("b") == 0


def test_addresses_without_end_do_not_fill_the_memory() -> None:
    buckets = Buckets(60)
    for number in range(REMEMBERED + 10):
        buckets.wait(str(number))
    assert len(buckets.levels) == REMEMBERED


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.9", "203.0.113.9", True),
        ("203.0.113.9", "203.0.113.10", False),
    ],
)
def test_an_ipv6_subscriber_counts_once(one: str, other: str, *, same: bool) -> None:
    assert (household(one) == household(other)) is same


def test_a_body_over_the_limit_is_refused_before_it_is_read(door: Door) -> None:
    refused = door(body_limit=100).post("/wishes", content=b"x" * 101)
    assert refused.status_code == 413
    assert refused.json()["type"] == "/problems/body-too-large"
    assert refused.headers["content-type"] == "application/problem+json"


def test_a_body_that_grows_over_the_limit_is_refused_too(door: Door) -> None:
    def chunks() -> Iterator[bytes]:
        yield from [b"x" * 60] * 3

    refused = door(body_limit=100).post(
        "/wishes", content=chunks(), headers={"content-type": "application/json"}
    )
    assert refused.status_code == 413
    assert refused.json()["type"] == "/problems/body-too-large"


def test_a_strangers_forwarded_address_is_not_believed(door: Door) -> None:
    forged = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
    seen = door(trusted_proxies=["10.0.0.1"]).get("/who/1", headers=forged).json()
    assert (seen["address"], seen["scheme"]) == ("203.0.113.9", "http")


def test_a_trusted_proxys_word_is_taken_for_the_last_hop_only(door: Door) -> None:
    client = door(peer="10.0.0.1", trusted_proxies=["10.0.0.0/24"])
    claimed = {
        "X-Forwarded-For": "198.51.100.7, 203.0.113.77, 10.0.0.2",
        "X-Forwarded-Proto": "https",
    }
    seen = client.get("/who/1", headers=claimed).json()
    assert (seen["address"], seen["scheme"]) == ("203.0.113.77", "https")


@pytest.mark.parametrize("nonsense", ["unknown", "203.0.113.77, ?", ""])
def test_a_proxys_nonsense_leaves_the_proxys_own_address(door: Door, nonsense: str) -> None:
    client = door(peer="10.0.0.1", trusted_proxies=["10.0.0.1"])
    seen = client.get("/who/1", headers={"X-Forwarded-For": nonsense}).json()
    assert seen["address"] == "10.0.0.1"


def test_a_flood_cannot_hide_behind_forged_addresses(door: Door) -> None:
    client = door(requests_per_minute=1)
    answers = [
        client.get("/who/1", headers={"X-Forwarded-For": f"198.51.100.{each}"}).status_code
        for each in range(2)
    ]
    assert answers == [200, 429]
