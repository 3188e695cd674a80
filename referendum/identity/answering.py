"""Answering codes, a list of tries at a time: the digits are compared before, one statement after.

The statement holds each challenge with its number's row, judges by their newest versions and
writes what follows: a miss that counts, or a code used up and, where that was asked for and the
register joins the phone to one person, a session. However many tries run at once, the rows let
them through one by one, so one alone can succeed (OTP-03).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final
from uuid import UUID

from referendum.identity import codes
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
    Refused,
    insist,
)
from referendum.identity.limits import DELAYS, Limits
from referendum.identity.sessions import SPANS, Opened, SessionKind, SessionView, csrf_of, mark
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Assurance, Resident
from referendum.kernel.sealing import Vault
from referendum.kernel.wire import Wire

ALTERNATIVES = ("desk", "paper")
"""How someone goes on whom a code cannot recognise; the pages put them into words."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The phone was proved, and the register joins it to one person."""

    resident: Resident


@dataclass(frozen=True, slots=True)
class Proved:
    """The right code was used up; `person` is whom the register joins to the phone, if one."""

    phone_index: bytes = field(repr=False)
    jurisdiction: UUID
    person: UUID | None
    ambiguous: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A try. Whether the digits fit is known before the database hears of it."""

    challenge: UUID
    aim: Aim
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
    return Answer(challenge=challenge, aim=aim, fits=fits, token=token)


ANSWER: Final = """
with held as materialized (
 select c.id, c.jurisdiction_id, c.phone_index, c.person_id, c.ambiguous, c.wrong, c.used_at,
        c.expires_at, p.challenge_id = c.id as latest, p.consecutive_wrong, p.next_try_at,
        p.locked_at, g.fits, g.session
   from unnest(%(ids)s::uuid[], %(browsers)s::bytea[], %(purposes)s::text[], %(subjects)s::uuid[],
               %(fits)s::boolean[], %(sessions)s::bytea[])
     as g(id, browser, purpose, subject, fits, session)
   join challenge c on c.id = g.id and c.browser = g.browser and c.purpose = g.purpose
                   and c.subject is not distinct from g.subject
   join phone_lock p on p.phone_index = c.phone_index
  order by p.phone_index
    for update of c, p
), timed as materialized (
 select h.*, clock_timestamp() as at from held h
), judged as materialized (
 select t.*,
        case when t.locked_at is not null then 'locked'
             when t.used_at is not null then 'used'
             when not t.latest then 'superseded'
             when t.at >= t.expires_at then 'expired'
             when t.wrong >= %(tries)s then 'exhausted'
             when t.at < t.next_try_at then 'soon'
             when t.fits then 'right'
             else 'wrong' end as verdict,
        (%(delays)s::interval[])[least(t.consecutive_wrong + 1, %(last)s)] as pause
   from timed t
), tried as (
 update challenge c
    set wrong = j.wrong + case j.verdict when 'wrong' then 1 else 0 end,
        used_at = case j.verdict when 'right' then j.at end
   from judged j where c.id = j.id and j.verdict in ('right', 'wrong')
), counted as (
 update phone_lock p
    set consecutive_wrong = case j.verdict when 'right' then 0 else j.consecutive_wrong + 1 end,
        next_try_at = case j.verdict when 'right' then null else j.at + j.pause end,
        locked_at = case when j.verdict = 'wrong' and j.consecutive_wrong + 1 >= %(in_a_row)s
                         then j.at end
   from judged j where p.phone_index = j.phone_index and j.verdict in ('right', 'wrong')
), completed as (
 update code_send s set completed_at = j.at
   from judged j where s.challenge_id = j.id and j.verdict = 'right' and s.sent_at is not null
), opened as (
 insert into session_row (id_hash, kind, jurisdiction_id, person_id, assurance, created_at,
                          last_seen_at, idle_until, expires_at)
 select j.session, %(kind)s, j.jurisdiction_id, j.person_id, %(assurance)s, j.at, j.at,
        j.at + %(idle)s::interval, j.at + %(absolute)s::interval
   from judged j
  where j.verdict = 'right' and j.session is not null and j.person_id is not null
)
select id, verdict, phone_index, jurisdiction_id, person_id, ambiguous, at, wrong,
       consecutive_wrong, pause, next_try_at
  from judged"""

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
        "browsers": [one.aim.browser for one in tries],
        "purposes": [one.aim.purpose for one in tries],
        "subjects": [one.aim.subject for one in tries],
        "fits": [one.fits for one in tries],
        "sessions": [None if one.token is None else mark(one.token) for one in tries],
        "tries": limits.tries_per_code,
        "in_a_row": limits.tries_in_a_row_per_number,
        "delays": DELAYS,
        "last": len(DELAYS),
        "kind": SessionKind.RESIDENT.value,
        "assurance": Assurance.PHONE_ON_FILE.value,
        "idle": span.idle,
        "absolute": span.absolute,
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
                row.phone_index, row.jurisdiction_id, row.person_id, row.ambiguous, row.at
            )
        case "wrong" if row.consecutive_wrong + 1 >= limits.tries_in_a_row_per_number:
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
    plain = "".join(unicodedata.normalize("NFKC", code).replace("-", " ").split())
    six = len(plain) == codes.DIGITS and plain.isascii() and plain.isdigit()
    return plain if six else None
