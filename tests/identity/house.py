"""A village's first two administrators, and what they do with accounts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest

from referendum.identity import (
    consenting,
)
from referendum.kernel.people import (
    Officer,
    Role,
    RoleMissing,
)
from tests.identity.desk import (
    Colleague,
    finishes,
    hire,
    invites,
)
from tests.identity.neighbourhood import Neighbourhood


@dataclass
class House:
    """An authority with two administrators, as an operator begins it."""

    village: Neighbourhood
    kim: Colleague
    lee: Colleague

    @classmethod
    def of(cls, village: Neighbourhood) -> House:
        return cls(village, hire(village, "kim"), hire(village, "lee"))

    @property
    def first(self) -> Officer:
        return fresh(self.kim)

    @property
    def second(self) -> Officer:
        return fresh(self.lee)

    def certifier(self, username: str = "choi") -> Colleague:
        """Invited by the first and set up, and nothing more."""
        made = invites(self.village, username, Role.CERTIFIER, by=self.first)
        return finishes(self.village, made, username)

    def consents(self, account: UUID, by: Officer) -> None:
        with self.village.begin() as uow:
            consenting.consent(uow, account, by=by)


def fresh(kim: Colleague) -> Officer:
    opened = kim.signs_in()
    kim.wait_for_a_new_code()
    kim.steps_up(opened)
    return kim.officer(opened)


def refusal(colleague: Colleague, role: Role = Role.CERTIFIER) -> RoleMissing:
    """Why the role does not count for its holder just now."""
    officer = fresh(colleague)
    with pytest.raises(RoleMissing) as refused:
        officer.insist(role)
    return refused.value
