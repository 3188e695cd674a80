"""Why an absence is not entered, consented to or ended, and why nobody deputises."""

from __future__ import annotations

from typing import ClassVar

from referendum.kernel.errors import DomainError, Refusal


class AbsenceNotFound(DomainError):
    """No absence of the own office goes by that id, or it concerns others."""

    code: ClassVar[str] = "absence-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class AbsenceOver(DomainError):
    """It has ended, by its day or before."""

    code: ClassVar[str] = "absence-over"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class AbsenceDaysNotUsable(DomainError):
    """Days that are past, out of order, or too many. Facts: `field`, `reason`, `days`."""

    code: ClassVar[str] = "absence-days-not-usable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class AbsentAlready(DomainError):
    """The officer is marked absent for some of these days."""

    code: ClassVar[str] = "absent-already"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT
    at: ClassVar[str | None] = "first"


class DeputyNotUsable(DomainError):
    """Not another open account of the same authority. Fact: `reason`."""

    code: ClassVar[str] = "deputy-not-usable"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "deputy"


class OwnDeputyship(DomainError):
    """Who enters somebody else's absence gives themselves no roles by it."""

    code: ClassVar[str] = "own-deputyship"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED
    at: ClassVar[str | None] = "deputy"


class NotDeputising(DomainError):
    """The officer is not lent anything by that absence now."""

    code: ClassVar[str] = "not-deputising"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND
