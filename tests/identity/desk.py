"""Officers for the tests: made, set up and signed in, with an authenticator in the pocket."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import pyotp
from argon2 import PasswordHasher
from sqlalchemy import select

from referendum.identity import accounts, demonstrating, entering, sessions, staff
from referendum.identity.accounts import Terms, Wanted
from referendum.identity.errors import Refused, insist
from referendum.identity.inviting import Link
from referendum.identity.pausing import Whence
from referendum.identity.sessions import Opened
from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.record import RecordEntry
from tests.identity.neighbourhood import Neighbourhood

LIGHT: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""The real argon2, with little work: the tests are about everything else."""

STEP: Final = 30
TYPING: Final = 3

OFFICE: Final = Whence("192.0.2.10")

PASSWORD: Final = "seven green bridges over a river"


@dataclass
class Colleague:
    """An account and what its holder knows."""

    village: Neighbourhood
    id: UUID
    username: str
    secret: str
    spares: tuple[str, ...]

    def code(self, *, drift: int = 0) -> str:
        """The authenticator's code, with time left to type it."""
        left = STEP - time.time() % STEP
        if left < TYPING:
            time.sleep(left)
        return pyotp.HOTP(self.secret).at(int(time.time()) // STEP + drift)

    def wait_for_a_new_code(self) -> None:
        """As half a minute would: the step last used moves back."""
        with self.village.begin() as uow:
            staff.held(uow.session, self.id).totp_last_step = 0

    def tries(
        self,
        *,
        password: str = PASSWORD,
        code: str | None = None,
        username: str | None = None,
        whence: Whence = OFFICE,
    ) -> Opened | Refused:
        with self.village.begin() as uow:
            return entering.sign_in(
                uow,
                self.village.vault,
                username=username or self.username,
                password=password,
                code=self.code() if code is None else code,
                whence=whence,
                hasher=LIGHT,
            )

    def signs_in(self, *, whence: Whence = OFFICE) -> Opened:
        self.wait_for_a_new_code()
        return insist(self.tries(whence=whence))

    def steps_up(self, opened: Opened, code: str | None = None) -> datetime | Refused:
        with self.village.begin() as uow:
            return entering.step_up(
                uow, self.village.vault, opened.view, self.code() if code is None else code
            )

    def confirms(
        self, opened: Opened, password: str, code: str | None = None
    ) -> datetime | Refused:
        """As before a signature in the office's name: the password and the code once more."""
        with self.village.begin() as uow:
            return entering.step_up(
                uow,
                self.village.vault,
                opened.view,
                self.code() if code is None else code,
                password=password,
                hasher=LIGHT,
            )

    def officer(self, opened: Opened) -> Officer:
        with self.village.begin() as uow:
            view = sessions.find_session(uow.session, opened.token)
            assert view is not None
            return staff.officer(uow.session, view)


TERMS: Final = Terms(mails=False, waits=timedelta(days=2), grace=timedelta(days=30))


def link(
    village: Neighbourhood,
    username: str = "kim",
    *,
    roles: tuple[Role, ...] = (Role.ADMINISTRATOR,),
    authority: Authority = Authority.MAYOR,
) -> Link:
    """Of an account that was there from the first."""
    with village.begin() as uow:
        return demonstrating.account(
            uow,
            village.vault,
            wanted(username, *roles),
            of=village.jurisdiction_id,
            authority=authority,
            invented=True,
        )


def wanted(username: str, *roles: Role, email: str | None = None) -> Wanted:
    return Wanted(
        username=username,
        display_name="김담당",
        office_title="주무관",
        roles=roles,
        email=email,
    )


def invites(
    village: Neighbourhood, username: str, *roles: Role, by: Officer, terms: Terms = TERMS
) -> Link:
    """An administrator does, with a printed link."""
    with village.begin() as uow:
        made = accounts.invite(uow, village.vault, terms, wanted(username, *roles), by=by)
    assert made is not None
    return made


def finishes(village: Neighbourhood, made: Link, username: str = "kim") -> Colleague:
    with village.begin() as uow:
        offer = entering.offer_set_up(uow, village.vault, made.token, issuer="Referendum")
    colleague = Colleague(village, made.staff_id, username, offer.secret, ())
    with village.begin() as uow:
        colleague.spares = entering.set_up(
            uow,
            village.vault,
            made.token,
            password=PASSWORD,
            code=colleague.code(),
            closed=True,
            hasher=LIGHT,
        )
    return colleague


def hire(village: Neighbourhood, username: str = "kim", **wishes: object) -> Colleague:
    return finishes(village, link(village, username, **wishes), username)  # type: ignore[arg-type]  # passed on as they are


def entries(village: Neighbourhood) -> list[dict[str, Any]]:
    with village.begin() as uow:
        leaves = uow.session.scalars(select(RecordEntry.leaf).order_by(RecordEntry.number))
        return [json.loads(leaf) for leaf in leaves]
