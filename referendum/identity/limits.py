"""How often codes are sent and tried, as rows that all processes share (OTP-05, OTP-10).

Who asks for codes to a number is limited for that number: so many an hour and a day, counted by the
browser and by the address. So whoever asks for codes to somebody else's number uses up what they
have themselves. Over all who ask, so many a day go to one number at once if nobody gives them back,
and then one an hour: nobody's phone is flooded, however many networks a stranger has. A browser
that gave back a code of that number within the day passes all of this but its own limit.

An address by itself is not limited: behind one may stand a library, a town hall, or half a
carrier's customers. So many unanswered codes from one address are let through at once; from then on
each is sent a little later than the one before it, the more so the more of them nobody ever gives
back. Whoever has the codes answered is never slowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from referendum.kernel.sealing import Vault

LONGEST_LIFE: Final = timedelta(minutes=10)
"""OTP-02: no code lives longer, however it is set up, sent late or prolonged."""
LONGEST_DELAY: Final = timedelta(seconds=60)

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a deployment may set, and loosen only so far."""

    life: timedelta = timedelta(minutes=5)
    tries_per_code: int = 5
    tries_in_a_row_per_number: int = 100
    """Wrong ones within a day by browsers that never gave back a code of that number. One asker
    alone has half as many: ten codes a day with five tries each."""
    sends_per_asker_an_hour: int = 5
    """To one number, from one browser and from one address."""
    sends_per_asker_a_day: int = 10
    sends_per_number_at_once: int = 10
    """Unanswered ones within a day, whoever asks; beyond them they go out at a pace."""
    pace_per_number: timedelta = timedelta(hours=1)
    open_per_address_an_hour: int = 20
    """Sends that more than the answered ones; beyond them an address is slowed, not shut."""
    open_per_prefix_an_hour: int = 100
    """Unanswered sends to 10,000 neighbouring numbers: that many are no people but pumping."""
    phone_rests: timedelta = timedelta(days=7)
    """OTP-15: for so long a phone that came onto the register after its first version serves
    nobody, counted from when its former number was told."""
    sends_an_hour: int = 100_000
    """What the gateway is paid for, over the whole service."""
    plain_networks: tuple[Network, ...] = ()
    """Where many people share an address, known to the operator: not counted by address."""

    def __post_init__(self) -> None:
        if not timedelta(0) < self.life <= LONGEST_LIFE:
            raise ValueError(f"a code lives up to {LONGEST_LIFE}, not {self.life}")

    @property
    def longest_pause(self) -> timedelta:
        """How much later than asked for a code may go out and still be of use."""
        return LONGEST_LIFE - self.life

    def is_plain(self, address: str) -> bool:
        """Whether an address is of a network that is not counted by address."""
        return within(address, self.plain_networks)


@lru_cache(50_000)
def within(address: str, networks: tuple[Network, ...]) -> bool:
    """Whether an address lies in one of the networks; what is no address lies in none."""
    if not networks:
        return False
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return any(parsed in network for network in networks)


DEFAULT: Final = Limits()


def delay(wrong_in_a_row: int) -> timedelta:
    """The wait before the next try: 0, 1, 2, 4, 8 ... seconds after the 1st, 2nd, 3rd ... miss."""
    if wrong_in_a_row <= 1:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(wrong_in_a_row - 2, 16)), LONGEST_DELAY)


DELAYS: Final = [delay(wrong) for wrong in range(1, 9)]
"""By misses in a row; the last holds for all further ones."""


def number_index(vault: Vault, number: str) -> bytes:
    """The keyed hash under which a number's codes are counted; the register's is another."""
    return vault.mac("codes to a number").of(number)


def asker_index(vault: Vault, number: str, which: str) -> bytes:
    """A browser or an address as one number's row knows it: of another number it is another."""
    return vault.mac("who asks for codes").of(f"{number}:{which}")


def address_index(vault: Vault, address: str, day: date) -> bytes:
    """A keyed hash of where a request comes from, of no use after the day."""
    return vault.mac(f"address:{day.isoformat()}").of(household(address))


@lru_cache(50_000)
def household(address: str) -> str:
    """The address to count by: of IPv6 the /64, which one subscriber has whole."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
