"""Why an office's own directory lets nobody in."""

from __future__ import annotations

from typing import ClassVar

from referendum.kernel.errors import DomainError, Refusal


class DirectoryNotSet(DomainError):
    """The authority has no directory of its own here."""

    code: ClassVar[str] = "directory-not-set"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class DirectoryUnavailable(DomainError):
    """It did not answer, or not as one. Password and code work all the same."""

    code: ClassVar[str] = "directory-unavailable"
    refusal: ClassVar[Refusal] = Refusal.UNAVAILABLE


class DirectoryAnswerRefused(DomainError):
    """What came back is not believed. Fact: `reason`, which check it failed."""

    code: ClassVar[str] = "directory-answer-refused"
    refusal: ClassVar[Refusal] = Refusal.NOT_KNOWN


class DirectoryVisitUnknown(DomainError):
    """No visit that this browser began goes by that state: used, too old, or another's."""

    code: ClassVar[str] = "directory-visit-unknown"
    refusal: ClassVar[Refusal] = Refusal.NOT_KNOWN


class DirectoryUnlinked(DomainError):
    """The directory knows them, and no account that is in use is linked to it."""

    code: ClassVar[str] = "directory-unlinked"
    refusal: ClassVar[Refusal] = Refusal.NOT_KNOWN


class LinkedAlready(DomainError):
    """The account has a link, or another account has this one: one person is one officer."""

    code: ClassVar[str] = "linked-already"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class NotLinked(DomainError):
    """There is no link to end."""

    code: ClassVar[str] = "not-linked"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PasswordSessionNeeded(DomainError):
    """A link is made by whoever signed in with password and code: no directory links itself."""

    code: ClassVar[str] = "password-session-needed"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED
