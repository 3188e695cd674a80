"""LOG-01: every act appends exactly one entry in the same transaction, whenever it is killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.record import RecordEntry, RecordWaiting
from referendum.kernel.uow import Begin
from tests.patience import SECONDS
from tests.running.acts import POINTS

ROOT = Path(__file__).parents[2]


def test_killed_at_twenty_points_acts_and_entries_are_the_same(
    database_url: str, begin: Begin
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.running.acts", database_url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    )
    acknowledged = done.stdout.split()
    assert len(acknowledged) >= POINTS
    with begin() as uow:
        entries = [str(entry) for entry in uow.session.scalars(select(RecordEntry.id))]
        waiting = [str(entry) for entry in uow.session.scalars(select(RecordWaiting.entry_id))]
        effects = [one["notice_id"] for one in uow.session.scalars(select(OutboxMessage.arguments))]
    assert set(acknowledged) <= set(entries)
    assert sorted(entries) == sorted(effects) == sorted(waiting)
    # At each point at most one act was under way that nobody was told of.
    assert len(entries) <= len(acknowledged) + POINTS
