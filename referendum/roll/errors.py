"""Why the roll's room turns somebody down."""

from __future__ import annotations

from typing import ClassVar

from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.faults import FileRefused


class JurisdictionNotFound(DomainError):
    code: ClassVar[str] = "jurisdiction-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class PlaceExists(DomainError):
    """A jurisdiction, or a district of that code and first day, is there already."""

    code: ClassVar[str] = "place-exists"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class DistrictNotFound(DomainError):
    code: ClassVar[str] = "district-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class RegisterEmpty(DomainError):
    """A file without a single person would end everybody's residence."""

    code: ClassVar[str] = "register-empty"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class RegisterEncodingUnknown(DomainError):
    """Neither UTF-8 nor CP949; the facts name the line and the byte in the file, from 1."""

    code: ClassVar[str] = "register-encoding-unknown"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class RegisterNotCsv(DomainError):
    """A quotation mark that never closes, or a field beyond all measure."""

    code: ClassVar[str] = "register-not-csv"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class RegisterColumnsWrong(DomainError):
    """Columns are missing, unknown or repeated: guessing could take votes away silently."""

    code: ClassVar[str] = "register-columns-wrong"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class RegisterMostlyBroken(FileRefused):
    """So many lines are refused that the file itself must be wrong; `whole`: how many it has."""

    code: ClassVar[str] = "register-mostly-broken"


class RegisterOlder(DomainError):
    """The file describes a day before the one that the register already describes."""

    code: ClassVar[str] = "register-older"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class RegisterFromTheFuture(DomainError):
    code: ClassVar[str] = "register-from-the-future"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class RegisterMovedOn(DomainError):
    """Another import came between the report that was read and its confirmation."""

    code: ClassVar[str] = "register-moved-on"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class RegisterBusy(DomainError):
    """Another file is being taken into the register of this place."""

    code: ClassVar[str] = "register-busy"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class ModeNotGiven(DomainError):
    """There is a register, and nobody said whether the file is all of it or changes to it."""

    code: ClassVar[str] = "register-mode-not-given"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "mode"


class PreviewNotRead(DomainError):
    """Who confirms an import says which preview was read, and it was none or another one."""

    code: ClassVar[str] = "register-preview-not-read"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class LinesNameless(DomainError):
    """A whole file with lines of which nobody knows whose they are would end their people."""

    code: ClassVar[str] = "register-lines-nameless"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class WordsUnexplained(DomainError):
    """Unknown words would take a right from somebody; it has to be said what they mean."""

    code: ClassVar[str] = "register-words-unexplained"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class MeaningUnknown(DomainError):
    """A word can only mean a country's code, a status of stay, or nothing."""

    code: ClassVar[str] = "register-meaning-unknown"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class SameRegistrar(DomainError):
    """An import that changes much is confirmed by two registrars, not twice by one."""

    code: ClassVar[str] = "register-same-registrar"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class IntakeNotFound(DomainError):
    code: ClassVar[str] = "intake-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class IntakeNotRead(DomainError):
    """The file is not read yet, or has ended: it cannot be confirmed."""

    code: ClassVar[str] = "intake-not-read"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class RegisterMissing(DomainError):
    """No such version of the register has been imported."""

    code: ClassVar[str] = "register-missing"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PersonNotFound(DomainError):
    code: ClassVar[str] = "person-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class RollNotFound(DomainError):
    code: ClassVar[str] = "roll-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class TotalPublished(DomainError):
    """The number of that year is published; only a correction may follow."""

    code: ClassVar[str] = "total-published"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class TotalCorrected(DomainError):
    """That number was corrected already; the correction is what may be corrected now."""

    code: ClassVar[str] = "total-corrected"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class TotalNotFound(DomainError):
    code: ClassVar[str] = "total-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class TotalAbsurd(DomainError):
    """A count from 0 to 100 million, of a year since 2003, with the notice it stands in."""

    code: ClassVar[str] = "total-absurd"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "number"


class TotalYearNotOver(DomainError):
    """Claimants are counted on the last day of a year, so that there is no number before."""

    code: ClassVar[str] = "total-year-not-over"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "base_year"


class TotalAboveWhole(DomainError):
    """A district would have more people than the place that it is a part of."""

    code: ClassVar[str] = "total-above-whole"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "number"


class TotalFileNotTable(DomainError):
    """No CSV, not the columns of a file of totals, no line at all, or far too many."""

    code: ClassVar[str] = "total-file-not-table"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "file"


class TotalColumnsWrong(DomainError):
    """Columns are missing, unknown or repeated."""

    code: ClassVar[str] = "total-columns-wrong"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "file"


class TotalFileFaulty(FileRefused):
    """A file of totals is entered whole or not at all."""

    code: ClassVar[str] = "total-file-faulty"


class StreetFileNotTable(DomainError):
    """No CSV, not the columns of a list of streets, no line at all, or far too many."""

    code: ClassVar[str] = "street-file-not-table"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "file"


class StreetColumnsWrong(DomainError):
    """Columns are missing, unknown or repeated."""

    code: ClassVar[str] = "street-columns-wrong"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "file"


class StreetFileFaulty(FileRefused):
    """A list of streets is loaded whole or not at all."""

    code: ClassVar[str] = "street-file-faulty"


class TotalFileOther(DomainError):
    """The file that is to be entered is not the one that was looked at."""

    code: ClassVar[str] = "total-file-other"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT
    at: ClassVar[str | None] = "file"
