"""What somebody typed to say who they are, so that a slip need not be typed all over again.

It stays in their own browser, sealed and bound to the code it was typed for, for as long as a code
may live: the service keeps no name with a code, and whoever sits down there next is shown nothing.
"""

from __future__ import annotations

import base64
from binascii import Error as NotBase64
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from referendum.doors import cookies
from referendum.kernel.sealing import DataKey, SealBroken
from signatures.lines import read_date

YOUNGEST: Final = 14
"""Nobody younger is asked to sign or to vote by any rulebook here: a year of two digits is that of
somebody as old, and 26 is 1926 for a long time yet."""
MINUTES: Final = 10
"""As long as a code may live."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed to say who they are."""

    name: str = ""
    birth_date: str = ""
    phone: str = ""

    def born(self, today: date) -> date | None:
        """The birth date, if it can be one."""
        given = read_date(self.birth_date, reference=today, age=YOUNGEST)
        return given if given and date(1880, 1, 1) <= given <= today else None


def keep(request: Request, response: Response, key: DataKey, challenge: UUID, typed: Typed) -> None:
    """Let the browser hold it, for this challenge alone."""
    sealed = key.seal_fields(asdict(typed), place=_place(challenge))
    told = base64.urlsafe_b64encode(sealed).decode()
    cookies.write(request, response, cookies.TYPED, told, minutes=MINUTES)


def kept(request: Request, key: DataKey, challenge: UUID) -> Typed | None:
    """What was typed for this challenge; None once it is forgotten, or of another one or day."""
    told = cookies.read(request, cookies.TYPED)
    if not told:
        return None
    try:
        sealed = base64.urlsafe_b64decode(told)
        return Typed(**key.unseal_fields(sealed, place=_place(challenge)))
    except (NotBase64, SealBroken, ValueError):
        return None


def forget(request: Request, response: Response) -> None:
    """It has served, or is not to be shown to whoever comes next."""
    if cookies.read(request, cookies.TYPED):
        cookies.clear(request, response, cookies.TYPED)


def _place(challenge: UUID) -> str:
    return f"challenge.typed:{challenge}"
