"""What requests and answers are made of: nothing is guessed, nothing unknown is let through."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Final, Generic, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict

from thresholds.requirement import Finding

LARGEST: Final = 2**31 - 1
"""What an integer column holds."""

DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
ID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

T = TypeVar("T")
Choice = TypeVar("Choice", bound=StrEnum)


class Asked(BaseModel):
    """A request's body: JSON types as they are, no field too many."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Told(BaseModel):
    """An answer's body: built from values, never from a table by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _storable(text: str) -> str:
    """PostgreSQL stores no NUL, and half a surrogate pair is no character."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("not text")
    return text


def _written(form: re.Pattern[str]) -> BeforeValidator:
    """Pydantic would also read numbers and other spellings as a date or an id."""

    def check(given: object) -> object:
        if isinstance(given, (date, UUID)) or (isinstance(given, str) and form.fullmatch(given)):
            return given
        raise ValueError("not in the expected form")

    return BeforeValidator(check)


Text = Annotated[str, AfterValidator(_storable)]
Line = Annotated[Text, Field(max_length=200)]
"""One line of a form."""
Paragraph = Annotated[Text, Field(max_length=4_000)]
Day = Annotated[date, Strict(strict=False), _written(DAY)]
Id = Annotated[UUID, Strict(strict=False), _written(ID)]
Moment = Annotated[datetime, AfterValidator(lambda at: at.astimezone(UTC))]
"""A time in an answer: always UTC, whatever zone it was computed in."""

Count = Annotated[int, Field(ge=0, le=LARGEST)]
OneOf = Annotated[Choice, Strict(strict=False)]
"""A word of a closed set."""


class Label(Told):
    ko: str
    en: str | None


class Page(Told, Generic[T]):
    """A part of a list. `next` is the address of the part that follows, null at the end."""

    items: list[T]
    next: str | None


class DocumentIn(Asked):
    """A paper of the deciding authority."""

    number: Annotated[Text, Field(min_length=1, max_length=100)]
    day: Day


class DistrictFindingOut(Told):
    """A district's own floor. Counts of single districts are in the petition's own list."""

    name: str
    whole: int
    needed: int
    met: bool | None


class FindingOut(Told):
    """A requirement applied to numbers; fractions are text ("23/2"), unknown numbers null."""

    requirement: str
    citation: str
    whole: int | str | None
    counted: int | str | None
    needed: int | str | None
    met: bool | None
    sum: str
    districts: list[DistrictFindingOut] | None

    @classmethod
    def of(cls, finding: Finding) -> FindingOut:
        told = {name: value for name, value in finding.as_json().items() if name != "districts"}
        districts = None
        if finding.districts is not None:
            districts = [
                DistrictFindingOut(name=one.name, whole=one.whole, needed=one.needed, met=one.met)
                for one in finding.districts
            ]
        return cls(**told, sum=finding.sum, districts=districts)
