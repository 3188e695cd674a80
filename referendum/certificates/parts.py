"""The pieces a certificate is made of: what was asked, under which law, the counts, who answers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, model_validator

from referendum.kernel.canonical import LARGEST


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Name = Annotated[str, Field(min_length=1, max_length=500)]
Count = Annotated[int, Field(strict=True, ge=0, le=LARGEST)]
Amount = Count | Annotated[str, Field(pattern=r"^[0-9]{1,16}/[1-9][0-9]{0,15}$")]
"""A whole number, or a fraction as text ("23/2")."""
Moment = Annotated[AwareDatetime, PlainSerializer(_utc, when_used="json")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Instrument = Literal["initiative", "referendum", "recall", "advisory"]
PollOutcome = Literal["adopted", "rejected", "neither", "not_counted", "advisory"]
PetitionOutcome = Literal["sufficient", "insufficient", "unknown", "not_filed"]
Ending = Literal[
    "purpose_accepted",
    "office_vacant",
    "withdrawn",
    "dismissed",
    "annulled",
    "council_adopted",
    "council_rejected",
]
EffectKey = Literal[
    "office_lost",
    "powers_restored",
    "result_to_be_carried_out",
    "no_change_until",
    "no_new_vote_until",
    "dispute_until",
    "council_to_vote_until",
    "vote_to_be_called",
    "mayor_answers_until",
    "no_legal_effect",
]


VoidReason = Literal[
    "outside_city",
    "under_age",
    "no_voting_right",
    "registration_ended",
    "unidentifiable",
    "unauthorised",
    "duplicate",
    "out_of_period",
    "missing_field",
    "withdrawn",
    "improper",
    "form",
]
"""Why a signature is void: the closed list of `signatures.lines.Reason`, compared by a test."""
Channel = Literal["online", "paper", "portal"]
"""The way a signature came in: `signatures.lines.Origin`, compared by a test."""


class Part(BaseModel):
    """A piece of a document: nothing in it can be changed, and nothing unknown can be added."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Phrase(Part):
    ko: Text
    en: Text | None = None


class Label(Phrase):
    """A phrase that must fit on a few lines."""

    ko: Name
    en: Name | None = None


class Option(Part):
    key: Name
    label: Label


class Rulebook(Part):
    id: Name
    title: Label
    fingerprint: Digest
    laws: tuple[Name, ...]
    assumed: tuple[Name, ...] = ()


class Measure(Part):
    id: Name
    number: Name
    title: Label
    question: Phrase
    options: tuple[Option, ...] = ()
    office: Label | None = None
    """Recall only: the public office, as entered; no other fact about the person."""
    route: Literal["residents", "council", "mayor", "state"] | None = None


class DistrictFloor(Part):
    name: Name
    whole: Count
    counted: Count | None
    needed: Count
    met: bool | None


class Finding(Part):
    """A requirement applied to numbers; the keys are those of `referendum judge --json`."""

    requirement: Literal["signatures", "spread", "turnout", "majority", "approval"]
    citation: Name
    whole: Amount | None
    counted: Amount | None
    needed: Amount | None
    met: bool | None
    sum: str
    districts: tuple[DistrictFloor, ...] | None = None


class Undertaking(Part):
    """What the mayor undertook beforehand: reached where both its conditions are."""

    number: Count
    text: Label
    met: bool
    turnout: Finding
    majority: Finding


class Tally(Part):
    """How many votes for an option, by its key."""

    key: Name
    count: Count


class VoidTally(Part):
    """How many signatures are void for one reason."""

    key: VoidReason
    count: Count


class ChannelTally(Part):
    """How many signatures came in one way."""

    key: Channel
    count: Count


class PetitionDistrict(Part):
    name: Name
    claimants: Count | None = None
    valid: Count


class Petition(Part):
    outcome: PetitionOutcome
    findings: tuple[Finding, ...] = ()
    claimants: Count | None = None
    submitted: Count | None = None
    standing: Count | None = None
    void: tuple[VoidTally, ...] = ()
    channels: tuple[ChannelTally, ...] = ()
    districts: tuple[PetitionDistrict, ...] = ()

    @property
    def districts_apart(self) -> tuple[PetitionDistrict, ...]:
        """The districts for a table of their own: none where a finding's own has said them all."""
        own = [(one.name, one.claimants, one.valid) for one in self.districts]
        told = any(
            own == [(floor.name, floor.whole, floor.counted) for floor in finding.districts]
            for finding in self.findings
            if finding.districts
        )
        return () if told else self.districts


class Gap(Part):
    """Papers in the box that differ from the votes cast, and why."""

    difference: Annotated[int, Field(strict=True, ge=-LARGEST, le=LARGEST)]
    reason: Text


class PollDistrict(Part):
    name: Name
    electors: Count
    issued: Count | None = None
    cast: Count
    papers: Count | None = None
    invalid: Count | None = None
    options: tuple[Tally, ...] | None = None


class Poll(Part):
    outcome: PollOutcome
    counted: bool
    winner: Name | None = None
    findings: tuple[Finding, ...] = ()
    electors: Count
    issued: Count | None = None
    cast: Count
    papers: Count | None = None
    invalid: Count | None = None
    options: tuple[Tally, ...] | None = None
    gap: Gap | None = None
    districts: tuple[PollDistrict, ...] = ()

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        """A shut box has no contents (REC §22): no option, no paper, no winner is ever named."""
        if self.counted == (self.outcome == "not_counted"):
            raise ValueError("`counted` and `outcome` contradict each other")
        if not self.counted:
            inside = [self.winner, self.papers, self.invalid, self.options, self.gap]
            inside += [x for d in self.districts for x in (d.papers, d.invalid, d.options)]
            if any(part is not None for part in inside):
                raise ValueError("a box that was not opened has no contents")
            return self
        if self.papers is None or self.invalid is None or not self.options:
            raise ValueError("a counted poll states its papers, invalid papers and options")
        if sum(option.count for option in self.options) + self.invalid != self.papers:
            raise ValueError("options and invalid papers must equal the papers in the box")
        if (0 if self.gap is None else self.gap.difference) != self.papers - self.cast:
            raise ValueError("a difference between papers and votes cast needs its reason")
        return self


class Effect(Part):
    key: EffectKey
    on: date | None = None
    citation: Name | None = None


class Officer(Part):
    """`id` is the account's: two officers may bear the same name."""

    id: Name
    name: Name
    role: Name
    authority: Name
    deputising_for: Name | None = None
    """Name and office of whoever was away, where the officer certified as their deputy."""
    certified_at: Moment


class Replaced(Part):
    """The document whose numbers were wrong, and in whose place this one stands."""

    serial: Name
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Original(Part):
    """The deciding authority's own document, which a transcript repeats."""

    number: Name
    date: date
    authority: Label


class Checkpoint(Part):
    origin: Name
    size: Count
    root: Name
    note: Annotated[str, Field(min_length=1, max_length=5_000)]


class Times(Part):
    issued_at: Moment
    petition_closed_at: Moment | None = None
    polls_closed_at: Moment | None = None
    decided_at: Moment | None = None
