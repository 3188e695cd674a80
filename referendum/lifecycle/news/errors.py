"""The ways in which following is refused."""

from __future__ import annotations

from typing import ClassVar

from referendum.kernel.errors import DomainError, Refusal


class NothingToFollow(DomainError):
    """The measure is one that nobody follows now, or there is no such thing."""

    code: ClassVar[str] = "nothing-to-follow"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class FollowingNotFound(DomainError):
    """The link is of nothing that is followed: it was stopped, it ended, or it never was."""

    code: ClassVar[str] = "following-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class FollowingByMailOff(DomainError):
    """No mail goes out here: a telephone number can be told."""

    code: ClassVar[str] = "following-by-mail-off"
    refusal: ClassVar[Refusal] = Refusal.INVALID
