"""Why an act on a measure can be refused."""

from __future__ import annotations

from typing import ClassVar

from referendum.kernel.errors import DomainError, Refusal


class MeasureNotFound(DomainError):
    code: ClassVar[str] = "measure-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class NotYourAct(DomainError):
    """The step belongs to another authority, or to the representatives."""

    code: ClassVar[str] = "not-your-act"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class AllMustAgree(DomainError):
    """What ends or changes a measure needs all of its representatives, and may rest a day."""

    code: ClassVar[str] = "all-must-agree"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class NothingToTakeBack(DomainError):
    """Nothing that the representatives agreed on waits: it was done, or taken back before."""

    code: ClassVar[str] = "nothing-to-take-back"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class LastRepresentative(DomainError):
    """The last one does not leave a measure without anybody: they withdraw it, and that rests."""

    code: ClassVar[str] = "last-representative"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class InvitationNotFound(DomainError):
    """None that this person may answer: over, taken back, or sent to another phone."""

    code: ClassVar[str] = "invitation-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class TooManyInvitations(DomainError):
    code: ClassVar[str] = "too-many-invitations"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT
    at: ClassVar[str | None] = "phone"


class VersionNotFound(DomainError):
    """A draft has no such earlier version."""

    code: ClassVar[str] = "draft-version-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class OnHold(DomainError):
    """A court or a postponement has halted the measure."""

    code: ClassVar[str] = "measure-on-hold"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class NotHeld(DomainError):
    code: ClassVar[str] = "measure-not-on-hold"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class DocumentNeeded(DomainError):
    """The step is recorded with the number and date of its document, and a reason."""

    code: ClassVar[str] = "document-needed"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "document"


class DocumentAhead(DomainError):
    """A paper of a day that is still to come: nobody can have it in hand."""

    code: ClassVar[str] = "document-ahead"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "document"


class IssuerNotPossible(DomainError):
    """A step cannot rest on a paper of this body. Facts: `issuer`, `needed`."""

    code: ClassVar[str] = "issuer-not-possible"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "issuer"


class ParticularMissing(DomainError):
    """Something that this act needs was left empty."""

    code: ClassVar[str] = "particular-missing"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class HolderNotRecorded(DomainError):
    """Nobody is on record as holding the office on that day, so nobody could have signed."""

    code: ClassVar[str] = "holder-not-recorded"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT
    at: ClassVar[str | None] = "document_day"


class DesignationNotFound(DomainError):
    code: ClassVar[str] = "designation-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class DesignationNotDemanded(DomainError):
    """No rulebook of the instrument asks for a designation: it would open nothing."""

    code: ClassVar[str] = "designation-not-demanded"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "instrument"


class DesignationOver(DomainError):
    """It was revoked, or its last day is over."""

    code: ClassVar[str] = "designation-over"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class DayUnreadable(DomainError):
    """What stands in a field is no day of the calendar, or no time of a day."""

    code: ClassVar[str] = "day-unreadable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class NumberUnreadable(DomainError):
    """What stands in a field is no whole number, or one that is too small."""

    code: ClassVar[str] = "number-unreadable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class DraftIncomplete(DomainError):
    code: ClassVar[str] = "draft-incomplete"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class NotADraft(DomainError):
    """The text is frozen once it has been applied for."""

    code: ClassVar[str] = "not-a-draft"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class NotRepresentative(DomainError):
    code: ClassVar[str] = "not-representative"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class RuleRefused(DomainError):
    """The rulebook does not allow it: `rule` is the rules' own code, `key` the place."""

    code: ClassVar[str] = "rule-refused"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class TotalNotPublished(DomainError):
    """The claimant total of the base year has not been published."""

    code: ClassVar[str] = "total-not-published"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class NotDueYet(DomainError):
    """A calendar's act was asked for before its deadline."""

    code: ClassVar[str] = "not-due-yet"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class DayNotAllowed(DomainError):
    """The vote cannot be on that day under the rulebook."""

    code: ClassVar[str] = "vote-day-not-allowed"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "day"


class ExaminationOpen(DomainError):
    """Lines still wait for a decision."""

    code: ClassVar[str] = "examination-open"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class CuredBefore(DomainError):
    """A shortfall may be cured once."""

    code: ClassVar[str] = "cured-before"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class ExtendedBefore(DomainError):
    """The council's term may be extended once."""

    code: ClassVar[str] = "extended-before"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class VerdictOtherwise(DomainError):
    """The numbers choose another act than the one asked for."""

    code: ClassVar[str] = "verdict-otherwise"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class CountIncomplete(DomainError):
    """Returns are missing, so there is no result to declare."""

    code: ClassVar[str] = "count-incomplete"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PollAboveElectors(DomainError):
    """More papers than electors in a whole poll. Facts: `papers`, `electors`."""

    code: ClassVar[str] = "poll-above-electors"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class DistrictAboveElectors(DomainError):
    """More papers than electors in a district. Facts: `papers`, `electors`, `district`."""

    code: ClassVar[str] = "district-above-electors"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class OwnFigures(DomainError):
    """Whoever keyed or decided some of the numbers certifies none of them (CER-02)."""

    code: ClassVar[str] = "own-figures"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class AttestedBefore(DomainError):
    """Two different officers must certify."""

    code: ClassVar[str] = "attested-before"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class AttestedOnAnother(DomainError):
    """The first officer certified on another paper: both certify on the same one."""

    code: ClassVar[str] = "attested-on-another"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT
    at: ClassVar[str | None] = "document"


class NeedsCertifying(DomainError):
    """The step is taken by two certifications, not by a plain act."""

    code: ClassVar[str] = "needs-certifying"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class NeedsAnswer(DomainError):
    """The step is taken by giving the answer, not by a plain act."""

    code: ClassVar[str] = "needs-answer"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class AnnouncedDayStands(DomainError):
    """A vote day that was announced moves by `reset_day` alone, as does its polls' opening."""

    code: ClassVar[str] = "announced-day-stands"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class ElectorsNotStated(DomainError):
    """No roll was frozen and no electors were stated, so there is no poll to open."""

    code: ClassVar[str] = "electors-not-stated"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PollsWereHalted(DomainError):
    """A halt lay over the measure when its polls were to open: they did not. Facts as `OnHold`."""

    code: ClassVar[str] = "polls-were-halted"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class DeadlineFixed(DomainError):
    """What the law itself says about a day: no officer moves that. Fact: `deadline`."""

    code: ClassVar[str] = "deadline-fixed"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class DeadlineDone(DomainError):
    """The step that a deadline was for has been taken. Fact: `deadline`."""

    code: ClassVar[str] = "deadline-done"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class DeadlineBeforeItBegins(DomainError):
    """A last day before the first that counts. Facts: `deadline`, `first`."""

    code: ClassVar[str] = "deadline-before-it-begins"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class OverrideTooFar(DomainError):
    """Further from the computed day than may be. Facts: `computed`, `days`, `assumed`."""

    code: ClassVar[str] = "override-too-far"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class DeadlinesOutOfOrder(DomainError):
    """A step would fall due after one that comes later. Facts: `earlier`, `later`, their days."""

    code: ClassVar[str] = "deadlines-out-of-order"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class NotOverridden(DomainError):
    """There is no override that could be taken back. Fact: `deadline`."""

    code: ClassVar[str] = "deadline-not-overridden"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class DeadlineNotFound(DomainError):
    code: ClassVar[str] = "deadline-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class BarApplies(DomainError):
    """A recall cannot be claimed now; the application is held until the bar ends (RECD §4①)."""

    code: ClassVar[str] = "time-bar-applies"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class ElectionSetBefore(DomainError):
    """An election of that kind on that day has been entered already."""

    code: ClassVar[str] = "election-set-before"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class DayOffSetBefore(DomainError):
    """That day has been declared already; take the declaration out first."""

    code: ClassVar[str] = "day-off-set-before"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class OutageBackwards(DomainError):
    """An outage ends after it begins, and what has not happened yet is none."""

    code: ClassVar[str] = "outage-backwards"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class DayImplausible(DomainError):
    """A day of another age: a slip of the hand."""

    code: ClassVar[str] = "day-implausible"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class DayIsOver(DomainError):
    """What ends then would have ended already, and people went on. Fact: `day`."""

    code: ClassVar[str] = "day-is-over"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class DayFar(DomainError):
    """A day that lies far from today: whoever means it says so. Facts: `field`, `day`."""

    code: ClassVar[str] = "day-far"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class NotOnTheList(DomainError):
    """The law keeps no such subject out."""

    code: ClassVar[str] = "not-on-the-list"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "excluded"


class VoidingNotFound(DomainError):
    """No such decision over many lines is known on this petition."""

    code: ClassVar[str] = "voiding-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class VoidingUndoneBefore(DomainError):
    """It was taken back before; what was decided since is another decision."""

    code: ClassVar[str] = "voiding-undone-before"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class NextStepTaken(DomainError):
    """The measure has taken its next step (`act`) on what was decided: it stays."""

    code: ClassVar[str] = "next-step-taken"
    refusal: ClassVar[Refusal] = Refusal.TOO_LATE


class ShiftNotFound(DomainError):
    """Nothing that concerns this office was moved by that."""

    code: ClassVar[str] = "shift-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND
