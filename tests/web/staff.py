"""Officers of the town who sit at the desk, with an authenticator in the pocket."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

import pyotp

from referendum.identity import entering, staff
from referendum.kernel.people import Authority, Role
from tests.identity.desk import LIGHT, PASSWORD
from tests.town import Town

STEP = 30


@dataclass
class Colleague:
    """An account of the town and what its holder knows."""

    town: Town
    id: UUID
    username: str
    secret: str

    def code(self) -> str:
        """A code that was not used yet, as half a minute later: the step last used moves back.

        It is the coming half minute's, which is taken already: a busy machine types slowly.
        """
        with self.town.begin() as uow:
            staff.held(uow.session, self.id).totp_last_step = 0
        return pyotp.HOTP(self.secret).at(int(time.time()) // STEP + 1)


def hire(
    town: Town,
    username: str,
    *,
    authority: Authority = Authority.MAYOR,
    roles: tuple[Role, ...] = (),
    place: UUID | None = None,
) -> Colleague:
    """An account that has been set up: of the town, with every role, unless they are named."""
    with town.begin() as uow:
        made = staff.add(
            uow,
            vault=town.vault,
            jurisdiction_id=place or town.place,
            username=username,
            display_name=f"담당 {username}",
            office_title="주무관",
            authority=authority,
            roles=roles or tuple(Role),
            by=None,
        )
    with town.begin() as uow:
        offer = entering.offer_set_up(uow, town.vault, made.token, issuer="Referendum")
    colleague = Colleague(town, made.staff_id, username, offer.secret)
    with town.begin() as uow:
        entering.set_up(
            uow,
            town.vault,
            made.token,
            password=PASSWORD,
            code=pyotp.HOTP(offer.secret).at(int(time.time()) // STEP),
            hasher=LIGHT,
        )
    return colleague
