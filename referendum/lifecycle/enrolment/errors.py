"""Why somebody cannot enrol for a vote, or be enrolled."""

from __future__ import annotations

from typing import ClassVar

from referendum.kernel.errors import DomainError, Refusal


class NotByEnrolment(DomainError):
    """Whoever may vote here is known from the register: nobody enrols for this vote."""

    code: ClassVar[str] = "not-by-enrolment"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class EnrolmentClosed(DomainError):
    """Not called yet, halted, or the roll's base day is over. Fact: `why`."""

    code: ClassVar[str] = "enrolment-closed"
    refusal: ClassVar[Refusal] = Refusal.TOO_LATE


class StatementMissing(DomainError):
    """Each statement is made by itself. Fact: `missing`."""

    code: ClassVar[str] = "statement-missing"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class OutsideArea(DomainError):
    """The district is none of the vote's."""

    code: ClassVar[str] = "outside-area"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class NotOfElectorate(DomainError):
    """By what they state themselves they may not vote. Facts: `reason`, `day`, `age`."""

    code: ClassVar[str] = "not-of-electorate"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class NotEnrolled(DomainError):
    """There is nothing to take back."""

    code: ClassVar[str] = "not-enrolled"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class VotersEnrol(DomainError):
    """The electors of this vote are those who enrolled: no published figure stands in for them."""

    code: ClassVar[str] = "voters-enrol"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT
