"""Reading TOML strictly: exact types, no unknown keys, every fault with its place."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, Strict, ValidationError

from thresholds.errors import Problem

# No electorate on earth has more; beyond it a number is a slip of the hand, not a count.
LARGEST: Final = 10_000_000_000

Count = Annotated[int, Strict(), Field(ge=0, le=LARGEST)]
"""A whole number of people or papers: never a float, a text or a truth value."""
Positive = Annotated[int, Strict(), Field(ge=1, le=LARGEST)]
Days = Annotated[int, Strict(), Field(ge=-366, le=3660)]
Day = Annotated[date, Strict()]
Country = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]{2,3})?$")]
"""ISO 3166-1, or 3166-2 where a part of a country has laws of its own ("us-ca"), or "eu"."""
Name = Annotated[str, Field(min_length=1, max_length=200)]


class Data(BaseModel):
    """A frozen piece of a TOML file; a key it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Bilingual(Data):
    """A name or sentence that is itself part of the rule or the case."""

    ko: Name
    en: Name


_REASONS: Final = {
    "extra_forbidden": "unknown-key",
    "missing": "missing",
    "int_type": "not-a-whole-number",
    "greater_than_equal": "too-small",
    "less_than_equal": "too-large",
    "string_type": "not-text",
    "date_type": "not-a-date",
    "enum": "not-one-of",
    "literal_error": "not-one-of",
    "model_type": "not-a-table",
    "dict_type": "not-a-table",
    "tuple_type": "not-a-list",
    "string_too_short": "empty-text",
    "string_too_long": "text-too-long",
    "string_pattern_mismatch": "wrong-form",
    "not_a_share": "not-a-share",
    "value_error": "does-not-fit",
    "union_tag_invalid": "not-one-of",
}
_FACTS: Final = {
    "ge": "least",
    "le": "most",
    "expected": "expected",
    "expected_tags": "expected",
    "error": "why",
}


def parse(text: str) -> dict[str, Any] | Problem:
    """The file as plain data, or where it stops being TOML."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as fault:
        # Beside its own error tomllib lets through numbers too long and nesting too deep.
        return Problem("toml", "not-toml", {"fault": str(fault)})


def faults(error: ValidationError) -> Iterator[Problem]:
    """Pydantic's findings as keys and reasons of our own, in the order of the file."""
    for found in error.errors(include_url=False):
        context = found.get("ctx", {})
        facts = {ours: str(context[theirs]) for theirs, ours in _FACTS.items() if theirs in context}
        yield Problem(dotted(found["loc"]), _REASONS.get(found["type"], "wrong-form"), facts)


def dotted(place: tuple[int | str, ...]) -> str:
    """A place in a file as people write it: "petition.districts.2.valid"."""
    return ".".join(str(part) for part in place if part != "[key]") or "file"


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`below` with the entries of `above` laid over it; tables merge, everything else replaces."""
    result = dict(below)
    for key, value in above.items():
        under = result.get(key)
        if isinstance(value, Mapping) and isinstance(under, Mapping):
            result[key] = merged(under, value)
        else:
            result[key] = value
    return result
