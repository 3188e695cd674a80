"""One dated version of a law, ordinance or delegation, as data."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from thresholds.electorate import Electorate
from thresholds.kinds import AnyRequirement
from thresholds.norms import Choices, Norm, Opening, Place
from thresholds.periods import Calendar
from thresholds.provisions import Dispute, Excluded, Key, Provision, Publication, Topic
from thresholds.quorum import CountGate, turnout_findings
from thresholds.reading import Bilingual, Country, Data, Day, Days, Name
from thresholds.requirement import Finding, ShareRequirement, TierRequirement
from thresholds.vocabulary import Event, Instrument, Level, Matter, Office, PollOutcome, Route


class Channel(StrEnum):
    """A way to sign or to vote."""

    PAPER = "paper"
    ONLINE = "online"


class System(StrEnum):
    """What the channel runs on. A designated system is one a ministry has named."""

    PAPER = "paper"
    SEALED_PAPER = "sealed_paper"
    DESIGNATED_SYSTEM = "designated_system"
    OWN_SYSTEM = "own_system"


class ChannelRule(Data):
    """A way to sign or vote. `needs_designation`: closed until a designation is on record."""

    channel: Channel
    system: System
    needs_designation: bool = False
    citation: Name


class Law(Data):
    """A text that the rulebook states, with the day of the version read."""

    name: Name
    number: Name | None = None
    date: Day


class Signing(Data):
    """Who may sign, in which ways, and how surely they must be known."""

    electorate: Electorate
    channels: Annotated[tuple[ChannelRule, ...], Field(min_length=1)]
    minimum_assurance: Literal["paper", "phone_on_file", "desk"] | None = None

    def channel(self, name: Channel | str) -> ChannelRule | None:
        """The rule of a channel; None where the law knows no such way to sign."""
        return next((rule for rule in self.channels if rule.channel == name), None)


class PetitionRule(Data):
    """What the signatures must reach."""

    requirements: Annotated[tuple[AnyRequirement, ...], Field(min_length=1)]


class Voting(Data):
    """Who may vote, and in which ways."""

    electorate: Electorate
    channels: tuple[ChannelRule, ...] = ()


class Question(StrEnum):
    """What a ballot may ask: yes or no, one of two, one of several."""

    YES_NO = "yes_no"
    TWO = "two"
    SEVERAL = "several"


class Outcomes(Data):
    """What each ending of a count is called: the law's own tie rule is one of them."""

    carried: PollOutcome
    defeated: PollOutcome
    tied: PollOutcome
    short: PollOutcome


class PollRule(Data):
    """What a vote needs. `count_gate_citation` is where the law says whether the box is opened."""

    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    binding: bool
    count_gate: CountGate
    count_gate_citation: Name
    requirements: Annotated[tuple[AnyRequirement, ...], Field(min_length=1)]
    outcomes: Outcomes


class EffectName(StrEnum):
    """What follows from an outcome; the words are in the catalogues."""

    MUST_BE_CARRIED_OUT = "must_be_carried_out"
    NO_CHANGE = "no_change"
    NO_NEW_VOTE = "no_new_vote"
    POWERS_SUSPENDED = "powers_suspended"
    OFFICE_LOST = "office_lost"
    MAY_NOT_STAND = "may_not_stand"
    ANSWER_OWED = "answer_owed"
    COUNCIL_ADOPTS_BUDGET = "council_adopts_budget"


class Effect(Data):
    """What follows after which outcomes, or lasts from one event to another (`during`)."""

    name: EffectName
    after: tuple[PollOutcome, ...] = ()
    during: tuple[Event, Event] | None = None
    years: Days | None = None
    citation: Name


class RuleGroup(StrEnum):
    """The parts of a law that a transitional clause can bring into force apart."""

    SIGNING = "signing"
    POLL = "poll"


class Transition(Data):
    """Claims a measure that was begun under an earlier version.

    It does where the measure's event falls on or after the day from which this version is valid.
    """

    group: RuleGroup
    event: Event
    citation: Name


class Agreeing(Data):
    """How the representatives of a claim decide together what ends or changes it.

    `hours_to_take_back`: so long an end rests after all have consented. Both as we assume where a
    text is silent: no act of Korea's says what one of several representatives may do alone.
    """

    consent: Literal["all", "majority"] = "all"
    hours_to_take_back: Annotated[int, Field(ge=0, le=720)] = 24
    citation: Name | None = None


ASSUMED_AGREEING: Final = Agreeing()


class Rulebook(Data):
    """Valid from `valid_from` up to, not including, `valid_to`; never edited once used.

    `routes`, `offices` and `matters` empty means that the rule does not depend on them. No
    `petition`: nobody collects signatures for it; no `poll`: no vote of the people decides.
    `assumed` lists the dotted keys whose values the law's text did not give us. `excluded`: what
    may not be its subject; `provisions`: what no number says.

    A lower norm names the one it stands `under`, its `place` and its `choices`; `openings` and
    `closed_by` say what this norm leaves to lower ones, and which article keeps the rest.
    `proposed`: a bill or a draft that is in force nowhere, for simulation and advisory votes only.
    `frame`: only what lower norms are made from; decides nothing until one has chosen.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,60}$")]
    title: Bilingual
    norm: Norm = Norm.STATUTE
    under: Name | None = None
    place: Place | None = None
    proposed: bool = False
    frame: bool = False
    country: Country
    instrument: Instrument
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    offices: tuple[Office, ...] = ()
    routes: tuple[Route, ...] = ()
    matters: tuple[Matter, ...] = ()
    valid_from: Day
    valid_to: Day | None = None
    laws: Annotated[tuple[Law, ...], Field(min_length=1)]
    assumed: tuple[Name, ...] = ()
    signing: Signing | None = None
    petition: PetitionRule | None = None
    agreeing: Agreeing | None = None
    voting: Voting | None = None
    poll: PollRule | None = None
    calendar: Calendar
    effects: tuple[Effect, ...] = ()
    excluded: dict[Key, Excluded] = Field(default_factory=dict)
    publication: Publication | None = None
    dispute: Dispute | None = None
    provisions: dict[Topic, Provision] = Field(default_factory=dict)
    transitions: tuple[Transition, ...] = ()
    choices: Choices = Choices()
    openings: dict[Name, Opening] = Field(default_factory=dict)
    closed_by: Name | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("a rulebook ends after it begins")
        if (self.poll is None) != (self.voting is None):
            raise ValueError("a poll needs an electorate, and only a poll has one")
        if (self.petition is None) != (self.signing is None):
            raise ValueError("a petition needs signers, and only a petition has them")
        document = self.model_dump(mode="json")
        for key in self.assumed:
            if not _has(document, key.split(".")):
                raise ValueError(f"assumed names a key that is not there: {key}")
        for name, opening in self.openings.items():
            if name not in Choices.model_fields:
                raise ValueError(f"no lower norm can choose {name!r}")
            if lost := [path for path in opening.sets if not _has(document, path.split("."))]:
                raise ValueError(f"an opening sets a key that is not there: {lost[0]}")
        return self

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the rulebook's canonical JSON: what a measure pins."""
        # What a rulebook does not say stays out: a key that the form gains changes no old one.
        document = self.model_dump(mode="json", exclude_defaults=True)
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def stands_alone(self) -> bool:
        """Whether a measure may follow it as it is: in force, and for more than one place."""
        return not (self.proposed or self.frame) and self.place is None

    @property
    def binding(self) -> bool:
        """Whether a vote under it has legal force; an initiative has none of its own."""
        return self.poll is not None and self.poll.binding

    @property
    def leaves_share_open(self) -> bool:
        """Whether a local ordinance may set the share of signatures."""
        rules = () if self.petition is None else self.petition.requirements
        kinds = (ShareRequirement, TierRequirement)
        return any(isinstance(rule, kinds) and rule.envelope is not None for rule in rules)

    def count_gate_finding(self, *, electors: int, voted: int) -> Finding | None:
        """The turnout that must be met before the box may be opened; None: always counted."""
        if self.poll is None or self.poll.count_gate is CountGate.NEVER:
            return None
        found = turnout_findings(self.poll.requirements, electors=electors, voted=voted)
        return next(iter(found), None)

    def applies(
        self,
        *,
        country: str,
        level: str,
        instrument: str,
        office: str | None,
        route: str,
        matter: str | None = None,
    ) -> bool:
        """Whether it is made for such a measure; its dates are not looked at."""
        return (
            self.country == country
            and self.instrument == instrument
            and level in self.levels
            and (not self.offices or office in self.offices)
            and (not self.routes or route in self.routes)
            and (not self.matters or matter in self.matters)
        )


def _has(node: object, path: list[str]) -> bool:
    for part in path:
        if isinstance(node, dict) and part in node:
            node = node[part]
        elif isinstance(node, list) and part.isdigit() and int(part) < len(node):
            node = node[int(part)]
        else:
            return False
    return True
