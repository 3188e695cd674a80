"""What requests and answers are made of: nothing is guessed, nothing unknown is let through."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum, StrEnum
from operator import attrgetter
from typing import Annotated, Any, Final, Generic, Self, TypeVar, get_args
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    model_validator,
)
from pydantic.fields import FieldInfo

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


@dataclass(frozen=True, slots=True)
class From:
    """Where a field stands on what is told of, if not under its own name: `district.code`."""

    way: str


class ToldOf(Told, Generic[T]):
    """An answer that says what a value says, field by field.

    A `Label` is read from both languages, bytes as hex, a closed set's word as text, and what has a
    shape of its own by that. A shape with a field that its value lacks is refused at import.
    """

    @classmethod
    def of(cls, told: T) -> Self:
        return cls(**{name: _said(told, name, one) for name, one in cls.model_fields.items()})

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        for parent in cls.__bases__:
            sources = getattr(parent, "__pydantic_generic_metadata__", {}).get("args") or ()
            lacking = [
                name
                for source in sources
                for name, one in cls.model_fields.items()
                if isinstance(source, type) and not _is_on(source, _way(name, one))
            ]
            if lacking:
                raise TypeError(f"{cls.__name__}: {', '.join(lacking)}")


def _way(name: str, field: FieldInfo) -> str:
    return next((one.way for one in field.metadata if isinstance(one, From)), name)


def _is_on(source: type, way: str) -> bool:
    first, known = way.partition(".")[0], set(dir(source))
    for one in source.__mro__:
        known |= inspect.get_annotations(one).keys()
    return first in known or f"{first}_ko" in known


def _said(told: Any, name: str, field: FieldInfo) -> Any:
    way, kind = _way(name, field), _shape(field.annotation)
    if kind is Label and not hasattr(told, way):
        return Label(ko=getattr(told, f"{way}_ko"), en=getattr(told, f"{way}_en"))
    return _shaped(attrgetter(way)(told), kind)


def _shape(annotation: Any) -> Any:
    """The shape that an answer has for what stands in a field, were it alone or several."""
    if isinstance(annotation, type) and issubclass(annotation, Told):
        return annotation
    return next(filter(None, map(_shape, get_args(annotation))), None)


def _shaped(value: Any, kind: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_shaped(one, kind) for one in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Enum):
        return value.value
    if value is None or kind is None or isinstance(value, Told):
        return value
    return Label(ko=value.ko, en=value.en) if kind is Label else kind.of(value)


class Page(Told, Generic[T]):
    """A part of a list. `next` is the address of the part that follows, null at the end."""

    items: list[T]
    next: str | None


class DocumentIn(Asked):
    """A paper of the deciding authority."""

    number: Annotated[Text, Field(min_length=1, max_length=100)]
    day: Day


class PaperIn(Asked):
    """A paper of the deciding authority: by number and day, or by its id where it is on file."""

    number: Annotated[Text, Field(min_length=1, max_length=100)] | None = None
    day: Day | None = None
    paper: Id | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        typed = self.number is not None, self.day is not None
        if typed != (self.paper is None,) * 2:
            raise ValueError("a number with its day, or the id of a paper")
        return self


class DeputyIn(Asked):
    """Who signed by delegation within the office (전결), and as what."""

    name: Annotated[Text, Field(min_length=1, max_length=60)]
    office: Annotated[Text, Field(min_length=1, max_length=60)]


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
