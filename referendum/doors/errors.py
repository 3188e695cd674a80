"""Refusals that arise before any room is entered."""

from __future__ import annotations

from typing import ClassVar

from referendum.kernel.errors import DomainError, Refusal


class PageNotFound(DomainError):
    """Nothing is at this address, or not for the one who asks."""

    code: ClassVar[str] = "page-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class MethodNotOffered(DomainError):
    """The address exists, but not for this kind of request."""

    code: ClassVar[str] = "method-not-offered"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class InputNotUsable(DomainError):
    """Fields are missing or malformed; the problem's `errors` say which."""

    code: ClassVar[str] = "input-not-usable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class TextNotUsable(DomainError):
    """A text holds a NUL, a control sign or half a character. Fact: `field`, where it stands."""

    code: ClassVar[str] = "text-not-usable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class RequestNotReadable(DomainError):
    """Neither a form nor JSON as promised."""

    code: ClassVar[str] = "request-not-readable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class BodyTooLarge(DomainError):
    """Fact: `limit`, in bytes."""

    code: ClassVar[str] = "body-too-large"
    refusal: ClassVar[Refusal] = Refusal.TOO_LARGE


class TooManyRequests(DomainError):
    """One address asked too often. Fact: `seconds` until the next request is answered."""

    code: ClassVar[str] = "too-many-requests"
    refusal: ClassVar[Refusal] = Refusal.TOO_MANY


class ForeignForm(DomainError):
    """The form was not sent from our own page, or the page is older than the session."""

    code: ClassVar[str] = "foreign-form"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class ServiceUnavailable(DomainError):
    """The database cannot be reached or is too busy: nothing was accepted."""

    code: ClassVar[str] = "service-unavailable"
    refusal: ClassVar[Refusal] = Refusal.UNAVAILABLE
