"""Asking for codes, a list of requests at a time: all cryptography before, one statement after.

`prepare` needs no database, and `ask` is one statement for any number of requests, in which the
number's own row decides. Whoever is described, the statement is the same and leaves the same rows
(OTP-16). What each asker may have sent to a number, and all of them together, is exact, however
many ask at once; limits of an address, a range and the service are read without a lock, lest all of
a city stand behind one row, and may be passed by as many requests as run at that instant. A browser
that gave back a code of the number within the day passes all but its own and the service's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import literal_column
from sqlalchemy.dialects import postgresql

from referendum.identity import masking, phones, turning
from referendum.identity.errors import TooManyCodes
from referendum.identity.keeping import range_of, seal
from referendum.identity.limits import Limits, address_index, number_index
from referendum.identity.masking import NO_ONE, SEVERAL
from referendum.identity.matching import Described, Unnamed
from referendum.identity.turning import HOUR, Asker, minutes
from referendum.kernel.errors import DomainError
from referendum.kernel.sealing import DataKey, Vault
from referendum.kernel.wire import Wire
from referendum.roll import finding

LOOKED_AT: Final = 100
"""The latest sends from an address that are weighed: what a look costs has an end."""
EASY: Final = 5
"""So many sends beyond the free ones before each waits one second more than the last."""
LONGEST_GAP: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What a code is for and who may answer: bound together with the number (OTP-04)."""

    purpose: str
    browser: bytes
    """The SHA-256 of the asking browser's cookie: `sessions.mark`."""
    subject: UUID | None = None

    def bound(self, challenge: UUID) -> bytes:
        """What is kept of it with one challenge, where all of it has to fit.

        Whoever reads it without the browser's cookie learns neither what was asked for nor that
        two challenges are of one browser.
        """
        about = (self.subject or NO_ONE).bytes + self.purpose.encode()
        return hashlib.sha256(self.browser + challenge.bytes + about).digest()


@dataclass(frozen=True, slots=True)
class ChallengeView:
    """What the asker is told: nothing about any person."""

    id: UUID
    expires_at: datetime
    sends_at: datetime
    """When the code goes out: later than now where too many of an address go unanswered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCode:
    """A request for a code with all that has to be computed for it. No number is in the clear."""

    id: UUID
    jurisdiction: UUID
    bound: bytes = field(repr=False)
    """`Aim.bound` to this challenge."""
    mask: UUID = field(repr=False)
    """Hides whom the database finds, in the row that it writes: `masking`."""
    name_index: bytes | None = field(repr=False)
    """None where nobody is named."""
    phone_index: bytes | None = field(repr=False)
    """By which the register is asked, and nothing else; None where nobody is named."""
    number_index: bytes = field(repr=False)
    """By which the number's own row is found: it cannot be joined to the register's."""
    asker: Asker = field(repr=False)
    phone_sealed: bytes = field(repr=False)
    key_id: UUID
    origin: bytes | None = field(repr=False)
    """None where addresses are not counted."""
    prefix: str = field(repr=False)


def prepare(
    vault: Vault,
    key: DataKey,
    described: Described | Unnamed,
    phone: str,
    *,
    aim: Aim,
    address: str,
    today: date,
    language: str,
    limits: Limits,
    invented: bool = False,
) -> NewCode:
    """Everything about a request that the database need not be asked for.

    `key` is that of the day. PhoneNotUsable where the number can be sent nothing.
    """
    number = phones.mobile(phone, invented=invented)
    challenge = uuid4()
    named = None
    if isinstance(described, Described):
        named = finding.name_index(vault, described.name, described.birth_date)
    return NewCode(
        id=challenge,
        jurisdiction=described.jurisdiction_id,
        bound=aim.bound(challenge),
        mask=masking.of_challenge(vault, challenge),
        name_index=named,
        phone_index=None if named is None else vault.mac("phone").of(number),
        number_index=number_index(vault, number),
        asker=Asker.of(vault, number, aim.browser, address, limits),
        phone_sealed=seal(key, challenge, number, language=language),
        key_id=key.id,
        origin=None if limits.is_plain(address) else address_index(vault, address, today),
        prefix=range_of(vault, number, today),
    )


BEARERS: Final = str(
    finding.bearers(
        jurisdiction_id=literal_column("g.jurisdiction"), index=literal_column("g.name")
    ).compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]  # SQLAlchemy has none here
)
"""The register's own way of finding whom a name may mean, by a row of `given`."""

WEIGHED: Final = """
paid as materialized (
 select coalesce(sum(codes), 0)
        + (select count(*) from code_send where sent_at is null and failed_at is null)
        >= %(an_hour)s as over
   from code_spending where minute > (select at from clock) - %(hour)s::interval
), given as (
 select g.*, near.prefix_open and not own.proved as prefix_open, paid.over, pace.due_at
   from unnest(%(ids)s::uuid[], %(jurisdictions)s::uuid[], %(names)s::bytea[], %(phones)s::bytea[],
               %(numbers)s::bytea[], %(askers)s::bytea[], %(places)s::bytea[],
               %(origins)s::bytea[], %(prefixes)s::text[])
     as g(id, jurisdiction, name, phone, number, asker, place, origin, prefix)
  cross join clock
  cross join paid
  cross join lateral (
    select exists (select from phone_lock p
                    cross join unnest(p.sends, p.browsers, p.answered) as n(at, browser, answered)
                    where p.number_index = g.number and n.browser = g.asker and n.answered
                      and n.at > clock.at - %(day)s::interval) as proved) as own
  cross join lateral (
    select count(*) filter (where completed_at is null) >= %(per_prefix)s as prefix_open
      from (select completed_at from code_send s
             where s.prefix = g.prefix and s.at > clock.at - %(hour)s::interval
             order by s.at desc limit %(prefix_seen)s) as latest) as near
  cross join lateral (
    select count(*) filter (where completed_at is null) - count(completed_at)
             - %(per_address)s::bigint as excess,
           max(due_at) as last
      from (select completed_at, due_at from code_send s
             where s.address_index = g.origin and s.at > clock.at - %(hour)s::interval
             order by s.at desc limit %(looked_at)s) as here) as address
  cross join lateral (
    select case when g.origin is null or own.proved or address.excess < 0 then clock.at
                else greatest(address.last, clock.at)
                     + least(1 + address.excess / %(easy)s, %(longest_gap)s) * interval '1 second'
           end as due_at) as pace
)"""

LIMITED: Final = """
   not g.prefix_open and not g.over and g.due_at <= clock.at + %(longest_pause)s::interval"""

TURN: Final = turning.turn(LIMITED)

# Who moved away and came back under another number of the register is the one who lives here.
MEANT: Final = f"""
meant as (
 select g.id,
        coalesce((array_agg(b.person_id) filter (where b.lives_here))[1],
                 (array_agg(b.person_id))[1]) as person_id,
        coalesce(nullif(count(*) filter (where b.lives_here), 0), count(*)) as people
   from given g cross join lateral ({BEARERS}) as b
  where b.phone_index = g.phone
  group by g.id
)"""  # noqa: S608  # no outside text

NOBODY: Final = """
meant as (select null::uuid as id, null::uuid as person_id, 0 as people where false)"""

MADE: Final = f"""
made as (
 insert into challenge (id, jurisdiction_id, bound, meant, phone_sealed, number_index, key_id,
                        created_at, expires_at, wrong)
 select g.id, g.jurisdiction, own.bound,
        masked(case coalesce(m.people, 0) when 0 then '{NO_ONE}' when 1 then m.person_id
                                          else '{SEVERAL}' end, own.mask),
        own.sealed, g.number, own.key, turn.at,
        greatest(g.due_at, turn.at) + %(life)s::interval, 0
   from turn join given g on g.id = turn.challenge_id
   join unnest(%(ids)s::uuid[], %(bound)s::bytea[], %(masks)s::uuid[], %(sealed)s::bytea[],
               %(keys)s::uuid[])
     as own(id, bound, mask, sealed, key) on own.id = g.id
   left join meant m on m.id = g.id
 returning id, expires_at
),
sent as (
 insert into code_send (challenge_id, number, at, due_at, address_index, prefix)
 select g.id, 1, turn.at, greatest(g.due_at, turn.at), g.origin, g.prefix
   from turn join given g on g.id = turn.challenge_id
 returning challenge_id, due_at
)
select g.id, g.prefix_open, g.over, g.due_at - clock.at as wait, made.expires_at,
       sent.due_at
  from given g cross join clock
  left join made on made.id = g.id left join sent on sent.challenge_id = g.id"""  # noqa: S608  # no outside text

BEGUN: Final = f"""
with clock as materialized (select clock_timestamp() as at),
{WEIGHED},"""
ASK: Final = f"{BEGUN} {MEANT}, {TURN}, {MADE}"
ASK_UNNAMED: Final = f"{BEGUN} {NOBODY}, {TURN}, {MADE}"
"""Where the register is not to be asked at all."""

AGAIN: Final = f"""
with clock as materialized (select clock_timestamp() as at),
{WEIGHED},
{TURN},
sent as (
 insert into code_send (challenge_id, number, at, due_at, address_index, prefix)
 select g.id, (select max(number) + 1 from code_send s where s.challenge_id = g.id),
        turn.at, greatest(g.due_at, turn.at), g.origin, g.prefix
   from turn join given g on g.id = turn.challenge_id
 returning challenge_id, due_at
)
select g.id, g.prefix_open, g.over, g.due_at - clock.at as wait, null as expires_at, sent.due_at
  from given g cross join clock left join sent on sent.challenge_id = g.id"""  # noqa: S608  # no outside text


def ask(wire: Wire, asked: Sequence[NewCode], limits: Limits) -> list[ChallengeView | DomainError]:
    """Start a challenge for each and have its code sent, or say why not.

    Older challenges of the same browser for that number die, and nobody else's. At most one
    request a number may be in the list.
    """
    given = {
        **_weighing(asked, limits),
        "bound": [one.bound for one in asked],
        "masks": [one.mask for one in asked],
        "sealed": [one.phone_sealed for one in asked],
        "keys": [one.key_id for one in asked],
        "life": limits.life,
    }
    named = any(one.name_index is not None for one in asked)
    statement = ASK if named else ASK_UNNAMED
    rows = {row[0]: row for row in wire.ask(statement, given)}
    return [_told(wire, rows[one.id], one, limits, expires_at=rows[one.id][4]) for one in asked]


def ask_again(
    wire: Wire, again: NewCode, limits: Limits, *, expires_at: datetime
) -> ChallengeView | DomainError:
    """Have the code of a challenge that is good sent once more: a send like any other."""
    (row,) = wire.ask(AGAIN, _weighing([again], limits))
    return _told(wire, row, again, limits, expires_at=expires_at)


def _weighing(asked: Sequence[NewCode], limits: Limits) -> dict[str, Any]:
    return {
        "ids": [one.id for one in asked],
        "jurisdictions": [one.jurisdiction for one in asked],
        "names": [one.name_index for one in asked],
        "phones": [one.phone_index for one in asked],
        "numbers": [one.number_index for one in asked],
        "askers": [one.asker.browser for one in asked],
        "places": [one.asker.address for one in asked],
        "origins": [one.origin for one in asked],
        "prefixes": [one.prefix for one in asked],
        "per_prefix": limits.open_per_prefix_an_hour,
        "prefix_seen": 2 * limits.open_per_prefix_an_hour,
        "per_address": limits.open_per_address_an_hour,
        "looked_at": LOOKED_AT + limits.open_per_address_an_hour,
        "easy": EASY,
        "longest_gap": int(LONGEST_GAP.total_seconds()),
        "longest_pause": limits.longest_pause,
        "an_hour": limits.sends_an_hour,
        **turning.held_to(limits),
    }


def _told(
    wire: Wire, row: Any, one: NewCode, limits: Limits, *, expires_at: datetime
) -> ChallengeView | DomainError:
    challenge, prefix_open, over, wait, _, sends_at = row
    if sends_at is not None:
        return ChallengeView(challenge, expires_at, sends_at)
    if prefix_open or over:
        return TooManyCodes(scope="prefix" if prefix_open else "service", minutes=minutes(HOUR))
    if wait > limits.longest_pause:
        return TooManyCodes(scope="address", minutes=minutes(wait))
    return turning.why(wire, one.number_index, one.asker, limits)
