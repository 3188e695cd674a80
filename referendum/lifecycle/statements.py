"""A verdict as officers certify it, and the kinds of document that say it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from referendum.certificates import parts
from referendum.i18n.words import Language, Words
from referendum.lifecycle.acting import Document as Paper
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import Instrument, PetitionOutcome, PollOutcome


@dataclass(frozen=True, slots=True)
class Statement:
    """A verdict with its part of the document, before anybody certified it."""

    subject: str
    rulebook: Rulebook
    outcome: str
    petition: parts.Petition | None
    poll: parts.Poll | None
    undertakings: tuple[parts.Undertaking, ...] = ()

    @property
    def numbers(self) -> dict[str, Any]:
        """What the officers certify, in the form that is hashed."""
        return {
            "subject": self.subject,
            "rulebook": self.rulebook.fingerprint,
            "outcome": self.outcome,
            "petition": self.petition.model_dump(mode="json") if self.petition else None,
            "poll": self.poll.model_dump(mode="json") if self.poll else None,
            "undertakings": [one.model_dump(mode="json") for one in self.undertakings],
        }


@dataclass(frozen=True, slots=True)
class Certificate:
    """The deciding authority's own document on an instrument of the law."""

    name: ClassVar[str] = "certificate"

    def original(self) -> parts.Original | None:
        """The paper that it repeats; none, where it is the first to say so."""
        return None

    def effects(self, instrument: Instrument, statement: Statement) -> tuple[parts.Effect, ...]:
        """What follows from the result, with the article that says so."""
        return tuple(_effects(instrument, statement))

    def has_no_legal_effect(self, statement: Statement) -> bool:
        """Whether the document must say so: a vote under rules that bind nobody."""
        return statement.poll is not None and not statement.rulebook.binding


@dataclass(frozen=True, slots=True)
class Transcript(Certificate):
    """What officers of another office record from the deciding authority's paper."""

    name: ClassVar[str] = "transcript"

    paper: Paper
    authority: str

    def original(self) -> parts.Original | None:
        return parts.Original(
            number=self.paper.number,
            date=self.paper.day,
            authority=authority_label(self.authority),
        )


@dataclass(frozen=True, slots=True)
class AdvisoryCertificate(Certificate):
    """The document on a vote that the mayor promised to hold: never one of a binding result."""

    name: ClassVar[str] = "advisory_certificate"

    def effects(self, instrument: Instrument, statement: Statement) -> tuple[parts.Effect, ...]:
        del instrument, statement  # whatever the numbers are
        return (parts.Effect(key="no_legal_effect"),)

    def has_no_legal_effect(self, statement: Statement) -> bool:
        return statement.poll is None or not statement.rulebook.binding


@dataclass(frozen=True, slots=True)
class AdvisoryTranscript(Transcript):
    """What another office records from the mayor's paper on an advisory vote."""

    def effects(self, instrument: Instrument, statement: Statement) -> tuple[parts.Effect, ...]:
        return AdvisoryCertificate().effects(instrument, statement)

    def has_no_legal_effect(self, statement: Statement) -> bool:
        return AdvisoryCertificate().has_no_legal_effect(statement)


def _effects(instrument: Instrument, statement: Statement) -> Iterator[parts.Effect]:
    citations = {effect.name.value: effect.citation for effect in statement.rulebook.effects}
    if statement.poll is None:
        enough = statement.outcome == PetitionOutcome.SUFFICIENT
        if enough and instrument is not Instrument.INITIATIVE:
            yield parts.Effect(key="vote_to_be_called")
    elif statement.outcome == PollOutcome.ADOPTED and "office_lost" in citations:
        yield parts.Effect(key="office_lost", citation=citations["office_lost"])
    elif instrument is Instrument.RECALL:
        yield parts.Effect(key="powers_restored", citation=citations.get("powers_suspended"))
    elif "must_be_carried_out" in citations and statement.outcome in (
        PollOutcome.ADOPTED,
        PollOutcome.REJECTED,
    ):
        yield parts.Effect(
            key="result_to_be_carried_out", citation=citations["must_be_carried_out"]
        )


def authority_label(authority: str) -> parts.Label:
    """An authority as the law calls it, in both languages."""
    return label(f"certificate.deciding.{authority}")


def label(key: str) -> parts.Label:
    """One key of the catalogues in both languages."""
    return parts.Label(ko=Words.load(Language.KO)(key), en=Words.load(Language.EN)(key))
