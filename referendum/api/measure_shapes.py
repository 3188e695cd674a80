"""What is told of a measure, and what its authors write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field

from referendum.api.description_shapes import (
    MOST_DISTRICTS,
    CostIn,
    CostOut,
    EasyIn,
    EasyOut,
    PlaceIn,
    PlaceOut,
)
from referendum.api.labelling import Labelled, binding_of
from referendum.api.shapes import (
    Asked,
    Day,
    FindingOut,
    From,
    Id,
    Label,
    Line,
    Moment,
    OneOf,
    Text,
    Told,
    ToldOf,
)
from referendum.api.signed_acts import SignedActOut
from referendum.lifecycle import petitioning, stages
from referendum.lifecycle.advisory.answering import Owed
from referendum.lifecycle.attachments.attaching import Attached
from referendum.lifecycle.dates import moves
from referendum.lifecycle.dates.moves import Moved
from referendum.lifecycle.drafting import DraftText
from referendum.lifecycle.office.tables import SignedAct
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.surveying import Overview
from referendum.lifecycle.tables import DeadlineKept, Hold, Measure, StepTaken
from referendum.roll.tables import Roll
from thresholds.vocabulary import Instrument, Office
from thresholds.vocabulary import Route as Way

MOST_OPTIONS: Final = 20


class OptionOut(Told):
    key: str
    label: Label


class OwedOut(ToldOf[Owed]):
    """An answer that is owed: due, missing, given or given_late."""

    due: date
    article: str
    state: str
    days_left: int
    days_late: int
    decision: str | None


class MeasureOut(Labelled):
    """One question and where it stands."""

    id: UUID
    place: str
    number: int
    instrument: str
    route: str | None
    stage: str
    ended: bool
    halted: bool
    """Whether a halt lies over it now: its acts are refused until that is lifted."""
    outcome: str | None
    title: Label
    created_at: Moment
    demo: bool
    answer: OwedOut | None

    @classmethod
    def of(cls, measure: Measure, place: str, *, owed: Owed | None, halted: bool) -> MeasureOut:
        return cls(
            id=measure.id,
            place=place,
            number=measure.number,
            instrument=measure.instrument,
            route=measure.route,
            stage=measure.stage,
            ended=Stage(measure.stage) in stages.ENDINGS,
            halted=halted and Stage(measure.stage) not in stages.ENDINGS,
            outcome=measure.outcome,
            title=Label(ko=measure.title_ko, en=measure.title_en),
            created_at=measure.created_at,
            demo=measure.demo,
            answer=OwedOut.of(owed) if owed else None,
            **binding_of(measure),
        )


class RulebookOut(Told):
    id: str
    fingerprint: str
    title: Label


class DistrictEndOut(Told):
    """The last day in a district whose own elections stop the clock there."""

    district: UUID
    day: date
    sum: Label

    @classmethod
    def all_of(cls, kept: DeadlineKept) -> list[DistrictEndOut]:
        return [
            cls(
                district=UUID(district),
                day=kept.day_in(district),
                sum=Label(ko=own["ko"], en=own["en"]),
            )
            for district, own in sorted(kept.districts.items())
        ]


class DeadlineOut(Told):
    """A last day with the article and the sum that it follows from.

    `day` counts in every district that is not among `districts`; at `at` it is over everywhere.
    """

    name: str
    day: date
    at: Moment
    article: str
    sum: Label
    districts: list[DistrictEndOut]
    overridden_reason: str | None
    overridden_to: date | None
    overridden_number: str | None
    overridden_date: date | None

    @classmethod
    def of(cls, kept: DeadlineKept) -> DeadlineOut:
        return cls(
            name=kept.name,
            day=kept.day,
            at=kept.at,
            article=kept.article,
            sum=Label(ko=kept.sum_ko, en=kept.sum_en),
            districts=DistrictEndOut.all_of(kept),
            overridden_reason=kept.overridden_reason,
            overridden_to=kept.overridden_to,
            overridden_number=kept.overridden_number,
            overridden_date=kept.overridden_date,
        )


class MovedOut(Told):
    """One deadline that moves: its last day anywhere before and after, and the new day's sum."""

    measure: int
    deadline: str
    before: date
    after: date
    sum: Label


class MovesOut(Told):
    """All that moves. `seen` says with the act that one has looked at this very list."""

    seen: str
    moved: list[MovedOut]

    @classmethod
    def of(cls, moved: Sequence[Moved]) -> MovesOut:
        return cls(
            seen=moves.digest(moved),
            moved=[
                MovedOut(
                    measure=one.number,
                    deadline=one.name,
                    before=one.latest_before,
                    after=one.latest_after,
                    sum=Label(ko=one.sum_ko, en=one.sum_en),
                )
                for one in moved
            ],
        )


class HoldOut(ToldOf[Hold]):
    """A halt that lies over the stage, or lay."""

    id: UUID
    kind: str
    from_at: Moment
    lifted_at: Moment | None
    reason: str
    document_number: str
    document_day: Annotated[date, From("document_date")]
    stops_clock: bool
    lifted_reason: str | None
    lifting_number: str | None
    lifting_day: Annotated[date | None, From("lifting_date")]
    """Of the paper on which it was lifted."""


class DayMovedOut(Told):
    """One deadline's last day anywhere, before and after."""

    deadline: str
    before: date
    after: date


class ShiftOut(Told):
    """Something that moved days: which office's act, and whether a second officer confirmed it."""

    cause: str
    at: Moment
    office: str | None
    seconded: bool
    reason: str
    document_number: str | None
    document_day: date | None
    moved: list[DayMovedOut]

    @classmethod
    def all_of(cls, view: Overview) -> list[ShiftOut]:
        return [
            cls(
                cause=one.cause,
                at=one.at,
                office=view.movers[one.id].office,
                seconded=view.movers[one.id].seconded,
                reason=one.reason,
                document_number=one.document_number,
                document_day=one.document_date,
                moved=[
                    DayMovedOut(deadline=day.name, before=day.latest_before, after=day.latest_after)
                    for day in view.moved
                    if day.shift_id == one.id
                ],
            )
            for one in view.shifts
        ]


class InForceOut(Told):
    """The ordinance that an initiative changes, as its initiators copied it."""

    name: str
    text: str


class AttachmentOut(Told):
    """What is attached to the text; `size` in bytes, `sha256` of what `path` gives.

    `path` leads there below the address of the pages, once the text is public.
    """

    number: int
    title: Label
    description: Label
    kind: str
    size: int
    sha256: str
    path: str

    @classmethod
    def of(cls, one: Attached, measure: Measure) -> AttachmentOut:
        said = one.telling
        return cls(
            number=one.number,
            title=Label(ko=said.title_ko, en=said.title_en or None),
            description=Label(ko=said.description_ko, en=said.description_en or None),
            kind=one.kind.value,
            size=one.size,
            sha256=one.sha256,
            path=f"/measures/{measure.number}/attachments/{one.number}",
        )


class WholeMeasureOut(MeasureOut):
    """A measure with its text and all that hangs on it."""

    question: Label
    reason: str
    body: str
    in_force: InForceOut | None
    attachments: list[AttachmentOut]
    easy: EasyOut | None
    cost: CostOut | None
    site: PlaceOut | None
    """What it is about, where; `place` is the city."""
    options: list[OptionOut]
    office: str | None
    official: str | None
    term_started: date | None
    term_ends: date | None
    previous_vote: date | None
    districts: list[UUID] | None
    text_sha256: str | None
    rulebook: RulebookOut | None
    base_year: int | None
    project: UUID | None
    deadlines: list[DeadlineOut]
    holds: list[HoldOut]
    """Those that lie over it now."""
    halts: list[HoldOut]
    """Every one that there was, those lifted among them."""
    shifts: list[ShiftOut]
    """What moved its days, the latest first."""
    petition: UUID | None
    poll: UUID | None
    certificates: list[UUID]
    powers_suspended: bool


class StepOut(Labelled):
    """One step as it was taken. `at` is when it took effect.

    How many had signed is `null` among the `facts` while the petition's own figures are withheld.
    """

    sequence: int
    act: str
    source: str
    target: str
    at: Moment
    authority: str | None
    recorded_from: bool
    transcribed_by: str | None
    """The office whose officers wrote it down, where another one decided."""
    seconded: bool
    """Whether one officer proposed it and another one confirmed."""
    document_number: str | None
    document_day: date | None
    document_issuer: str | None
    document_sha256: str | None
    signed: SignedActOut | None
    """Who held the office and who signed by delegation, of an act that says so."""
    reason: str | None
    facts: dict[str, Any]
    entry: UUID

    @classmethod
    def of(
        cls,
        step: StepTaken,
        measure: Measure,
        papers: Mapping[UUID, Any],
        signed: SignedAct | None,
        *,
        hushed: bool = False,
    ) -> StepOut:
        paper = papers.get(step.paper_id) if step.paper_id else None
        counted = {petitioning.COLLECTED: None} if petitioning.COLLECTED in step.facts else {}
        return cls(
            sequence=step.sequence,
            act=step.act,
            source=step.source,
            target=step.target,
            at=step.at,
            authority=step.authority,
            recorded_from=step.recorded_from,
            transcribed_by=step.transcribed_by,
            seconded=step.confirmed_by is not None,
            document_number=step.document_number,
            document_day=step.document_date,
            document_issuer=paper.issuer if paper else None,
            document_sha256=paper.sha256 if paper else None,
            signed=SignedActOut.of(signed) if signed else None,
            reason=step.reason,
            facts={**step.facts, **counted} if hushed else step.facts,
            entry=step.entry_id,
            **binding_of(measure),
        )


class RollOut(ToldOf[Roll]):
    """A frozen list: its days, its size and the hash of its entries. Never who is on it."""

    id: UUID
    purpose: str
    base_date: date
    age_date: date
    size: int
    fingerprint: str
    frozen_at: Moment


class OptionIn(Asked):
    key: Annotated[Text, Field(min_length=1, max_length=60)]
    ko: Line
    en: Line


class DraftIn(Asked):
    """The whole text: what is left out is empty afterwards."""

    title_ko: Text = ""
    title_en: Text = ""
    question_ko: Text = ""
    question_en: Text = ""
    reason: Text = ""
    body: Text = ""
    office: OneOf[Office] | None = None
    official: Line | None = None
    term_started: Day | None = None
    term_ends: Day | None = None
    previous_vote: Day | None = None
    districts: Annotated[list[Id], Field(max_length=MOST_DISTRICTS, default_factory=list)]
    options: Annotated[list[OptionIn], Field(max_length=MOST_OPTIONS, default_factory=list)]
    easy: EasyIn | None = None
    cost: CostIn | None = None
    site: PlaceIn | None = None

    @property
    def words(self) -> DraftText:
        own = [name for name in DraftText.__slots__ if name in type(self).model_fields]
        told = {name: getattr(self, name) for name in own}
        told["easy"] = self.easy.words if self.easy else {}
        told["cost"] = self.cost and self.cost.words
        told["place"] = self.site and self.site.words
        told["office"] = self.office.value if self.office else None
        told["districts"] = tuple(self.districts)
        told["options"] = tuple((one.key, one.ko, one.en) for one in self.options)
        return DraftText(**told)


class NewDraftIn(Asked):
    instrument: OneOf[Instrument]
    route: OneOf[Way] | None = None
    text: DraftIn


class NeededOut(Told):
    """What the draft would need if it were admitted today; empty where no total is published."""

    findings: list[FindingOut]
