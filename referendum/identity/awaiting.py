"""What the page of a code shows while somebody waits for it: how long it is good, and its way.

A list of looks at a time, as everything on the path of a crowd; a look holds no row and writes
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final
from uuid import UUID

from referendum.identity import codes
from referendum.identity.asking import Aim
from referendum.identity.errors import CodeUnknown, Refused
from referendum.identity.limits import Limits
from referendum.identity.sending import Delivery
from referendum.kernel.wire import Wire


@dataclass(frozen=True, slots=True)
class Watched:
    """A challenge, and the aim that whoever looks at it had it made for."""

    challenge: UUID
    aim: Aim = field(repr=False)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A code that can be typed now."""

    now: datetime
    expires_at: datetime
    delivery: Delivery
    sends_at: datetime
    """When the latest message went out or goes: later than now where codes are paced."""

    @property
    def seconds(self) -> int:
        """How long the code is good yet."""
        return int((self.expires_at - self.now).total_seconds())

    @property
    def minutes(self) -> int:
        """Within how many minutes a message that is paced goes out; 0 for one that is not."""
        if self.delivery is not Delivery.WAITING:
            return 0
        return max(0, ceil((self.sends_at - self.now) / timedelta(minutes=1)))


LOOK: Final = """
select g.place, c.used_at, c.expires_at, c.wrong,
       coalesce(c.id = any(p.challenges), false) as is_latest,
       s.due_at, s.sent_at, s.failed_at, clock_timestamp() as now
  from unnest(%(ids)s::uuid[], %(bound)s::bytea[]) with ordinality as g(id, bound, place)
  join challenge c on c.id = g.id and c.bound = g.bound
  join phone_lock p on p.number_index = c.number_index
 cross join lateral (select due_at, sent_at, failed_at from code_send
                      where challenge_id = c.id order by number desc limit 1) as s"""


def look(wire: Wire, watched: Sequence[Watched], limits: Limits) -> list[Waiting | Refused]:
    """How each stands, or why nothing can be typed for it any more."""
    given = {
        "ids": [one.challenge for one in watched],
        "bound": [one.aim.bound(one.challenge) for one in watched],
    }
    rows = {row.place: row for row in wire.ask(LOOK, given)}
    return [_told(rows.get(place), limits) for place in range(1, len(watched) + 1)]


def _told(row: Any, limits: Limits) -> Waiting | Refused:
    if row is None:
        return Refused(CodeUnknown())
    if (dead := codes.why_dead(row, row.now, limits)) is not None:
        return Refused(dead)
    delivery = Delivery.of(row.sent_at, row.failed_at)
    return Waiting(row.now, row.expires_at, delivery, row.sent_at or row.due_at)
