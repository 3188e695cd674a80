"""Who acts: residents, officers of an authority, and the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from referendum.kernel.errors import DomainError, Refusal


class Authority(StrEnum):
    """Who decides a step. Staff accounts belong to one."""

    COUNCIL_CHAIR = "council_chair"
    MAYOR = "mayor"
    ELECTION_COMMISSION = "election_commission"


class Role(StrEnum):
    """What an officer may do within the authority."""

    REGISTRAR = "registrar"
    EXAMINER = "examiner"
    CANVASSER = "canvasser"
    CERTIFIER = "certifier"
    CLERK = "clerk"
    ADMINISTRATOR = "administrator"


class Assurance(StrEnum):
    """How surely a person was recognised, weakest first."""

    PAPER = "paper"
    PHONE_ON_FILE = "phone_on_file"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Resident:
    """A person of the register who has just shown who they are."""

    person: UUID
    jurisdiction: UUID
    assurance: Assurance

    @property
    def mark(self) -> str:
        """How the record names them: not at all."""
        return "resident"


@dataclass(frozen=True, slots=True)
class Officer:
    """A member of an authority's staff, signed in with a second factor."""

    id: UUID
    jurisdiction: UUID
    authority: Authority
    roles: frozenset[Role]
    fresh: bool = False
    """Whether a code was given again just now, as certify, import and override ask."""
    seconded_by: str | None = None
    """The mark of another officer who confirmed what this one proposed. Only a proposal that was
    confirmed gives it (`kernel.proposals`)."""
    deputising_for: str | None = None
    """The mark of the absent officer whose roles these are, and in whose stead this one acts."""
    deputising_until: datetime | None = None
    resting: Mapping[Role, RoleMissing] = field(default_factory=dict, compare=False, repr=False)
    """Roles that the account has and that must not be used now, each with why."""

    @property
    def mark(self) -> str:
        """The person, also where they deputise: nobody is two officers."""
        return f"officer:{self.id}"

    def lacking(self, role: Role) -> RoleMissing:
        """Why this officer has no use of a role that is not among `roles`."""
        return self.resting.get(role) or RoleMissing(role=role.value)

    def insist(self, role: Role, *, fresh: bool = False) -> None:
        """Refuse unless this officer holds the role (and gave a code again just now)."""
        if role not in self.roles:
            raise self.lacking(role)
        if fresh and not self.fresh:
            raise FreshCodeNeeded


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar, whose acts are dated by their deadlines."""

    @property
    def mark(self) -> str:
        return "calendar"


Actor = Resident | Officer | Calendar


class RoleMissing(DomainError):
    code: ClassVar[str] = "role-missing"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class FreshCodeNeeded(DomainError):
    code: ClassVar[str] = "fresh-code-needed"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class OtherJurisdiction(DomainError):
    """The thing belongs to another place: to this officer it does not exist."""

    code: ClassVar[str] = "other-jurisdiction"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND
