"""How a paper, or its file, can be refused."""

from __future__ import annotations

from typing import ClassVar

from referendum.kernel.errors import DomainError, Refusal


class PaperNotFound(DomainError):
    """There is no such paper here."""

    code: ClassVar[str] = "paper-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class PaperFileNotFound(DomainError):
    """The paper has no such file."""

    code: ClassVar[str] = "paper-file-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class PaperDatedOtherwise(DomainError):
    """A paper of this issuer bears the number already, with another day. Facts: `paper`, `day`."""

    code: ClassVar[str] = "paper-dated-otherwise"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PaperReadsOtherwise(DomainError):
    """The paper of this number has another file. Facts: `paper`."""

    code: ClassVar[str] = "paper-reads-otherwise"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PaperOfAnother(DomainError):
    """The paper that was chosen is another issuer's. Facts: `paper`, `issuer`, `needed`."""

    code: ClassVar[str] = "paper-of-another"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PaperNotYours(DomainError):
    """Its file is read by the authority that issued it, or that entered it, and nobody else."""

    code: ClassVar[str] = "paper-not-yours"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class PaperNumberTooLong(DomainError):
    """A number is no text. Facts: `most`."""

    code: ClassVar[str] = "paper-number-too-long"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class PaperFileForgotten(DomainError):
    """A file was chosen, the page came back, and now it is sent without one. Facts: `field`."""

    code: ClassVar[str] = "paper-file-forgotten"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class PaperFileUnknown(DomainError):
    """Neither PDF nor a scan that is known, whatever its name says."""

    code: ClassVar[str] = "paper-file-unknown"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "document_file"


class PaperFileNeeded(DomainError):
    """What is transcribed is transcribed from the document itself: its file must be here."""

    code: ClassVar[str] = "paper-file-needed"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "document_file"


class PaperFileBroken(DomainError):
    """The file ends before its end, or goes on after it. Facts: `kind`."""

    code: ClassVar[str] = "paper-file-broken"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "document_file"


class PaperFileTooLarge(DomainError):
    """Facts: `most`, in bytes."""

    code: ClassVar[str] = "paper-file-too-large"
    refusal: ClassVar[Refusal] = Refusal.TOO_LARGE
    at: ClassVar[str | None] = "document_file"


class PaperFiledBefore(DomainError):
    """The paper has its file, or its copy for everybody, already. Facts: `paper`."""

    code: ClassVar[str] = "paper-filed-before"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT
    at: ClassVar[str | None] = "document_file"


class PaperCopyIsOriginal(DomainError):
    """What was added as a copy for everybody is the paper's own file, with nothing blacked out."""

    code: ClassVar[str] = "paper-copy-is-original"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT
    at: ClassVar[str | None] = "document_file"


class PaperChosenAndTyped(DomainError):
    """A paper was chosen among those on file, and another one's number or day was typed."""

    code: ClassVar[str] = "paper-chosen-and-typed"
    refusal: ClassVar[Refusal] = Refusal.INVALID
