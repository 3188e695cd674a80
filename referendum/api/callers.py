"""Who calls: a resident, an officer, either, or anybody at all."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from referendum.bootstrap import Services
from referendum.doors.cookies import services_of
from referendum.doors.sessions import Caller, anyone
from referendum.identity import staff
from referendum.identity.errors import NotSignedIn
from referendum.kernel.people import Officer, Resident


async def house(request: Request) -> Services:
    """The services of this process; a coroutine, so that no thread is asked for them."""
    return services_of(request)


House = Annotated[Services, Depends(house)]
"""What a route names that needs them."""


def someone(
    request: Request, caller: Annotated[Caller, Depends(anyone)]
) -> Resident | Officer | None:
    """The resident or officer who calls; None for anybody else."""
    if caller.session is None:
        return None
    if caller.is_resident:
        return caller.session.resident
    with services_of(request).begin() as uow:
        return staff.officer(uow.session, caller.session)


def member(
    actor: Annotated[Resident | Officer | None, Depends(someone)],
) -> Resident | Officer:
    """The door for residents and officers alike: acts are of either."""
    if actor is None:
        raise NotSignedIn
    return actor


Someone = Annotated[Resident | Officer | None, Depends(someone)]
Member = Annotated[Resident | Officer, Depends(member)]
