"""What a mayor promises beforehand, as data: what is put to a vote, and what is done then."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, Strict, ValidationError

from thresholds.errors import RulebookUnreadable
from thresholds.norms import Age
from thresholds.periods import PlausibleDay
from thresholds.reading import Bilingual, Data, Name, faults
from thresholds.rulebook import Channel
from thresholds.share import ShareText

Won = Annotated[int, Strict(), Field(ge=1, le=10**15)]
Sentence = Annotated[str, Field(min_length=1, max_length=300)]
WholeDays = Annotated[int, Strict(), Field(ge=0, le=3660)]


class ProjectKind(StrEnum):
    """What a promise's projects are, as the city's register names them."""

    BUILDING = "building"
    TRANSPORT = "transport"
    ENVIRONMENT = "environment"
    WELFARE = "welfare"
    CULTURE = "culture"
    DIGITAL = "digital"
    OTHER = "other"


class Asker(StrEnum):
    """Who asked that a question be put to the residents."""

    MAYOR = "mayor"
    COUNCIL = "council"
    RESIDENTS = "residents"
    DISTRICTS = "districts"


class ExcludedMatter(StrEnum):
    """What no promise covers: each is confirmed one by one before a vote is called."""

    OTHER_AUTHORITY = "other_authority"
    PERSON_OR_OFFICE = "person_or_office"
    PERMIT_OR_RIGHT = "permit_or_right"
    CONCLUDED_CONTRACT = "concluded_contract"
    LITIGATION = "litigation"
    TAX_OR_FEE = "tax_or_fee"


class Identification(StrEnum):
    """From where it is known who may vote."""

    REGISTER = "register"
    SELF_REGISTRATION = "self_registration"


class Paper(Data):
    """A document by its number and date."""

    number: Name
    day: PlausibleDay


class AskedBy(Data):
    """Who may ask. `residents`: the share of claimants whose signatures suffice; None: not they."""

    mayor: bool = False
    council: bool = False
    residents: ShareText | None = None
    districts: bool = False

    def admits(self, asker: Asker) -> bool:
        """Whether somebody of that kind may ask for a vote under the promise."""
        return bool(getattr(self, asker.value))


class Undertaking(Data):
    """What the mayor says to do, in both languages."""

    ko: Sentence
    en: Sentence


class Promise(Data):
    """What is undertaken where at least `turnout` vote and more than `majority` are of one side."""

    turnout: ShareText
    majority: ShareText
    undertaking: Undertaking


class Terms(Data):
    """All that the mayor signs. Amounts are whole won of a project's total; both days count.

    `matters`: questions without a budget, out of the `subjects`, may be put as well.
    """

    title: Bilingual
    subjects: tuple[Bilingual, ...] = ()
    matters: bool = False
    least_budget: Won | None = None
    least_by_kind: dict[ProjectKind, Won] = Field(default_factory=dict)
    asked_by: AskedBy
    minimum_age: Age
    foreign_statuses: tuple[Name, ...] = ()
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)]
    identification: Identification = Identification.REGISTER
    promises: Annotated[tuple[Promise, ...], Field(min_length=1, max_length=10)]
    argument_days: WholeDays
    answer_days: WholeDays
    valid_from: PlausibleDay
    valid_to: PlausibleDay | None = None
    revocation_notice_days: WholeDays
    legal_opinion: Paper | None = None
    register_basis: Paper | None = None
    impact_assessment: Paper | None = None

    def least_for(self, kind: ProjectKind) -> int | None:
        """The least total at which a project of that kind falls under it; None: none does."""
        return self.least_by_kind.get(kind, self.least_budget)

    def falls_under(self, *, kind: ProjectKind, total: int | None) -> bool:
        """Whether a project falls under it; without a total it is a matter without a budget."""
        if total is None:
            return self.matters
        least = self.least_for(kind)
        return least is not None and total >= least

    @property
    def first_promise(self) -> Promise:
        """The one that is reached with the fewest."""
        return min(self.promises, key=lambda one: (one.turnout, one.majority))

    def canonical(self) -> str:
        """The text whose hash is signed: sorted JSON of all that is said."""
        document = self.model_dump(mode="json", exclude_none=True)
        return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @property
    def sha256(self) -> str:
        """SHA-256 (hex) of the promise's canonical JSON: what is signed and pinned."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def read_terms(table: Mapping[str, Any]) -> Terms:
    """The terms from plain JSON data; every fault of form refused at once, with its key."""
    try:
        return Terms.model_validate_json(json.dumps(table))
    except ValidationError as error:
        found = list(faults(error))
        # A list whose entries are wrong is also too short once they are left out: said once.
        inner = {problem.key.partition(".")[0] for problem in found if "." in problem.key}
        raise RulebookUnreadable(one for one in found if one.key not in inner) from None
