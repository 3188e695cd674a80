"""What a certificate says, as public JSON: the numbers, the law they meet, and who stands for them.

A document is refused while it contradicts itself, so that none is ever printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from referendum.certificates.parts import (
    Checkpoint,
    Effect,
    Ending,
    Instrument,
    Label,
    Measure,
    Name,
    Officer,
    Original,
    Part,
    Petition,
    PetitionOutcome,
    Poll,
    PollOutcome,
    Replaced,
    Rulebook,
    Times,
    Undertaking,
)
from referendum.kernel.canonical import canonical

FORMAT: Final = "referendum-certificate-v1"


class Document(Part):
    """One certificate, transcript or advisory certificate."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    format: Literal["referendum-certificate-v1"] = FORMAT
    kind: Literal["certificate", "transcript", "advisory_certificate"] = Field(alias="class")
    serial: Name
    jurisdiction: Label
    instrument: Instrument
    measure: Measure
    rulebook: Rulebook
    petition: Petition | None = None
    poll: Poll | None = None
    outcome: PollOutcome | PetitionOutcome | Ending
    label: Label | None = None
    """What everything of a vote without legal force is marked with."""
    undertakings: tuple[Undertaking, ...] = ()
    effects: tuple[Effect, ...] = ()
    authority: Label
    officers: tuple[Officer, Officer]
    transcript_of: Original | None = None
    replaces: Replaced | None = None
    """Of a result that was corrected: the document before it."""
    times: Times
    checkpoint: Checkpoint
    verification_url: Annotated[str, Field(pattern=r"^https?://[!-~]{1,500}$")]
    assumed: tuple[Name, ...] = ()
    demo: bool
    rehearsal: bool
    no_legal_effect: bool

    @model_validator(mode="after")
    def _is_what_it_calls_itself(self) -> Self:
        advisory = self.instrument == "advisory"
        if self.kind == ("certificate" if advisory else "advisory_certificate"):
            raise ValueError("an advisory vote has an advisory certificate, and nothing else has")
        if advisory and not (self.no_legal_effect and self.label):
            raise ValueError("what is said of an advisory vote says that it has no legal effect")
        if self.undertakings and not advisory:
            raise ValueError("only an advisory vote follows from undertakings")
        if (self.kind == "transcript") != (self.transcript_of is not None):
            raise ValueError("a transcript names the document it repeats, and nothing else does")
        if self.officers[0].id == self.officers[1].id:
            raise ValueError("two different officers certify")
        keys = {option.key for option in self.measure.options}
        if self.poll is not None and self.poll.options is not None:
            unknown = {tally.key for tally in self.poll.options} - keys
            if unknown:
                raise ValueError(f"options that the measure does not have: {sorted(unknown)}")
        return self

    def as_json(self) -> dict[str, Any]:
        """The public JSON. What not every document has stands where there is some.

        It is a finding's `districts`, a label, undertakings, in whose stead an officer certified,
        and what was replaced. So a document of an earlier release keeps its bytes.
        """
        content = self.model_dump(mode="json", by_alias=True)
        for finding in _findings(content):
            if finding["districts"] is None:
                del finding["districts"]
        for officer in content["officers"]:
            if officer["deputising_for"] is None:
                del officer["deputising_for"]
        for key in ("label", "undertakings", "replaces"):
            if not content[key]:
                del content[key]
        return content

    def canonical_bytes(self) -> bytes:
        """What is hashed, signed and published: RFC 8785, the same wherever it is made."""
        return canonical(self.as_json())

    @property
    def sha256(self) -> str:
        return sha256(self.canonical_bytes()).hexdigest()


def _findings(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in ("petition", "poll"):
        yield from (content[part] or {"findings": ()})["findings"]
    for undertaking in content["undertakings"]:
        yield from (undertaking["turnout"], undertaking["majority"])
