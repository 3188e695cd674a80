"""The fields of forms: each reads its own value, or refuses it at its own place."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, BinaryIO, Final
from uuid import UUID

from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from referendum.doors.errors import BodyTooLarge, InputNotUsable
from referendum.doors.limits import WHOLE
from referendum.kernel import won
from referendum.kernel.errors import DomainError
from referendum.kernel.sealing import Vault
from referendum.lifecycle.errors import NumberUnreadable, ParticularMissing
from referendum.web.sent import file, text, ticked, whole


@dataclass(frozen=True, slots=True)
class Cabinet:
    """Where a field finds what was chosen, and what keeps a file that was brought."""

    session: Session
    place: UUID
    vault: Vault
    most: int
    """Bytes that the file of a paper may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(ABC):
    """One thing that a form asks for, by the name under which its value is given."""

    label: str = ""
    """Where its words are, on a page that calls it otherwise than other pages do."""

    @abstractmethod
    def parse(self, form: FormData, name: str) -> Any:
        """The value; raises a `DomainError` whose facts name the input in which the fault lies."""

    def faults(self, form: FormData, name: str) -> Mapping[str, DomainError]:
        """Where it has several inputs: all that is wrong with them, not the first fault alone."""
        del form, name
        return {}

    def settled(self, value: Any, cabinet: Cabinet) -> Any:
        """The value as the act gets it, once it is asked for what it names."""
        del cabinet
        return value

    def far(self, name: str, value: Any, today: date) -> Mapping[str, date]:
        """By its input, a day that lies so far from today that it is asked for once more."""
        del name, value, today
        return {}

    def inputs(self, name: str) -> tuple[str, ...]:
        """The inputs that it is typed into, the one where its faults are shown first."""
        return (name,)

    def files(self, name: str) -> tuple[str, ...]:
        """The inputs in which a paper's file is chosen."""
        del name
        return ()

    def written(self, name: str, value: Any) -> dict[str, str]:
        """A value as it stands in its inputs; nothing stands there where there is none."""
        return {name: "" if value is None else str(value)}


Fields = Mapping[str, Field]
"""What a form asks for, in the order of its page."""
Given = Mapping[str, Any]
"""What was asked for, read: a value for every field, by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Field):
    """What is typed or chosen in one input, and the usual value where that is empty."""

    needed: bool = True
    """Whether it may not be empty, where nothing is usual."""
    usual: Any = None
    wrong: Callable[..., DomainError] = InputNotUsable
    """The refusal of what says no value, made of its `field`: it was not chosen from our page."""

    @abstractmethod
    def of(self, given: str) -> Any:
        """The value of what was written; raises a ValueError where it says none."""

    def parse(self, form: FormData, name: str) -> Any:
        given = text(form, name)
        if not given and self.needed and not self.usual:
            raise ParticularMissing(field=name)
        try:
            return self.of(given) if given else self.usual
        except ValueError:
            raise self.wrong(field=name) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Written):
    """A text without the spaces around it. `needed`: never empty."""

    needed: bool = False
    usual: str = ""

    def of(self, given: str) -> str:
        return given


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Written):
    """A whole number as people write it. Nothing is None and never zero; letters are refused."""

    needed: bool = False
    wrong: Callable[..., DomainError] = NumberUnreadable
    least: int | None = None

    def of(self, given: str) -> int:
        number = whole(given)
        if number is None or (self.least is not None and number < self.least):
            raise ValueError(given)
        return number

    def written(self, name: str, value: Any) -> dict[str, str]:
        return {name: "" if value is None else f"{value:,}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount(Figure):
    """Whole won, in the unit that is written behind the number."""

    def of(self, given: str) -> int:
        amount = won.read(given)
        if amount is None:
            raise ValueError(given)
        return amount


@dataclass(frozen=True, slots=True)
class Choice(Written):
    """One of a closed set."""

    kinds: type[StrEnum]

    def of(self, given: str) -> StrEnum:
        return self.kinds(given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Id(Written):
    """What was chosen from a list, by its id."""

    def of(self, given: str) -> UUID:
        return UUID(given)


@dataclass(frozen=True, slots=True)
class Tick(Field):
    """Whether a box is ticked, or of two choices the one that is called `yes` was made."""

    yes: str = "yes"

    def parse(self, form: FormData, name: str) -> bool:
        return text(form, name) == self.yes


@dataclass(frozen=True, slots=True)
class Ticks(Field):
    """All boxes of one name that are ticked; of a closed set those that are in it."""

    kinds: type[StrEnum] | None = None

    def parse(self, form: FormData, name: str) -> Sequence[str]:
        given = ticked(form, name)
        return given if self.kinds is None else [one for one in self.kinds if one in given]


@dataclass(frozen=True, slots=True, kw_only=True)
class File(Field):
    """An uploaded file's bytes, or not `whole` what reads it piece by piece: it may be large.

    What is whole is in memory while it is looked at: what has more than `most` bytes is refused.
    """

    needed: bool = True
    whole: bool = True
    most: int = WHOLE

    def parse(self, form: FormData, name: str) -> bytes | BinaryIO:
        given = form.get(name)
        sent = given if isinstance(given, UploadFile) else None
        if self.needed and not (sent and sent.size):
            raise ParticularMissing(field=name)
        if sent and not self.whole:
            return sent.file
        if sent and (sent.size or 0) > self.most:
            raise BodyTooLarge(limit=self.most)
        return file(form, name)


@dataclass(frozen=True, slots=True)
class Each(Field):
    """The same of several things, each by its key: `votes-yes`."""

    keys: Sequence[str]
    field: Field

    def parse(self, form: FormData, name: str) -> dict[str, Any]:
        return {key: self.field.parse(form, f"{name}-{key}") for key in self.keys}

    def faults(self, form: FormData, name: str) -> Mapping[str, DomainError]:
        return read(dict.fromkeys(self.inputs(name), self.field), form)[1]

    def inputs(self, name: str) -> tuple[str, ...]:
        return tuple(f"{name}-{key}" for key in self.keys)

    def written(self, name: str, value: Any) -> dict[str, str]:
        parts = (self.field.written(f"{name}-{key}", one) for key, one in value.items())
        return {place: shown for part in parts for place, shown in part.items()}


REASON: Final = Text(needed=True)
"""A written reason."""


def filled(fields: Fields, kept: object) -> dict[str, str]:
    """The fields as they stand with what is kept, each of its own name."""
    return {
        place: shown
        for name, field in fields.items()
        for place, shown in field.written(name, getattr(kept, name, None)).items()
    }


def read(fields: Fields, form: FormData) -> tuple[dict[str, Any], dict[str, DomainError]]:
    """Every value that can be read, and for every other field its refusal."""
    given: dict[str, Any] = {}
    refused: dict[str, DomainError] = {}
    for name, field in fields.items():
        try:
            given[name] = field.parse(form, name)
        except DomainError as fault:
            refused |= field.faults(form, name) or {name: fault}
    return given, refused
