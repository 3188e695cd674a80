"""Refusals that only the JSON interface knows."""

from __future__ import annotations

from typing import ClassVar

from referendum.kernel.errors import DomainError, Refusal


class AlreadySigned(DomainError):
    """An earlier line of theirs counts. The new one is kept as evidence: this is told after."""

    code: ClassVar[str] = "already-signed"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class NotEntitled(DomainError):
    """The person is not on the petition's roll. Fact: `reason`, for this person alone."""

    code: ClassVar[str] = "not-entitled"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class KeyReused(DomainError):
    """The Idempotency-Key was sent before with another request."""

    code: ClassVar[str] = "idempotency-key-reused"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class CursorUnreadable(DomainError):
    """`after` is not a cursor of this list."""

    code: ClassVar[str] = "cursor-unreadable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class MediaTypeNotOffered(DomainError):
    """The body is not of the type that the route reads. Fact: `expected`."""

    code: ClassVar[str] = "media-type-not-offered"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class ResultNotPublished(DomainError):
    """A count is public once two officers have certified it, and no part of it before."""

    code: ClassVar[str] = "result-not-published"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class CertificateNotFound(DomainError):
    code: ClassVar[str] = "certificate-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class PdfNotReady(DomainError):
    """The certificate is issued; its PDF is being made."""

    code: ClassVar[str] = "certificate-pdf-not-ready"
    refusal: ClassVar[Refusal] = Refusal.UNAVAILABLE


class RecordEmpty(DomainError):
    """Nothing has been sealed yet."""

    code: ClassVar[str] = "record-empty"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class TreeNotSigned(DomainError):
    """There is no signed checkpoint of that size. Fact: `size`."""

    code: ClassVar[str] = "tree-not-signed"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class CaseNotUsable(DomainError):
    """The case file has faults. Fact: `problems`, each with its key and reason."""

    code: ClassVar[str] = "case-not-usable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class CaseNotFound(DomainError):
    """No real case of that id comes with the service."""

    code: ClassVar[str] = "case-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class NumbersNotUsable(DomainError):
    """A rule cannot be asked with these numbers. Fact: `problems`, each with key and reason."""

    code: ClassVar[str] = "numbers-not-usable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class RulebookNotFound(DomainError):
    code: ClassVar[str] = "rulebook-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class ProblemNotFound(DomainError):
    code: ClassVar[str] = "problem-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND
