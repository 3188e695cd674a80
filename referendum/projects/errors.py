"""Why the project register turns somebody down."""

from __future__ import annotations

from typing import ClassVar

from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.faults import FileRefused


class ProjectNotFound(DomainError):
    code: ClassVar[str] = "project-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class ProjectsOfTheMayor(DomainError):
    """The list of projects is kept by the mayor's office alone."""

    code: ClassVar[str] = "projects-of-the-mayor"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class ProjectFileUnreadable(DomainError):
    """Neither UTF-8 nor CP949; the facts name the line and the byte in the file, from 1."""

    code: ClassVar[str] = "project-file-unreadable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class ProjectFileNotCsv(DomainError):
    """A quotation mark that never closes, or a field beyond all measure."""

    code: ClassVar[str] = "project-file-not-csv"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class ProjectColumnsWrong(DomainError):
    """Columns are missing, unknown or repeated."""

    code: ClassVar[str] = "project-columns-wrong"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class ProjectFileEmpty(DomainError):
    """A file without a single project would take every one off the list."""

    code: ClassVar[str] = "project-file-empty"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class ProjectFileTooLong(DomainError):
    code: ClassVar[str] = "project-file-too-long"
    refusal: ClassVar[Refusal] = Refusal.TOO_LARGE


class ProjectFileFaulty(FileRefused):
    """Some line is wrong, so nothing of the file was taken."""

    code: ClassVar[str] = "project-file-faulty"


class ProjectsMovedOn(DomainError):
    """The register has changed between the report that was read and its confirmation."""

    code: ClassVar[str] = "projects-moved-on"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class ProjectCodeTaken(DomainError):
    """Another project has that code."""

    code: ClassVar[str] = "project-code-taken"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class ProjectWrong(DomainError):
    """What was written of one project is faulty: the facts name the first field and why."""

    code: ClassVar[str] = "project-wrong"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class ProjectReasonMissing(DomainError):
    """A change by hand says why."""

    code: ClassVar[str] = "project-reason-missing"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class NotCalledBefore(DomainError):
    """The decision not to call a vote on it stands already, under the same promise."""

    code: ClassVar[str] = "project-not-called-before"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT
