"""An exact part of a whole, such as 10% or 2/3."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, Any, Final

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

# ASCII digits only: a statute's number, not any script's.
_PERCENT: Final = re.compile(r"(?P<number>[0-9]{1,3}(?:\.[0-9]{1,9})?)\s*%")
_RATIO: Final = re.compile(r"(?P<top>[0-9]{1,12})\s*/\s*(?P<bottom>[1-9][0-9]{0,11})")


@dataclass(frozen=True, slots=True, order=True)
class Share:
    """A fraction between nothing and everything. A float never becomes a Share.

    `written` keeps the form of the source ("15%") for display; it does not take part in equality.
    """

    value: Fraction
    written: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.value, Fraction):
            raise TypeError(f"a share is built from a Fraction, not {type(self.value).__name__}")
        if not 0 <= self.value <= 1:
            raise ValueError(f"a share lies between 0 and 1, not {self.value}")

    @classmethod
    def parse(cls, text: str) -> Share:
        """Read a share as a statute writes it. Raises ValueError for any other text.

        >>> Share.parse("2.5 %").value, Share.parse("2/3").value
        (Fraction(1, 40), Fraction(2, 3))
        """
        written = text.strip()
        if percent := _PERCENT.fullmatch(written):
            return cls(Fraction(percent["number"]) / 100, written)
        if ratio := _RATIO.fullmatch(written):
            return cls(Fraction(int(ratio["top"]), int(ratio["bottom"])), written)
        raise ValueError(f"not a share: {text!r}")

    def of(self, whole: int) -> Fraction:
        """That part of a whole, exactly: a Fraction, not yet a number of people.

        >>> Share.parse("1/150").of(914_826)
        Fraction(152471, 25)
        """
        return self.value * whole

    def __str__(self) -> str:
        return self.written or f"{self.value.numerator}/{self.value.denominator}"


DECIMALS: Final = 2
NO_SHARE: Final = "—"


def percentages(whole: int, counts: Sequence[int | Fraction]) -> list[str]:
    """Parts of a whole in per cent, for the eye: cut and never rounded, so none looks larger.

    To two decimals, or to as many more as tell different parts from each other: no figure looks
    like a tie, or like what was needed, where it is not. Without a whole there is no share.

    >>> percentages(18_163, [7_065, 4_541])
    ['38.89%', '25.00%']
    >>> percentages(100_000, [50_002, Fraction(100_000, 2)])
    ['50.002%', '50.000%']
    """
    if not whole:
        return [NO_SHARE for _ in counts]
    decimals = DECIMALS
    while len({_cut(whole, one, decimals) for one in counts}) < len(set(counts)):
        decimals += 1
    return [
        f"{found // 10**decimals}.{found % 10**decimals:0{decimals}}%"
        for found in (_cut(whole, one, decimals) for one in counts)
    ]


def _cut(whole: int, count: int | Fraction, decimals: int) -> int:
    return int(Fraction(count) * 100 * 10**decimals // whole)


def _read(value: Any) -> Share:
    if isinstance(value, Share):
        return value
    try:
        if isinstance(value, str):
            return Share.parse(value)
    except ValueError:
        pass
    raise PydanticCustomError("not_a_share", "not a share written as text, like 1/12 or 5%")


ShareText = Annotated[
    Share,
    PlainValidator(_read),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["1/12", "15%"]}),
]
"""A share in a TOML file: always text, so that no float can slip in."""
