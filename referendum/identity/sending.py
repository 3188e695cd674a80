"""Sending codes, up to a hundred at a time: claimed, handed over, settled (`kernel.errands`).

A send is its own outbox row: whatever becomes of a worker, it is open until it is settled. A code
is derived when it goes out, and no transaction is open while it is on the wire.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.identity import codes
from referendum.identity.errors import CodeUnknown
from referendum.identity.keeping import unseal
from referendum.identity.limits import DEFAULT
from referendum.identity.tables import Challenge, CodeSend
from referendum.kernel import errands
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin, UnitOfWork

BATCH: Final = 100
LEASE: Final = timedelta(minutes=2)
"""How long one worker may take; longer than all carriers' time-outs for a batch together."""
AGAIN: Final = timedelta(seconds=20)
"""How long after an unsure answer the same carrier is asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMessage:
    """What the worker hands to a carrier. Never logged, never stored."""

    challenge_id: UUID
    phone: str = field(repr=False)
    code: str = field(repr=False)
    minutes: int
    language: str
    key: str
    """The carrier sends once per key, however often it is asked."""
    only: str | None
    """The carrier that may have taken it already: no other may be asked."""


class Handover(Protocol):
    """How it went: nobody took it (`carrier` is None), someone did, or may have (`unsure`)."""

    @property
    def carrier(self) -> str | None: ...
    @property
    def reference(self) -> str | None: ...
    @property
    def unsure(self) -> bool: ...


Deliver = Callable[[Sequence[CodeMessage]], Sequence[Handover]]
"""Gives one outcome a message, in order."""


class Delivery(StrEnum):
    """What the page says about the latest message of a challenge."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"

    @classmethod
    def of(cls, sent_at: datetime | None, failed_at: datetime | None) -> Delivery:
        if sent_at is not None:
            return cls.SENT
        return cls.WAITING if failed_at is None else cls.FAILED


CLAIM: Final = """
with clock as materialized (select clock_timestamp() as at),
due as materialized (
 select s.challenge_id, s.number, s.carrier is null as first
   from code_send s cross join clock
  where s.sent_at is null and s.failed_at is null and s.due_at <= clock.at
    and (s.claimed_until is null or s.claimed_until <= clock.at)
  order by s.due_at limit %(most)s
    for update of s skip locked
), judged as materialized (
 select d.challenge_id, d.number, d.first, c.phone_sealed, c.key_id,
        c.expires_at - clock.at as left,
        coalesce(c.used_at is null and c.id = any(p.challenges) and clock.at < c.expires_at
                 and c.wrong < %(tries)s, false) as good
   from due d cross join clock
   left join challenge c on c.id = d.challenge_id
   left join phone_lock p on p.number_index = c.number_index
), claimed as (
 update code_send s
    set claimed_until = case when j.good then clock.at + %(lease)s::interval end,
        failed_at = case when not j.good then clock.at end
   from judged j cross join clock
  where s.challenge_id = j.challenge_id and s.number = j.number
 returning s.challenge_id, s.number, s.carrier
), spent as (
 insert into code_spending as m (minute, codes)
 select date_trunc('minute', clock.at), count(*) from judged j cross join clock
  where j.good and j.first group by 1
     on conflict (minute) do update set codes = m.codes + excluded.codes
)
select j.*, c.carrier
  from judged j join claimed c on c.challenge_id = j.challenge_id and c.number = j.number"""

SETTLE: Final = """
update code_send s
   set carrier = g.carrier, reference = g.reference,
       claimed_until = case when g.unsure then clock_timestamp() + %(again)s::interval end,
       sent_at = case when g.carrier is not null and not g.unsure then clock_timestamp() end,
       failed_at = case when g.carrier is null then clock_timestamp() end
  from unnest(%(challenges)s::uuid[], %(numbers)s::int[], %(carriers)s::text[],
              %(references)s::text[], %(unsure)s::boolean[])
    as g(challenge_id, number, carrier, reference, unsure)
 where s.challenge_id = g.challenge_id and s.number = g.number
   and s.sent_at is null and s.failed_at is null"""


def send_due(begin: Begin, vault: Vault, deliver: Deliver, *, most: int = BATCH) -> int:
    """Send what is due and in nobody's hands, up to so many; gives how many were looked at.

    If it is unknown whether a carrier took a code, it stays open and the same carrier is asked
    again with the same key (OTP-13). If none took it, that is told to the resident and not tried
    again: a code that comes late helps nobody (OPS-12).
    """
    sending = _Sending(vault, deliver, most)
    errands.carry(begin, sending)
    return sending.looked_at


@dataclass(slots=True)
class _Sending:
    """The round of codes: their rows are claimed and settled by one statement each."""

    vault: Vault
    deliver: Deliver
    most: int
    looked_at: int = 0

    def claim(self, uow: UnitOfWork) -> Sequence[tuple[Any, CodeMessage]]:
        given = {"most": self.most, "tries": DEFAULT.tries_per_code, "lease": LEASE}
        rows = uow.session.connection().exec_driver_sql(CLAIM, given).all()
        self.looked_at = len(rows)
        return [(row, _message(uow.session, self.vault, row)) for row in rows if row.good]

    def call(self, asked: Sequence[tuple[Any, CodeMessage]]) -> Sequence[Handover]:
        return self.deliver([message for _, message in asked])

    def settle(
        self, uow: UnitOfWork, answered: Sequence[tuple[tuple[Any, CodeMessage], Handover]]
    ) -> None:
        claimed = [row for (row, _), _ in answered]
        given = _settled(claimed, [handover for _, handover in answered])
        uow.session.connection().exec_driver_sql(SETTLE, given)


def delivery(session: Session, challenge_id: UUID, *, aim: codes.Aim) -> Delivery:
    """Whether the latest message went out, for the browser that asked for it."""
    challenge = session.get(Challenge, challenge_id)
    if challenge is None or challenge.bound != aim.bound(challenge_id):
        raise CodeUnknown
    latest = (
        select(CodeSend.sent_at, CodeSend.failed_at)
        .where(CodeSend.challenge_id == challenge_id)
        .order_by(CodeSend.number.desc())
        .limit(1)
    )
    return Delivery.of(*session.execute(latest).one())


def oldest_due(session: Session) -> timedelta | None:
    """How long the send that has waited longest has been due."""
    now = func.clock_timestamp()
    is_open = (CodeSend.sent_at.is_(None), CodeSend.failed_at.is_(None), CodeSend.due_at <= now)
    return session.scalar(select(now - func.min(CodeSend.due_at)).where(*is_open))


def _message(session: Session, vault: Vault, row: Any) -> CodeMessage:
    key = vault.open_key(session, row.key_id)
    number, language = unseal(key, row.challenge_id, bytes(row.phone_sealed))
    return CodeMessage(
        challenge_id=row.challenge_id,
        phone=number,
        code=codes.derive(vault, row.challenge_id),
        minutes=max(1, ceil(row.left.total_seconds() / 60)),
        language=language,
        key=f"{row.challenge_id}:{row.number}",
        only=row.carrier,
    )


def _settled(claimed: Sequence[Any], handovers: Sequence[Handover]) -> dict[str, Any]:
    return {
        "challenges": [row.challenge_id for row in claimed],
        "numbers": [row.number for row in claimed],
        "carriers": [one.carrier for one in handovers],
        "references": [one.reference for one in handovers],
        "unsure": [one.unsure for one in handovers],
        "again": AGAIN,
    }
