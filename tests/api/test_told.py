"""An answer takes its fields from what it tells of, by name, and is checked when it is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import pytest

from referendum.api.shapes import From, Label, Told, ToldOf


class Colour(StrEnum):
    """A closed set."""

    RED = "red"


@dataclass(frozen=True, slots=True)
class Part:
    """What stands in a whole."""

    seal: bytes


@dataclass(frozen=True, slots=True)
class Whole:
    """What is told of."""

    name_ko: str
    name_en: str | None
    colour: Colour
    parts: tuple[Part, ...]
    first: Part | None


class PartOut(ToldOf[Part]):
    seal: str


class WholeOut(ToldOf[Whole]):
    name: Label
    colour: str
    parts: list[PartOut]
    seal: Annotated[str, From("first.seal")]
    first: PartOut | None


def test_fields_are_taken_by_name_and_brought_into_their_form() -> None:
    part = Part(b"\x0f")
    told = WholeOut.of(Whole("이름", None, Colour.RED, (part, part), part))
    assert told.model_dump(mode="json") == {
        "name": {"ko": "이름", "en": None},
        "colour": "red",
        "parts": [{"seal": "0f"}, {"seal": "0f"}],
        "seal": "0f",
        "first": {"seal": "0f"},
    }


def test_what_is_not_there_is_nothing_and_not_an_empty_shape() -> None:
    class Maybe(ToldOf[Whole]):
        first: PartOut | None

    assert Maybe.of(Whole("가", "a", Colour.RED, (), None)).first is None


def test_a_field_that_its_source_lacks_is_refused_where_it_is_written() -> None:
    with pytest.raises(TypeError, match=r"Wrong: colours, seal"):

        class Wrong(ToldOf[Whole]):
            name: Label
            colours: list[str]
            seal: str


def test_every_shape_of_the_interface_is_frozen_and_takes_nothing_else() -> None:
    assert WholeOut.model_config["frozen"]
    assert issubclass(WholeOut, Told)
    with pytest.raises(ValueError, match="extra"):
        PartOut(seal="0f", other="1")  # type: ignore[call-arg]  # what is tried
