"""Counts are withheld until all are in: the record holds commitments first, and then opens them.

What a box held must not be public while others are counted: whoever knows the first boxes could
bend the last. So the record binds each count at once by a salted hash, and shows the figures when
the last box is counted and the gate is met. Where the gate is never met, they are never shown.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, insert, select

from ballots.canvassing import canvass
from ballots.tables import Box, CountOpening, CountReturn, Poll, Station
from referendum.kernel.canonical import canonical
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.roll.tables import District

SALT: Final = 16
"""Bytes. A station's figures could be guessed and tried; so many salts cannot."""


def new_salt() -> bytes:
    return secrets.token_bytes(SALT)


def commitment(salt: bytes, box_id: UUID, version: int, figures: Mapping[str, Any]) -> str:
    """SHA-256 of the salt and the return's canonical JSON (RFC 8785): box, version and figures."""
    content = canonical({"box": str(box_id), "version": version, **figures})
    return hashlib.sha256(salt + content).hexdigest()


def open_when_whole(uow: UnitOfWork, poll: Poll, *, by: Officer) -> None:
    """Show what was bound, an entry a district, where every box is counted and the gate is met.

    Former versions are shown as well: a correction leaves what it corrects. A count that is
    corrected later is shown at once. Who keys one box looks at the sum after whoever keys another:
    else the last two, keyed at the same moment, would each take the other for missing.
    """
    uow.session.flush()
    turn = func.pg_advisory_xact_lock(func.hashtextextended(f"counts:{poll.id}", 0))
    uow.session.execute(select(turn))
    if canvass(uow.session, poll.id).votes is None:
        return
    bound = uow.session.execute(
        select(District.code, CountReturn)
        .join(Box, Box.id == CountReturn.box_id)
        .join(Station, Station.id == Box.station_id)
        .join(District, District.id == Station.district_id)
        .outerjoin(CountOpening, CountOpening.return_id == CountReturn.id)
        .where(
            Box.poll_id == poll.id,
            CountReturn.salt.is_not(None),
            CountOpening.return_id.is_(None),
        )
        .order_by(District.position, District.code, CountReturn.box_id, CountReturn.version)
    ).all()
    by_district = groupby(bound, key=lambda row: row.code)
    opened = [(code, [row.CountReturn for row in rows]) for code, rows in by_district]
    if not opened:
        return
    acts = [
        (
            "returns.count_opened",
            {"poll": str(poll.id), "district": code, "returns": list(map(_shown, rows))},
        )
        for code, rows in opened
    ]
    entries = uow.record_each(acts, by=by, measure=poll.measure_id)
    shown = [
        {"return_id": row.id, "entry_id": entry}
        for (_, rows), entry in zip(opened, entries, strict=True)
        for row in rows
    ]
    uow.session.execute(insert(CountOpening), shown)


def _shown(row: CountReturn) -> dict[str, Any]:
    assert row.salt is not None
    return {
        "box": str(row.box_id),
        "version": row.version,
        "salt": row.salt.hex(),
        "papers": row.papers,
        "invalid": row.invalid,
        "votes": dict(row.votes),
    }
