"""The ways in which an attachment is refused."""

from __future__ import annotations

from typing import ClassVar

from referendum.kernel.errors import DomainError, Refusal


class AttachmentNotFound(DomainError):
    """The text has no such attachment."""

    code: ClassVar[str] = "attachment-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class TooManyAttachments(DomainError):
    """A text has so many already. Facts: `most`."""

    code: ClassVar[str] = "too-many-attachments"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class AttachmentUnknown(DomainError):
    """It is no PDF, PNG or JPEG, whatever its name says. Facts: `field`."""

    code: ClassVar[str] = "attachment-unknown"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class AttachmentBroken(DomainError):
    """It is one of them and cannot be read to its end. Facts: `field`, `kind`."""

    code: ClassVar[str] = "attachment-broken"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class AttachmentLocked(DomainError):
    """A PDF with a password: not everybody could read it. Facts: `field`."""

    code: ClassVar[str] = "attachment-locked"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class AttachmentTooLarge(DomainError):
    """More bytes than an attachment may have. Facts: `field`, `most` (megabytes)."""

    code: ClassVar[str] = "attachment-too-large"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class PictureTooLarge(DomainError):
    """More pixels than are unpacked for anybody. Facts: `field`, `most` (millions)."""

    code: ClassVar[str] = "picture-too-large"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class AttachmentUntold(DomainError):
    """A title or a picture's description is missing or too long. Facts: `field`, `most`."""

    code: ClassVar[str] = "attachment-untold"
    refusal: ClassVar[Refusal] = Refusal.INVALID
