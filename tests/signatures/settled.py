"""Lines of paper as an officer settles them, and where each stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from signatures import settling, states
from signatures.deciding import Decision
from signatures.lines import Reason, Status
from tests.signatures.city import City


def settle(city: City, petition: UUID, line: UUID, **how: Any) -> Decision:
    with city.begin() as uow:
        return settling.decide(
            uow, city.vault, petition, line, **{"status": Status.VOID, "by": city.clerk, **how}
        )


def lines_of(city: City, petition: UUID) -> list[UUID]:
    found = city.rows("select id from line where petition_id = :id order by arrival", id=petition)
    return [row.id for row in found]


def state(city: City, petition: UUID, line: UUID) -> tuple[Status, Reason | None]:
    with city.begin() as uow:
        now = states.state_of(uow.session, petition, line)
        return now.status, now.reason
