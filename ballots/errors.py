"""The ways a poll, a station or a return is turned down."""

from __future__ import annotations

from typing import ClassVar

from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.faults import FileRefused


class PollingDayNotFound(DomainError):
    code: ClassVar[str] = "polling-day-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class PollNotFound(DomainError):
    code: ClassVar[str] = "poll-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class StationNotFound(DomainError):
    code: ClassVar[str] = "station-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class BoxNotFound(DomainError):
    code: ClassVar[str] = "box-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class PollingDayTaken(DomainError):
    """The place votes on that day already; a further measure joins it with a poll of its own."""

    code: ClassVar[str] = "polling-day-taken"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PollingHoursWrong(DomainError):
    code: ClassVar[str] = "polling-hours-wrong"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class StationTaken(DomainError):
    code: ClassVar[str] = "station-taken"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class StationElsewhere(DomainError):
    """The station's district or polling day is not the poll's."""

    code: ClassVar[str] = "station-elsewhere"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class BoxTaken(DomainError):
    code: ClassVar[str] = "box-taken"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PollAlreadySet(DomainError):
    """A measure has one poll at a time; the next waits for the former to end."""

    code: ClassVar[str] = "poll-already-set"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class OptionsInvalid(DomainError):
    code: ClassVar[str] = "options-invalid"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class BoxesExceedElectors(DomainError):
    """The boxes' electors together would be more than the poll's."""

    code: ClassVar[str] = "boxes-exceed-electors"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class PollWithoutBoxes(DomainError):
    code: ClassVar[str] = "poll-without-boxes"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PollNotDue(DomainError):
    """Its hour has not come."""

    code: ClassVar[str] = "poll-not-due"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PollNotOpened(DomainError):
    code: ClassVar[str] = "poll-not-opened"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PollNotClosed(DomainError):
    """Nothing of a poll can be entered or read while people vote."""

    code: ClassVar[str] = "poll-not-closed"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PollHasOpened(DomainError):
    """From the hour on which people vote, stations and their electors stay as they are."""

    code: ClassVar[str] = "poll-has-opened"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PollHasClosed(DomainError):
    code: ClassVar[str] = "poll-has-closed"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PollCancelled(DomainError):
    code: ClassVar[str] = "poll-cancelled"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class FigureMissing(DomainError):
    """Empty is not zero."""

    code: ClassVar[str] = "figure-missing"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class FigureNotWhole(DomainError):
    code: ClassVar[str] = "figure-not-whole"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class FigureTooSmall(DomainError):
    code: ClassVar[str] = "figure-too-small"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class FigureTooLarge(DomainError):
    code: ClassVar[str] = "figure-too-large"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class MoreThanElectors(DomainError):
    code: ClassVar[str] = "more-than-electors"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class OptionUnknown(DomainError):
    code: ClassVar[str] = "option-unknown"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class DoesNotAddUp(DomainError):
    """Options and invalid papers together are not the papers found in the box."""

    code: ClassVar[str] = "does-not-add-up"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "papers"


class ReasonNeeded(DomainError):
    """A figure that departs from the one before it is taken with a written reason only."""

    code: ClassVar[str] = "reason-needed"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "reason"


class CorrectionReasonNeeded(DomainError):
    code: ClassVar[str] = "correction-reason-needed"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "reason"


class ReasonTooLong(DomainError):
    code: ClassVar[str] = "reason-too-long"
    refusal: ClassVar[Refusal] = Refusal.TOO_LARGE
    at: ClassVar[str | None] = "reason"


class ReturnAlreadyEntered(DomainError):
    """There is a return; what is wrong in it is corrected, not entered again."""

    code: ClassVar[str] = "return-already-entered"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class ReturnNotEntered(DomainError):
    """There is nothing yet to correct."""

    code: ClassVar[str] = "return-not-entered"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class TurnoutIncomplete(DomainError):
    """No box is opened before the turnout of every box is known."""

    code: ClassVar[str] = "turnout-incomplete"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class BelowCountGate(DomainError):
    """Too few voted for the boxes to be opened; to open them has no basis in law."""

    code: ClassVar[str] = "below-count-gate"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class ReturnsRefused(FileRefused):
    """A batch of returns with faults. The `reason` of each is the code of a refusal."""

    code: ClassVar[str] = "returns-refused"


class BoxRepeated(DomainError):
    code: ClassVar[str] = "box-repeated"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class StationUnknown(DomainError):
    """A line names a station where the poll has no box."""

    code: ClassVar[str] = "station-unknown"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class StationAmbiguous(DomainError):
    """Several districts have a station of that number; the line must name its district."""

    code: ClassVar[str] = "station-ambiguous"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class KindUnknown(DomainError):
    code: ClassVar[str] = "kind-unknown"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class RowLengthWrong(DomainError):
    code: ClassVar[str] = "row-length-wrong"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class ReturnsColumnsWrong(DomainError):
    code: ClassVar[str] = "returns-columns-wrong"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class ReturnsFileUnreadable(DomainError):
    """Neither UTF-8 nor CP949, or not a table of comma-separated values."""

    code: ClassVar[str] = "returns-file-unreadable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class ReturnsFileEmpty(DomainError):
    code: ClassVar[str] = "returns-file-empty"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class DistrictNotInPoll(DomainError):
    """The poll has no box in that district: nobody there may vote on its measure."""

    code: ClassVar[str] = "district-not-in-poll"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class DistrictsDiffer(DomainError):
    """Electors vote in the district they live in; they move between its stations only."""

    code: ClassVar[str] = "districts-differ"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class SameBox(DomainError):
    code: ClassVar[str] = "same-box"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class BoxWithoutElectors(DomainError):
    """Who votes early or by mail is on the list of the station of their polling day."""

    code: ClassVar[str] = "box-without-electors"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class TooFewElectors(DomainError):
    """More electors were to leave a box than it has."""

    code: ClassVar[str] = "too-few-electors"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class StationNameWrong(DomainError):
    code: ClassVar[str] = "station-name-wrong"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class StationShared(DomainError):
    """Another vote of the day uses the station under the name it has."""

    code: ClassVar[str] = "station-shared"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class EarlyHoursWrong(DomainError):
    """Early voting ends before the polling day, and has hours on each of its days."""

    code: ClassVar[str] = "early-hours-wrong"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class StationPlanRefused(FileRefused):
    """A plan of stations with faults. The `reason` of each is the code of a refusal."""

    code: ClassVar[str] = "station-plan-refused"


class StationPlanEmpty(DomainError):
    code: ClassVar[str] = "station-plan-empty"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class StationPlanTooLong(DomainError):
    code: ClassVar[str] = "station-plan-too-long"
    refusal: ClassVar[Refusal] = Refusal.TOO_LARGE


class DistrictSumDiffers(DomainError):
    """The stations of a district in the plan do not have the district's electors together."""

    code: ClassVar[str] = "district-sum-differs"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class DistrictNotPlanned(DomainError):
    """A district of the poll has no line in the plan; its electors could vote nowhere."""

    code: ClassVar[str] = "district-not-planned"
    refusal: ClassVar[Refusal] = Refusal.INVALID
