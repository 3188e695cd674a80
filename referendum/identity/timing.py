"""The machine's clock, by which codes, lock-outs and sessions run.

Measures live by the shared clock, which a demo puts forward by weeks at a time. A person at a
keyboard does not: the jump must neither throw anyone out nor age a code or a lock. So all of
this room reads PostgreSQL's own clock, as the outbox does, and never the shifted one.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def machine_now(session: Session) -> datetime:
    """PostgreSQL's clock at this call, in UTC: after whatever lock the decision needed."""
    now: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return now
