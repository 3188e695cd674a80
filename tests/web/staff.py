"""Officers of the town who sit at the desk, with an authenticator in the pocket."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

import pyotp

from referendum.identity import demonstrating, entering, staff
from referendum.identity.accounts import Wanted
from referendum.identity.tables import Staff
from referendum.kernel.people import Authority, Role
from tests.identity.desk import LIGHT, PASSWORD
from tests.town import Town

STEP = 30
WORKING = tuple(role for role in Role if role is not Role.ADMINISTRATOR)
"""Every role that one account may have at once with certifying."""


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
    """An account that has been set up: of the town, with every working role or some."""
    with town.begin() as uow:
        made = demonstrating.account(
            uow,
            town.vault,
            Wanted(
                username=username,
                display_name=f"담당 {username}",
                office_title="주무관",
                roles=roles or WORKING,
            ),
            of=place or town.place,
            authority=authority,
            invented=True,
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


def account_of(town: Town, username: str) -> Staff:
    """The account of that name as it stands."""
    with town.begin() as uow:
        found = staff.named(uow.session, username)
    assert found is not None
    return found
