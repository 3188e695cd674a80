"""The ways in which signing, bringing and examining can be refused."""

from __future__ import annotations

from typing import ClassVar

from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.faults import FileRefused


class PetitionNotFound(DomainError):
    code: ClassVar[str] = "petition-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class PetitionExists(DomainError):
    """A measure has one petition."""

    code: ClassVar[str] = "petition-exists"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PetitionPeriodInvalid(DomainError):
    """It would close before it opens, or name no channel."""

    code: ClassVar[str] = "petition-period-invalid"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class PetitionNotOpen(DomainError):
    code: ClassVar[str] = "petition-not-open"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PetitionClosed(DomainError):
    code: ClassVar[str] = "petition-closed"
    refusal: ClassVar[Refusal] = Refusal.TOO_LATE


class PetitionHalted(DomainError):
    """A court or a postponement has halted the collection, by that `document`."""

    code: ClassVar[str] = "petition-halted"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class SigningBarred(DomainError):
    """Nobody may sign in that district on that day; `opens`: the first day on which they may."""

    code: ClassVar[str] = "signing-barred"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class CollectionOverHere(DomainError):
    """The period goes on elsewhere, and is over in that district."""

    code: ClassVar[str] = "collection-over-here"
    refusal: ClassVar[Refusal] = Refusal.TOO_LATE


class ChannelNotAllowed(DomainError):
    """The rulebook of this measure does not let signatures come in this way."""

    code: ClassVar[str] = "channel-not-allowed"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class OtherAuthority(DomainError):
    """The lines of a petition are the business of the authority that decides on it."""

    code: ClassVar[str] = "other-authority"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class ConsentMissing(DomainError):
    """Each purpose is agreed to by itself; the fact `missing` names those that were not."""

    code: ClassVar[str] = "consent-missing"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class AssuranceTooLow(DomainError):
    code: ClassVar[str] = "assurance-too-low"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class PhoneChangedSince(DomainError):
    """The phone came onto the register after the petition was opened.

    Whether its person has signed is neither shown nor changed through it.
    """

    code: ClassVar[str] = "phone-changed-since"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class NotSigned(DomainError):
    """There is no signature of theirs to withdraw, or none that their phone may speak for."""

    code: ClassVar[str] = "not-signed"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class SignedOnPaper(DomainError):
    """A signature on a sheet is withdrawn through the representative."""

    code: ClassVar[str] = "signed-on-paper"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class SheetListUnreadable(DomainError):
    """A row of a list of sheets is not a number and how many lines; `line`: which."""

    code: ClassVar[str] = "sheet-list-unreadable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class SheetRegisteredBefore(DomainError):
    """A sheet was handed over with another number of lines, `lines`."""

    code: ClassVar[str] = "sheet-registered-before"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class FewerLinesThanKeyed(DomainError):
    """More lines of a sheet were keyed in already than it is said to have."""

    code: ClassVar[str] = "fewer-lines-than-keyed"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class SheetNotRegistered(DomainError):
    """After the handing in only sheets that were handed in are keyed in."""

    code: ClassVar[str] = "sheet-not-registered"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class SheetOverfull(DomainError):
    """A sheet has more lines now than it had when it was handed in."""

    code: ClassVar[str] = "sheet-overfull"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class ReceivedOutside(DomainError):
    """Sheets cannot have come before the collection opened, or after they were handed in."""

    code: ClassVar[str] = "received-outside"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "received_on"


class SheetsSubmitted(DomainError):
    """After submission a paper signature cannot be withdrawn any more."""

    code: ClassVar[str] = "sheets-submitted"
    refusal: ClassVar[Refusal] = Refusal.TOO_LATE


class NothingBrought(DomainError):
    code: ClassVar[str] = "nothing-brought"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class BatchAlreadyBrought(DomainError):
    """The same lines in the same order are here already: a file was sent twice."""

    code: ClassVar[str] = "batch-already-brought"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class RowsAlreadyBrought(DomainError):
    """Rows of these sheets are here already: leave them out, or mark the batch that has them."""

    code: ClassVar[str] = "rows-already-brought"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class BatchNotFound(DomainError):
    code: ClassVar[str] = "batch-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class BatchMarkedBefore(DomainError):
    """The batch was marked as keyed wrongly already."""

    code: ClassVar[str] = "batch-marked-before"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class BatchNotMarked(DomainError):
    """The batch counts: it is not marked as keyed wrongly, or was put back already."""

    code: ClassVar[str] = "batch-not-marked"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class LineStruck(DomainError):
    """A line of a batch that was keyed wrongly is not decided upon."""

    code: ClassVar[str] = "line-struck"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class LineNotFound(DomainError):
    code: ClassVar[str] = "line-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class LineWithdrawn(DomainError):
    """A withdrawn line is not decided upon again."""

    code: ClassVar[str] = "line-withdrawn"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class ExaminationUnderWay(DomainError):
    """An automatic pass over this petition has been asked for and has not ended."""

    code: ClassVar[str] = "examination-under-way"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class ExaminationNotFound(DomainError):
    code: ClassVar[str] = "examination-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class ExaminationBrokeOff(DomainError):
    """The pass was begun several times and each time broke off without saying why."""

    code: ClassVar[str] = "examination-broke-off"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class DecisionInvalid(DomainError):
    """A void line needs a reason that voids, a valid one needs a person."""

    code: ClassVar[str] = "decision-invalid"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class NothingToVoid(DomainError):
    """No line waits that nobody was found for."""

    code: ClassVar[str] = "nothing-to-void"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class NothingToUndo(DomainError):
    """Each of the lines was decided anew since: none stands as that decision left it."""

    code: ClassVar[str] = "nothing-to-undo"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class DecisionNeedsNote(DomainError):
    """What was decided is changed only with a written reason."""

    code: ClassVar[str] = "decision-needs-note"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "note"


class DecidedMeanwhile(DomainError):
    """Somebody else decided on this line at the same moment."""

    code: ClassVar[str] = "decided-meanwhile"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PersonNotOnRoll(DomainError):
    """The person chosen for a line is not on the petition's frozen roll."""

    code: ClassVar[str] = "person-not-on-roll"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class ReceiptUnreadable(DomainError):
    code: ClassVar[str] = "receipt-unreadable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class ReceiptUnknown(DomainError):
    """The receipt is well formed, but no line here answers to it."""

    code: ClassVar[str] = "receipt-unknown"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class LinesRefused(FileRefused):
    """A file of lines is broken."""

    code: ClassVar[str] = "lines-refused"


class SheetIntakeNotFound(DomainError):
    """No such file of sheets is known on this petition."""

    code: ClassVar[str] = "sheet-intake-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND
