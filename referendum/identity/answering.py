"""Answering codes, a list of tries at a time: the digits are compared before, one statement after.

The statement holds each challenge with its number's row, judges by their newest versions and
writes what follows: a miss that counts, or a code used up and, where that was asked for and the
register joins the phone to one person, a session. However many tries run at once, the rows let
them through one by one, so one alone can succeed (OTP-03).

A miss counts for the code and for the browser that asked for it: with it the browser's waits grow
from code to code, and nobody else's. Over all browsers that never gave back a code of that number,
misses end in a lock for them; one that did goes on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final
from uuid import UUID

from referendum.identity import codes, masking
from referendum.identity.asking import Aim
from referendum.identity.errors import (
    CodeExhausted,
    CodeExpired,
    CodeMalformed,
    CodeSuperseded,
    CodeTooSoon,
    CodeUnknown,
    CodeUsed,
    CodeWrong,
    NotRecognised,
    PhoneLocked,
    PhoneRests,
    PhoneStopped,
    Refused,
    insist,
)
from referendum.identity.limits import DELAYS, Limits
from referendum.identity.masking import NO_ONE, SEVERAL
from referendum.identity.sessions import SPANS, Opened, SessionKind, SessionView, csrf_of, mark
from referendum.identity.turning import DAY
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Assurance, Resident
from referendum.kernel.sealing import Vault
from referendum.kernel.wire import Wire
from referendum.roll.renumbering import SERVES

ALTERNATIVES = ("desk", "paper")
"""How someone goes on whom a code cannot recognise; the pages put them into words."""


BETWEEN: Final = re.compile(r"[\s\-\u2010-\u2015\u2212.\u00b7\u200b\u2060\ufeff]+")
"""What stands between the digits of a code that was pasted: spaces, dashes, points."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The phone was proved, and the register joins it to one person whom it serves."""

    resident: Resident


@dataclass(frozen=True, slots=True)
class Proved:
    """The right code was used up; `person` is whom the register joins to the phone, if one."""

    challenge: UUID
    jurisdiction: UUID
    person: UUID | None
    ambiguous: bool
    at: datetime
    stopped: bool = False
    """Whether the phone came onto the register and somebody objected, or was not told yet."""
    rests: timedelta | None = None
    """For how long the phone serves nobody yet (OTP-15)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A try. Whether the digits fit is known before the database hears of it."""

    challenge: UUID
    bound: bytes = field(repr=False)
    """`Aim.bound` to the challenge."""
    mask: UUID = field(repr=False)
    """Under which whom the challenge means is hidden."""
    fits: bool
    token: str | None = field(default=None, repr=False)
    """The cookie of the session to open where somebody is recognised; None: open none."""


def prepare(
    vault: Vault, challenge: UUID, code: str, *, aim: Aim, token: str | None = None
) -> Answer:
    """Compare the digits; CodeMalformed, and no try counted, where they are not six."""
    digits = _digits(code)
    if digits is None:
        raise CodeMalformed
    fits = codes.matches(vault, challenge, digits)
    return Answer(
        challenge=challenge,
        bound=aim.bound(challenge),
        mask=masking.of_challenge(vault, challenge),
        fits=fits,
        token=token,
    )


ANSWER: Final = f"""
with held as materialized (
 select c.id, c.jurisdiction_id, c.number_index, masked(c.meant, g.mask) as meant, c.wrong,
        c.used_at, c.expires_at, c.next_try_at, p.sends, p.challenges, p.browsers, p.misses,
        p.answered, coalesce(p.lifted_at, '-infinity') as lifted_at, g.fits, g.session, g.veil
   from unnest(%(ids)s::uuid[], %(bound)s::bytea[], %(masks)s::uuid[], %(fits)s::boolean[],
               %(sessions)s::bytea[], %(veils)s::uuid[])
     as g(id, bound, mask, fits, session, veil)
   join challenge c on c.id = g.id and c.bound = g.bound
   join phone_lock p on p.number_index = c.number_index
  order by p.number_index, c.id
    for update of c, p
), timed as materialized (
 select h.*, clock_timestamp() as at, array_position(h.challenges, h.id) as place from held h
), weighed as materialized (
 select t.*, own.browser = any(proved.browsers) as proved, row.own_missed, row.missed
   from timed t
  cross join lateral (select t.browsers[t.place] as browser) as own
  cross join lateral (
    select array(select n.browser from unnest(t.sends, t.browsers, t.answered)
                   as n(at, browser, answered)
                  where n.answered and n.at > t.at - %(day)s::interval) as browsers) as proved
  cross join lateral (
    select coalesce(sum(a.missed) filter (where a.browser = own.browser), 0) as own_missed,
           coalesce(sum(a.missed) filter (
             where not a.browser = any(proved.browsers)
               and a.at > greatest(t.at - %(day)s::interval, t.lifted_at)), 0) as missed
      from unnest(t.sends, t.browsers, t.misses) as a(at, browser, missed)) as row
), judged as materialized (
 select t.*, phone.disputed or phone.untold as stopped, phone.serves_from,
        case when t.used_at is not null then 'used'
             when t.place is null then 'superseded'
             when t.at >= t.expires_at then 'expired'
             when t.wrong >= %(tries)s then 'exhausted'
             when not t.proved and t.missed >= %(in_a_row)s then 'locked'
             when t.at < t.next_try_at then 'soon'
             when t.fits then 'right'
             else 'wrong' end as verdict,
        (%(delays)s::interval[])[least(t.own_missed + 1, %(last)s)] as pause
   from weighed t {SERVES}
), tried as (
 update challenge c
    set wrong = j.wrong + case j.verdict when 'wrong' then 1 else 0 end,
        used_at = case j.verdict when 'right' then j.at end,
        next_try_at = case j.verdict when 'wrong' then j.at + j.pause end
   from judged j where c.id = j.id and j.verdict in ('right', 'wrong')
), counted as (
 update phone_lock p
    set (misses, answered) = (
 select array_agg(case when cardinality(n.rights) > 0 then 0
                       when e.challenge = any(n.wrongs) then e.missed + 1
                       else e.missed end order by e.place),
        array_agg(e.answered or coalesce(e.challenge = any(n.rights), false) order by e.place)
   from unnest(n.challenges, n.misses, n.answered) with ordinality
     as e(challenge, missed, answered, place))
   from (select number_index, challenges, misses, answered,
                array_agg(id) filter (where verdict = 'right') as rights,
                array_agg(id) filter (where verdict = 'wrong') as wrongs
           from judged where verdict in ('right', 'wrong') group by 1, 2, 3, 4) as n
  where p.number_index = n.number_index
), completed as (
 update code_send s set completed_at = j.at
   from judged j where s.challenge_id = j.id and j.verdict = 'right' and s.sent_at is not null
), opened as (
 insert into session_row (id_hash, kind, jurisdiction_id, whose, assurance, created_at,
                          last_seen_at, idle_until, expires_at)
 select j.session, %(kind)s, j.jurisdiction_id, masked(j.meant, j.veil), %(assurance)s, j.at,
        j.at, j.at + %(idle)s::interval, j.at + %(absolute)s::interval
   from judged j
  where j.verdict = 'right' and j.session is not null
    and j.meant not in ('{NO_ONE}', '{SEVERAL}')
    and j.stopped is not true and (j.serves_from is null or j.serves_from <= referendum_now())
)
select id, verdict, jurisdiction_id, meant, at, wrong, pause, next_try_at,
       not proved and missed + 1 >= %(in_a_row)s as locks, stopped is true as stopped,
       case when stopped is not true and serves_from > referendum_now()
            then serves_from - referendum_now() end as rests
  from judged"""  # noqa: S608  # no outside text

DEAD: Final[dict[str, type[DomainError]]] = {
    "locked": PhoneLocked,
    "used": CodeUsed,
    "superseded": CodeSuperseded,
    "expired": CodeExpired,
    "exhausted": CodeExhausted,
}


def answer(wire: Wire, tries: Sequence[Answer], limits: Limits) -> list[Proved | Refused]:
    """Look at each try, and keep what it leaves: a refusal may have counted, so commit it.

    At most one try a challenge may be in the list.
    """
    span = SPANS[SessionKind.RESIDENT]
    given = {
        "ids": [one.challenge for one in tries],
        "bound": [one.bound for one in tries],
        "masks": [one.mask for one in tries],
        "fits": [one.fits for one in tries],
        "sessions": [None if one.token is None else mark(one.token) for one in tries],
        "veils": [None if one.token is None else masking.of_token(one.token) for one in tries],
        "tries": limits.tries_per_code,
        "day": DAY,
        "in_a_row": limits.tries_in_a_row_per_number,
        "delays": DELAYS,
        "last": len(DELAYS),
        "kind": SessionKind.RESIDENT.value,
        "assurance": Assurance.PHONE_ON_FILE.value,
        "idle": span.idle,
        "absolute": span.absolute,
        "rest": limits.phone_rests,
    }
    rows = {row.id: row for row in wire.ask(ANSWER, given)}
    return [
        _outcome(rows[one.challenge], limits) if one.challenge in rows else Refused(CodeUnknown())
        for one in tries
    ]


def recognised(proved: Proved) -> Recognised | Refused:
    """Who it is that proved the phone."""
    if proved.person is None:
        reason = "ambiguous" if proved.ambiguous else "no_match"
        return Refused(NotRecognised(reason=reason, alternatives=list(ALTERNATIVES)))
    if proved.stopped:
        return Refused(PhoneStopped(alternatives=list(ALTERNATIVES)))
    if proved.rests is not None:
        days = ceil(proved.rests / timedelta(days=1))
        return Refused(PhoneRests(days=days, alternatives=list(ALTERNATIVES)))
    return Recognised(Resident(proved.person, proved.jurisdiction, Assurance.PHONE_ON_FILE))


def signed_in(outcome: Proved | Refused, token: str) -> Opened:
    """The session that a committed try opened under `token`; else its refusal, raised."""
    proved: Proved = insist(outcome)
    known: Recognised = insist(recognised(proved))
    return _opened(token, known.resident, proved.at)


def _outcome(row: Any, limits: Limits) -> Proved | Refused:
    match row.verdict:
        case "right":
            return Proved(
                row.id,
                row.jurisdiction_id,
                None if row.meant in {NO_ONE, SEVERAL} else row.meant,
                row.meant == SEVERAL,
                row.at,
                stopped=row.stopped,
                rests=row.rests,
            )
        case "wrong" if row.locks:
            return Refused(PhoneLocked())
        case "wrong":
            left = limits.tries_per_code - row.wrong - 1
            return Refused(CodeWrong(tries_left=left, wait_seconds=_seconds(row.pause)))
        case "soon":
            return Refused(CodeTooSoon(wait_seconds=_seconds(row.next_try_at - row.at)))
        case verdict:
            return Refused(DEAD[verdict]())


def _opened(token: str, resident: Resident, at: datetime) -> Opened:
    span = SPANS[SessionKind.RESIDENT]
    view = SessionView(
        id_hash=mark(token),
        kind=SessionKind.RESIDENT,
        jurisdiction_id=resident.jurisdiction,
        person_id=resident.person,
        staff_id=None,
        assurance=resident.assurance,
        seen_at=at,
        last_seen_at=at,
        idle_until=at + span.idle,
        expires_at=at + span.absolute,
        extensions=0,
        fresh=False,
    )
    return Opened(token, csrf_of(token), view)


def _seconds(wait: timedelta) -> int:
    return ceil(wait.total_seconds())


def _digits(code: str) -> str | None:
    """Six plain digits, also where they were typed full-width or in groups."""
    plain = BETWEEN.sub("", unicodedata.normalize("NFKC", code))
    six = len(plain) == codes.DIGITS and plain.isascii() and plain.isdigit()
    return plain if six else None
