"""What is asked and told of arguments, the lot, the mayor's answer and its follow-up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field

from referendum.api.access import deputy_of, paper_of
from referendum.api.labelling import Labelled, binding_of
from referendum.api.measure_shapes import OwedOut
from referendum.api.shapes import (
    Asked,
    Day,
    DeputyIn,
    FindingOut,
    From,
    Label,
    Line,
    Moment,
    OneOf,
    PaperIn,
    Paragraph,
    Told,
    ToldOf,
)
from referendum.api.signed_acts import SignedActOut
from referendum.kernel.draw import Source
from referendum.lifecycle.advisory import arguing
from referendum.lifecycle.advisory.answer_tables import Answer, FollowUp
from referendum.lifecycle.advisory.answering import Decision, Owed, Reply
from referendum.lifecycle.advisory.arguing import Arguments, Point, Space
from referendum.lifecycle.advisory.drawing import Lot
from referendum.lifecycle.advisory.following_up import (
    MOST,
    Content,
    Item,
    ItemKind,
    Progress,
    State,
)
from referendum.lifecycle.office.approving import Approval
from referendum.lifecycle.office.tables import SignedAct
from referendum.lifecycle.tables import Measure
from thresholds.undertakings import Undertaken

MOST_POINTS: Final = 20


class PointIn(Asked):
    ko: Paragraph
    en: Paragraph = ""


class ArgumentIn(Asked):
    """One side's text. Without points the space is empty again."""

    option: Line
    said_by: Line = ""
    points: Annotated[list[PointIn], Field(max_length=MOST_POINTS, default_factory=list)]
    document: PaperIn

    @property
    def said(self) -> list[Point]:
        return [Point(one.ko, one.en) for one in self.points]


class ArgumentKeptOut(Labelled):
    """What was kept. The commitment alone is public before the deadline."""

    option: str
    version: int
    commitment: str


class SpaceOut(Told):
    """One option's space; `points` is empty where nothing was handed in."""

    option: str
    name: Label
    said_by: str | None
    points: list[Label]
    document_number: str | None
    document_day: date | None
    version: int | None
    salt: str | None
    commitment: str | None
    entry: UUID | None

    @classmethod
    def of(cls, space: Space) -> SpaceOut:
        row = space.argument
        return cls(
            option=space.option["key"],
            name=Label(ko=space.option["ko"], en=space.option["en"] or None),
            said_by=row.said_by if row else None,
            points=[Label(ko=one["ko"], en=one["en"] or None) for one in row.points] if row else [],
            document_number=row.document_number if row else None,
            document_day=row.document_date if row else None,
            version=row.version if row else None,
            salt=row.salt.hex() if row else None,
            commitment=arguing.commitment(row) if row else None,
            entry=row.entry_id if row else None,
        )


class ArgumentsOut(Labelled):
    """Nothing but the deadline before it; then every side's space, in the order of the lot."""

    due: date | None
    published: bool
    spaces: list[SpaceOut]

    @classmethod
    def of(cls, found: Arguments | None, measure: Measure) -> ArgumentsOut:
        return cls(
            due=found.due.day if found else None,
            published=found is not None and found.published,
            spaces=[SpaceOut.of(one) for one in found.spaces] if found else [],
            **binding_of(measure),
        )


class DrawIn(Asked):
    """The future draw that is named: of what kind, whose, which number, on which day."""

    kind: OneOf[Source]
    name: Line
    number: Line
    day: Day


class ValueIn(Asked):
    value: Line
    published_in: Line


class DrawnOut(Told):
    """`text` is what is hashed, line by line; the hashes put the options in order."""

    option: str
    text: str
    sha256: str


class LotOut(Labelled):
    """How the order of the options stands. `value` is null until it is known."""

    state: str
    source: str | None
    day: date | None
    entry: UUID | None
    value: str | None
    published_in: list[str]
    drawn: list[DrawnOut]

    @classmethod
    def of(cls, lot: Lot, measure: Measure) -> LotOut:
        committed = lot.committed
        return cls(
            state=lot.state.value,
            source=lot.source or (committed.source if committed else None),
            day=committed.day if committed else None,
            entry=committed.entry_id if committed else None,
            value=lot.value,
            published_in=sorted({one.published_in for one in lot.values if lot.value == one.value}),
            drawn=[DrawnOut(option=one.key, text=one.text, sha256=one.sha256) for one in lot.drawn],
            **binding_of(measure),
        )


class ReplyIn(Asked):
    """Reasons, the document that says so, and who signed it by delegation, if somebody did.

    Who answers is whoever held the office on the document's day (`GET /offices`).
    """

    reasons_ko: Paragraph
    reasons_en: Paragraph = ""
    document: PaperIn
    deputy: DeputyIn | None = None

    @property
    def reply(self) -> Reply:
        return Reply(
            reasons_ko=self.reasons_ko,
            reasons_en=self.reasons_en,
            approval=Approval(paper_of(self.document), deputy_of(self.deputy)),
        )


class AnswerIn(ReplyIn):
    decision: OneOf[Decision]


class AnswerOut(ToldOf[Answer]):
    """The answer, or what was added to it; after a correction of the result, the next answer."""

    sequence: int
    decision: str | None
    reasons: Label
    answered_by: str
    office: str
    document_number: str
    document_day: Annotated[date, From("document_date")]
    given_at: Moment
    days_late: int
    entry: Annotated[UUID, From("entry_id")]


class UndertakenOut(ToldOf[Undertaken]):
    """One of the mayor's undertakings, and whether the vote reached both its conditions."""

    number: int
    undertaking: Label
    met: bool
    turnout: FindingOut
    majority: FindingOut


class AnswersOut(Labelled):
    """`answer` is null while no result has made one due.

    `former`: answers to a result that was corrected since. `signed`: who held the office, who
    signed by delegation and on which document, of the call, of what changed it and of each
    answer, by its entry.
    """

    answer: OwedOut | None
    answers: list[AnswerOut]
    former: list[AnswerOut]
    signed: list[SignedActOut]
    undertakings: list[UndertakenOut]

    @classmethod
    def of(
        cls,
        owed: Owed | None,
        undertakings: tuple[Undertaken, ...],
        measure: Measure,
        *,
        former: Sequence[Answer],
        signed: Sequence[SignedAct],
    ) -> AnswersOut:
        return cls(
            answer=OwedOut.of(owed) if owed else None,
            answers=[AnswerOut.of(one) for one in owed.answers] if owed else [],
            former=[AnswerOut.of(one) for one in former],
            signed=[SignedActOut.of(one) for one in signed],
            undertakings=[UndertakenOut.of(one) for one in undertakings],
            **binding_of(measure),
        )


class FollowUpIn(Asked):
    """An item as it stands; `amount` is whole won, `done_on` only with the state done."""

    kind: OneOf[ItemKind]
    title_ko: Line
    title_en: Line = ""
    amount: Annotated[int, Field(ge=1, le=10**15)] | None = None
    planned: Day
    state: OneOf[State] = State.PLANNED
    done_on: Day | None = None
    note: Paragraph = ""

    @property
    def content(self) -> Content:
        fields: dict[str, Any] = {name: getattr(self, name) for name in Content.__slots__}
        return Content(**fields)


class FollowUpProposedIn(FollowUpIn):
    item: Annotated[int, Field(ge=1, le=MOST)] | None = None
    """Which one; without it, a new one."""


class FollowUpVersionOut(ToldOf[FollowUp]):
    version: int
    kind: str
    title: Label
    amount: int | None
    planned: date
    state: str
    done_on: date | None
    note: str | None
    changed_at: Moment
    entry: Annotated[UUID, From("entry_id")]


class FollowUpItemOut(ToldOf[Item]):
    """`state` is late where the planned day passed; the office's own word is in the version."""

    item: Annotated[int, From("now.item")]
    state: Annotated[str, From("shown")]
    days_late: int
    versions: list[FollowUpVersionOut]


class FollowUpOut(Labelled):
    wanted: int
    done: int
    late: int
    items: list[FollowUpItemOut]

    @classmethod
    def of(cls, found: Progress, measure: Measure) -> FollowUpOut:
        return cls(
            wanted=found.wanted,
            done=found.done,
            late=found.late,
            items=[FollowUpItemOut.of(one) for one in found.items],
            **binding_of(measure),
        )
