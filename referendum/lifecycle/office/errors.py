"""Refusals of what an office writes about its own service."""

from __future__ import annotations

from typing import ClassVar

from referendum.kernel.errors import DomainError, Refusal


class TextTooLong(DomainError):
    """More than a page of the city should say."""

    code: ClassVar[str] = "text-too-long"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class TextUnchanged(DomainError):
    """The page says exactly this already: a version that changes nothing would only confuse."""

    code: ClassVar[str] = "text-unchanged"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT
