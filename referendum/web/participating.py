"""What residents who are signed in are told of themselves on a petition's page, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.doors.sessions import Caller
from referendum.kernel.sealing import Vault
from referendum.roll import freezing
from signatures import collecting
from signatures.collecting import Mine
from signatures.tables import Petition


@dataclass(frozen=True, slots=True)
class Own:
    """Of the one who asks: their standing signature, and the district in which they are counted."""

    signature: Mine | None = None
    district: UUID | None = None


NOTHING: Final = Own()
"""Of a visitor, of an officer, and of a measure without a petition."""


def own(session: Session, vault: Vault, caller: Caller, petition: Petition | None) -> Own:
    """By the caller's session; without a resident's, nothing is asked."""
    if petition is None or caller.session is None or not caller.is_resident:
        return NOTHING
    resident = caller.session.resident
    place = freezing.place_on_roll(session, petition.roll_id, resident.person)
    signatures = collecting.mine(session, vault, resident, petition_id=petition.id)
    return Own(next(iter(signatures), None), place.district_id if place else None)
