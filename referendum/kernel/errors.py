"""Refusals: the ways a request can be turned down, none of them a bug."""

from __future__ import annotations

from enum import Enum, auto
from typing import ClassVar

Fact = str | int | bool | None | list[str] | list[dict[str, str | int | None]]


class Refusal(Enum):
    """What sort of no it is. The edge alone knows which HTTP status or exit code that means."""

    INVALID = auto()
    NOT_KNOWN = auto()
    NOT_FOUND = auto()
    NOT_ALLOWED = auto()
    CONFLICT = auto()
    TOO_LATE = auto()
    TOO_MANY = auto()
    TOO_LARGE = auto()
    UNAVAILABLE = auto()


class DomainError(Exception):
    """A refusal with a stable code and the facts behind it, and no prose.

    `code` names the problem in URLs and translation catalogues and never changes
    once released. Keyword arguments become the public facts of the occurrence;
    they never hold personal data.
    """

    code: ClassVar[str]
    refusal: ClassVar[Refusal]
    at: ClassVar[str | None] = None
    """The field in which the fault lies, where it is the same every time."""

    def __init__(self, **facts: Fact) -> None:
        super().__init__(self.code, facts)
        self.facts = facts

    @property
    def field(self) -> str | None:
        """The field that must be mended, as the facts or the kind of refusal name it."""
        named = self.facts.get("field")
        return named if isinstance(named, str) else self.at
