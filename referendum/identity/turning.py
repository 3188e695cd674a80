"""Whose turn it is to have a code sent to a number: its own row says, as it is written.

PostgreSQL shows the newest version of a row to whoever has waited for it, and of nothing else: so
all that decides stands on that row, as arrays with an entry a send.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from referendum.identity.errors import PhoneLocked, TooManyCodes
from referendum.identity.limits import Limits, asker_index, household
from referendum.kernel.errors import DomainError
from referendum.kernel.sealing import Vault
from referendum.kernel.wire import Wire

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks for codes to one number, as that number's row tells askers apart."""

    browser: bytes = field(repr=False)
    address: bytes | None = field(repr=False)
    """None where addresses are not counted."""

    @classmethod
    def of(cls, vault: Vault, number: str, browser: bytes, address: str, limits: Limits) -> Asker:
        plain = limits.is_plain(address)
        return cls(
            browser=asker_index(vault, number, browser.hex()),
            address=None if plain else asker_index(vault, number, household(address)),
        )


CLOSED: Final = """
(select case
   when k.own_within_hour >= %(asker_an_hour)s then 'asker-hour'
   when k.own >= %(asker_a_day)s then 'asker-day'
   when k.proved then null
   when k.here_within_hour >= %(asker_an_hour)s then 'address-hour'
   when k.here >= %(asker_a_day)s then 'address-day'
   when k.missed >= %(in_a_row)s then 'locked'
   when k.strangers >= %(at_once)s and k.latest > clock_timestamp() - %(pace)s::interval
   then 'number' end
   from (select array(select n.browser from unnest(t.sends, t.browsers, t.answered)
                        as n(at, browser, answered)
                       where n.answered and n.at > clock_timestamp() - %(day)s::interval)
           as browsers) as proved
  cross join lateral (
    select count(*) filter (where a.browser = {browser}) as own,
           count(*) filter (where a.browser = {browser} and a.late) as own_within_hour,
           {browser} = any(proved.browsers) as proved,
           count(*) filter (where a.address = {address} and a.counts) as here,
           count(*) filter (where a.address = {address} and a.counts and a.late)
             as here_within_hour,
           count(*) filter (where a.strange and a.counts) as strangers,
           coalesce(sum(a.missed) filter (where a.strange and a.counts), 0) as missed,
           max(a.at) filter (where a.strange and a.counts) as latest
      from (select s.at, s.browser, s.address, s.missed,
                   s.at > clock_timestamp() - %(hour)s::interval as late,
                   s.at > coalesce(t.lifted_at, '-infinity') as counts,
                   not s.browser = any(proved.browsers) as strange
              from unnest(t.sends, t.browsers, t.addresses, t.misses)
                as s(at, browser, address, missed)
             where s.at > clock_timestamp() - %(day)s::interval) as a) as k)"""
"""Why a number's row, named `t`, lets no code go out to an asker now; null where it does."""


def turn(limited: str) -> str:
    """The part of a statement that writes each request of `given` into its number's row.

    Only where `limited`, a condition on `given`, holds and nothing of the row is in the way. An
    older challenge of the same browser ends here: no entry of the row names it any more.
    """
    return f"""
turn as (
 insert into phone_lock as t
        (number_index, sends, challenges, browsers, addresses, misses, answered)
 select g.number, array[clock.at], array[g.id], array[g.asker], array[g.place], array[0],
        array[false]
   from given g cross join clock where {limited}
  order by g.number
     on conflict (number_index) do update
    set (sends, challenges, browsers, addresses, misses, answered) = (
 select array_agg(e.at), array_agg(e.challenge), array_agg(e.browser), array_agg(e.address),
        array_agg(e.missed), array_agg(e.answered)
   from (select s.at, case when s.browser <> excluded.browsers[1] then s.challenge end as challenge,
                s.browser, s.address, s.missed, s.answered
           from unnest(t.sends, t.challenges, t.browsers, t.addresses, t.misses, t.answered)
             as s(at, challenge, browser, address, missed, answered)
          where s.at > clock_timestamp() - %(day)s::interval
          union all
         select clock_timestamp(), excluded.challenges[1], excluded.browsers[1],
                excluded.addresses[1], 0, false
          order by at) as e)
  where {CLOSED.format(browser="excluded.browsers[1]", address="excluded.addresses[1]")} is null
 returning number_index, challenges[cardinality(challenges)] as challenge_id,
           sends[cardinality(sends)] as at
)"""  # noqa: S608  # no outside text


WHY: Final = f"""
select {CLOSED.format(browser="%(asker)s::bytea", address="%(place)s::bytea")} as closed,
       (select coalesce(max(s.at) + %(pace)s::interval - clock_timestamp(), interval '0')
          from unnest(t.sends, t.answered) as s(at, answered) where not s.answered) as pause
  from phone_lock t where t.number_index = %(number)s"""  # noqa: S608  # no outside text


def held_to(limits: Limits) -> dict[str, Any]:
    """What a number's row is judged by."""
    return {
        "asker_an_hour": limits.sends_per_asker_an_hour,
        "asker_a_day": limits.sends_per_asker_a_day,
        "at_once": limits.sends_per_number_at_once,
        "pace": limits.pace_per_number,
        "in_a_row": limits.tries_in_a_row_per_number,
        "hour": HOUR,
        "day": DAY,
    }


def why(wire: Wire, number: bytes, asker: Asker, limits: Limits) -> DomainError:
    """What of the number's row stands in the way of this asker."""
    given = {
        "number": number,
        "asker": asker.browser,
        "place": asker.address,
        **held_to(limits),
    }
    (row,) = wire.ask(WHY, given)
    match row.closed:
        case "locked":
            return PhoneLocked()
        case "number" | None:  # None: the pace let the next one through just now
            return TooManyCodes(scope="number", minutes=max(1, minutes(row.pause)))
        case closed:
            scope, _, span = closed.partition("-")
            return TooManyCodes(scope=scope, minutes=minutes(HOUR if span == "hour" else DAY))


def minutes(wait: timedelta) -> int:
    """How many it surely takes."""
    return -int(-wait.total_seconds() // 60)
