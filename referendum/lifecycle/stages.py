"""The life of a measure: one table of steps per instrument.

The same rows feed the buttons on the pages, the refusals of the API, the calendar, the diagrams
in the docs and the tests. A guard that needs numbers is not here: a verdict chooses the act.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.people import Authority
from thresholds.vocabulary import Instrument


class Stage(StrEnum):
    """Where a measure stands."""

    DRAFT = "draft"
    APPLIED = "applied"
    PARKED = "parked"
    REQUESTED = "requested"
    COLLECTING = "collecting"
    COLLECTED = "collected"
    EXAMINING = "examining"
    INSPECTING = "inspecting"
    OBJECTING = "objecting"
    REVIEWED = "reviewed"
    CURING = "curing"
    SUFFICIENT = "sufficient"
    ACCEPTED = "accepted"
    TABLED = "tabled"
    EXPLAINING = "explaining"
    CALLED = "called"
    VOTING = "voting"
    COUNTING = "counting"
    DECLARED = "declared"
    REVOTE_DUE = "revote_due"
    # Endings
    ABANDONED = "abandoned"
    """A draft that its authors gave up: it was never published, and never is."""
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    LAPSED = "lapsed"
    INSUFFICIENT = "insufficient"
    DISMISSED = "dismissed"
    DECLINED = "declined"
    ENACTED = "enacted"
    VOTED_DOWN = "voted_down"
    DISCARDED = "discarded"
    PURPOSE_ACCEPTED = "purpose_accepted"
    OFFICE_VACANT = "office_vacant"
    ANNULLED = "annulled"
    ADOPTED = "adopted"
    REJECTED = "rejected"
    NEITHER = "neither"
    NOT_COUNTED = "not_counted"
    ADVISED = "advised"
    ANSWERED = "answered"


class Act(StrEnum):
    """What moves a measure."""

    APPLY = "apply"
    TAKE_UP = "take_up"
    REQUEST_VOTE = "request_vote"
    WITHDRAW = "withdraw"
    PARK = "park"
    UNPARK = "unpark"
    ADMIT = "admit"
    REFUSE = "refuse"
    CLOSE_COLLECTION = "close_collection"
    FILE = "file"
    LAPSE = "lapse"
    OPEN_INSPECTION = "open_inspection"
    CLOSE_INSPECTION = "close_inspection"
    SETTLE_OBJECTIONS = "settle_objections"
    ORDER_CURE = "order_cure"
    CLOSE_CURE = "close_cure"
    FIND_SUFFICIENT = "find_sufficient"
    FIND_INSUFFICIENT = "find_insufficient"
    ACCEPT = "accept"
    DISMISS = "dismiss"
    TABLE = "table"
    EXTEND = "extend"
    ENACT = "enact"
    VOTE_DOWN = "vote_down"
    DISCARD = "discard"
    ACCEPT_PURPOSE = "accept_purpose"
    DECLINE = "decline"
    REQUEST_EXPLANATION = "request_explanation"
    RECORD_EXPLANATION = "record_explanation"
    CALL = "call"
    RESET_DAY = "reset_day"
    FREEZE_ROLL = "freeze_roll"
    STATE_ELECTORS = "state_electors"
    OPEN_POLLS = "open_polls"
    CLOSE_POLLS = "close_polls"
    DECLARE = "declare"
    ANNUL = "annul"
    ANNUL_RESULT = "annul_result"
    CALL_REVOTE = "call_revote"
    END_BY_VACANCY = "end_by_vacancy"
    SETTLE_ADOPTED = "settle_adopted"
    SETTLE_REJECTED = "settle_rejected"
    SETTLE_NEITHER = "settle_neither"
    SETTLE_NOT_COUNTED = "settle_not_counted"
    SETTLE_ADVISED = "settle_advised"
    ANSWER = "answer"
    CORRECT_RESULT = "correct_result"


class By(StrEnum):
    """Who may take a step: an authority, the representatives, or the calendar."""

    INITIATOR = "initiator"
    CALENDAR = "calendar"
    COUNCIL_CHAIR = Authority.COUNCIL_CHAIR.value
    MAYOR = Authority.MAYOR.value
    ELECTION_COMMISSION = Authority.ELECTION_COMMISSION.value

    @property
    def authority(self) -> Authority | None:
        """The authority, where the step is one's."""
        return None if self in (By.INITIATOR, By.CALENDAR) else Authority(self.value)


@dataclass(frozen=True, slots=True)
class Step:
    """From one stage, by one act, to another."""

    source: Stage
    act: Act
    target: Stage
    by: By
    due: str | None = None
    """The deadline by which (an authority, the representatives) or at which (the calendar)."""
    document: bool = False
    """Whether a document (number, date) and a reason must be given."""
    certified: bool = False
    """Whether two officers must certify the verdict: the second certification takes the step."""
    signed: bool = False
    """Whether it is signed by whoever holds the office, or for them by delegation: a call, and
    what takes a call's place."""
    under_hold: bool = False
    """Whether a hold does not stop it: what a court orders and the law ends."""


class ActNotAllowed(DomainError):
    """The act is not possible from this stage, or not by this actor."""

    code: ClassVar[str] = "act-not-allowed"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


def _petition(by: By) -> tuple[Step, ...]:
    """From the application to the verdict on the signatures, examined by `by`."""
    you = By.INITIATOR
    return (
        Step(Stage.DRAFT, Act.APPLY, Stage.APPLIED, you),
        Step(Stage.DRAFT, Act.TAKE_UP, Stage.SUFFICIENT, by, document=True),
        Step(Stage.APPLIED, Act.ADMIT, Stage.COLLECTING, by),
        Step(Stage.APPLIED, Act.REFUSE, Stage.REFUSED, by, document=True),
        Step(
            Stage.COLLECTING, Act.CLOSE_COLLECTION, Stage.COLLECTED, By.CALENDAR, "collection_ends"
        ),
        Step(Stage.COLLECTED, Act.FILE, Stage.EXAMINING, you, "submission_due"),
        Step(Stage.COLLECTED, Act.LAPSE, Stage.LAPSED, By.CALENDAR, "submission_due"),
        Step(
            Stage.EXAMINING, Act.OPEN_INSPECTION, Stage.INSPECTING, by, "list_publication_due"
        ),
        Step(
            Stage.INSPECTING, Act.CLOSE_INSPECTION, Stage.OBJECTING, By.CALENDAR, "inspection_ends"
        ),
        Step(
            Stage.OBJECTING, Act.SETTLE_OBJECTIONS, Stage.REVIEWED, by, "objections_decided_by",
            document=True,
        ),
        Step(Stage.REVIEWED, Act.ORDER_CURE, Stage.CURING, by, document=True),
        Step(Stage.CURING, Act.CLOSE_CURE, Stage.EXAMINING, By.CALENDAR, "cure_ends"),
        Step(Stage.REVIEWED, Act.FIND_SUFFICIENT, Stage.SUFFICIENT, by, certified=True),
        Step(Stage.REVIEWED, Act.FIND_INSUFFICIENT, Stage.INSUFFICIENT, by, certified=True),
        Step(Stage.DRAFT, Act.WITHDRAW, Stage.ABANDONED, you),
        *(
            Step(stage, Act.WITHDRAW, Stage.WITHDRAWN, you)
            for stage in (Stage.APPLIED, Stage.COLLECTING, Stage.COLLECTED)
        ),
    )  # fmt: skip


def _poll(call: By, count: By, sources: tuple[Stage, ...]) -> tuple[Step, ...]:
    """From the call to the declared result, counted by `count`."""
    return (
        *(
            Step(source, Act.CALL, Stage.CALLED, call, "call_due", signed=True)
            for source in sources
        ),
        Step(Stage.CALLED, Act.RESET_DAY, Stage.CALLED, call, document=True, signed=True),
        Step(Stage.CALLED, Act.FREEZE_ROLL, Stage.CALLED, By.CALENDAR, "roll_base"),
        Step(Stage.CALLED, Act.STATE_ELECTORS, Stage.CALLED, count, document=True),
        Step(Stage.CALLED, Act.OPEN_POLLS, Stage.VOTING, By.CALENDAR, "polls_open"),
        Step(Stage.VOTING, Act.CLOSE_POLLS, Stage.COUNTING, By.CALENDAR, "polls_close"),
        Step(Stage.COUNTING, Act.DECLARE, Stage.DECLARED, count, certified=True),
    )


def _disputes(count: By, *outcomes: tuple[Act, Stage]) -> tuple[Step, ...]:
    """A declared result becomes final when it can no longer be disputed, or is annulled."""
    return (
        *(
            Step(Stage.DECLARED, act, ending, By.CALENDAR, "dispute_due")
            for act, ending in outcomes
        ),
        Step(
            Stage.DECLARED, Act.ANNUL_RESULT, Stage.REVOTE_DUE, count,
            document=True, under_hold=True,
        ),
        Step(
            Stage.REVOTE_DUE, Act.CALL_REVOTE, Stage.CALLED, count, document=True, signed=True
        ),
    )  # fmt: skip


def _anytime(act: Act, ending: Stage, by: By, stages: tuple[Stage, ...]) -> tuple[Step, ...]:
    """An end that can come at any of these stages, also under a hold."""
    return tuple(Step(stage, act, ending, by, document=True, under_hold=True) for stage in stages)


_OPEN_PETITION: Final = (
    Stage.COLLECTING, Stage.COLLECTED, Stage.EXAMINING, Stage.INSPECTING, Stage.OBJECTING,
    Stage.REVIEWED, Stage.CURING, Stage.SUFFICIENT,
)  # fmt: skip
_OPEN_POLL: Final = (Stage.CALLED, Stage.VOTING, Stage.COUNTING)

_RESULTS: Final = (
    (Act.SETTLE_ADOPTED, Stage.ADOPTED),
    (Act.SETTLE_REJECTED, Stage.REJECTED),
)
_NEITHER: Final = (Act.SETTLE_NEITHER, Stage.NEITHER)
_NOT_COUNTED: Final = (Act.SETTLE_NOT_COUNTED, Stage.NOT_COUNTED)

INITIATIVE: Final = (
    *_petition(By.COUNCIL_CHAIR),
    Step(Stage.SUFFICIENT, Act.ACCEPT, Stage.ACCEPTED, By.COUNCIL_CHAIR, "decision_due"),
    Step(
        Stage.SUFFICIENT, Act.DISMISS, Stage.DISMISSED, By.COUNCIL_CHAIR, "decision_due",
        document=True,
    ),
    Step(Stage.ACCEPTED, Act.TABLE, Stage.TABLED, By.COUNCIL_CHAIR, "tabling_due"),
    Step(Stage.TABLED, Act.EXTEND, Stage.TABLED, By.COUNCIL_CHAIR, document=True),
    Step(
        Stage.TABLED, Act.ENACT, Stage.ENACTED, By.COUNCIL_CHAIR, "council_vote_due",
        document=True,
    ),
    Step(
        Stage.TABLED, Act.VOTE_DOWN, Stage.VOTED_DOWN, By.COUNCIL_CHAIR, "council_vote_due",
        document=True,
    ),
    Step(Stage.TABLED, Act.DISCARD, Stage.DISCARDED, By.COUNCIL_CHAIR, document=True),
    *_anytime(
        Act.ANNUL, Stage.ANNULLED, By.COUNCIL_CHAIR,
        (*_OPEN_PETITION, Stage.ACCEPTED, Stage.TABLED),
    ),
)  # fmt: skip
"""주민조례발안에 관한 법률 §§6–13."""

REFERENDUM: Final = (
    *_petition(By.MAYOR),
    Step(Stage.DRAFT, Act.REQUEST_VOTE, Stage.REQUESTED, By.MAYOR, document=True),
    Step(
        Stage.SUFFICIENT, Act.ACCEPT_PURPOSE, Stage.PURPOSE_ACCEPTED, By.MAYOR, document=True
    ),
    *_poll(By.MAYOR, By.ELECTION_COMMISSION, (Stage.SUFFICIENT, Stage.REQUESTED)),
    *_disputes(
        By.ELECTION_COMMISSION,
        *_RESULTS, _NEITHER, _NOT_COUNTED, (Act.SETTLE_ADVISED, Stage.ADVISED),
    ),
    *_anytime(
        Act.ANNUL, Stage.ANNULLED, By.MAYOR, (*_OPEN_PETITION, Stage.REQUESTED, *_OPEN_POLL)
    ),
)  # fmt: skip
"""주민투표법 §§9–26; counted and declared by the election commission (§3①)."""

RECALL: Final = (
    *_petition(By.ELECTION_COMMISSION),
    Step(Stage.APPLIED, Act.PARK, Stage.PARKED, By.ELECTION_COMMISSION, document=True),
    Step(Stage.PARKED, Act.UNPARK, Stage.APPLIED, By.CALENDAR, "bar_ends"),
    Step(Stage.PARKED, Act.WITHDRAW, Stage.WITHDRAWN, By.INITIATOR),
    Step(
        Stage.SUFFICIENT, Act.REQUEST_EXPLANATION, Stage.EXPLAINING, By.ELECTION_COMMISSION
    ),
    Step(
        Stage.EXPLAINING, Act.RECORD_EXPLANATION, Stage.EXPLAINING, By.ELECTION_COMMISSION,
        "explanation_due", document=True,
    ),
    *_poll(By.ELECTION_COMMISSION, By.ELECTION_COMMISSION, (Stage.EXPLAINING,)),
    *_disputes(By.ELECTION_COMMISSION, *_RESULTS, _NOT_COUNTED),
    *_anytime(
        Act.END_BY_VACANCY, Stage.OFFICE_VACANT, By.ELECTION_COMMISSION,
        (*_OPEN_PETITION, Stage.EXPLAINING, *_OPEN_POLL),
    ),
    *_anytime(
        Act.ANNUL, Stage.ANNULLED, By.ELECTION_COMMISSION,
        (*_OPEN_PETITION, Stage.EXPLAINING, *_OPEN_POLL),
    ),
)  # fmt: skip
"""주민소환에 관한 법률 §§7–24, 시행령 §4 (an application inside a time bar is held)."""

ADVISORY: Final = (
    *_petition(By.MAYOR),
    Step(Stage.SUFFICIENT, Act.DECLINE, Stage.DECLINED, By.MAYOR, document=True, signed=True),
    *_poll(By.MAYOR, By.MAYOR, (Stage.DRAFT, Stage.SUFFICIENT)),
    Step(Stage.DECLARED, Act.ANSWER, Stage.ANSWERED, By.MAYOR, "answer_due", document=True),
    *(
        Step(stage, Act.CORRECT_RESULT, Stage.COUNTING, By.MAYOR, document=True)
        for stage in (Stage.DECLARED, Stage.ANSWERED)
    ),
    *_anytime(Act.ANNUL, Stage.ANNULLED, By.MAYOR, (*_OPEN_PETITION, *_OPEN_POLL)),
)
"""The mayor's own promise: no dispute, no legal effect, an answer that is due.

No court corrects a result that binds nobody: a figure that was misread is corrected by the office
that certified it, counted and certified once more, and answered anew.
"""

LIVES: Final[Mapping[Instrument, tuple[Step, ...]]] = {
    Instrument.INITIATIVE: INITIATIVE,
    Instrument.REFERENDUM: REFERENDUM,
    Instrument.RECALL: RECALL,
    Instrument.ADVISORY: ADVISORY,
}

UNPUBLISHED: Final = frozenset({Stage.DRAFT, Stage.ABANDONED})
"""What nobody sees but its authors."""
ENDINGS: Final = frozenset(Stage) - {
    step.source for life in LIVES.values() for step in life if step.act is not Act.CORRECT_RESULT
}
"""Where nothing more happens, unless a result is found to be wrong."""

_QUIET: Final = frozenset(_OPEN_PETITION) - {Stage.SUFFICIENT}


def is_quiet(instrument: Instrument, stage: Stage) -> bool:
    """Whether nothing may be shown that urges anybody to sign: how far it is, how soon it ends.

    Of a recall, from the representatives' certificate until its petition is found sufficient.
    """
    return instrument is Instrument.RECALL and stage in _QUIET


def steps_from(instrument: Instrument, stage: Stage) -> Iterator[Step]:
    """All that can happen next."""
    return (step for step in LIVES[instrument] if step.source is stage)


def find(instrument: Instrument, stage: Stage, act: Act) -> Step:
    """The one step this act takes from this stage, or a refusal that says what is possible."""
    for step in steps_from(instrument, stage):
        if step.act is act:
            return step
    possible = sorted({step.act.value for step in steps_from(instrument, stage)})
    when = [
        one.value
        for one in Stage
        if any(step.source is one and step.act is act for step in LIVES[instrument])
    ]
    raise ActNotAllowed(stage=stage.value, act=act.value, possible=possible, when=when)


def examining_authority(instrument: Instrument) -> Authority:
    """Who examines an instrument's signatures: the one its table names for the verdict."""
    return _authority(find(instrument, Stage.REVIEWED, Act.FIND_SUFFICIENT))


def counting_authority(instrument: Instrument) -> Authority:
    """Who counts and declares, by the instrument's table; an initiative has no vote to count."""
    return _authority(find(instrument, Stage.COUNTING, Act.DECLARE))


def _authority(step: Step) -> Authority:
    assert step.by.authority is not None
    return step.by.authority


def as_mermaid(instrument: Instrument) -> str:
    """The diagram of one instrument's table, for docs/lifecycle.md."""
    arrows = [
        f"    {step.source} --> {step.target}: {step.act} ({step.by})" for step in LIVES[instrument]
    ]
    reached = {step.target for step in LIVES[instrument]}
    ends = [f"    {stage} --> [*]" for stage in Stage if stage in ENDINGS and stage in reached]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {Stage.DRAFT}", *arrows, *ends])
