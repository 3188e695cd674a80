"""Amounts of won as people write them: in won, in millions or in hundreds of millions."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

UNITS: Final = {
    "조": 10**12, "천억": 10**11, "백억": 10**10, "십억": 10**9, "억": 10**8,
    "천만": 10**7, "백만": 10**6, "십만": 10**5, "만": 10**4, "천": 10**3, "": 1,
}  # fmt: skip
PART: Final = re.compile(
    r"([0-9][0-9,]*(?:\.[0-9]+)?)\s*(조|천억|백억|십억|억|천만|백만|십만|만|천|)\s*"
)
GROUPED: Final = re.compile(r"[0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5}")


def read(text: str) -> int | None:
    """The whole won that are meant, as of `12억 5천만원` or `1,250백만원`; None where none are.

    Units fall from left to right, and what is written before one is no list of numbers: `1,25억` is
    a slip of the hand and no amount, and so is `12억 5` unless `원` stands behind it.
    """
    left = text.strip().removesuffix("원").strip()
    in_won = left != text.strip()
    amount, last = Fraction(0), None
    while left:
        part = PART.match(left)
        if part is None:
            return None
        figure, unit = part.groups()
        whole, point, _ = figure.partition(".")
        if not GROUPED.fullmatch(whole) or (point and not unit):
            return None
        size = UNITS[unit]
        if last is not None and (size >= last or not (unit or in_won)):
            return None
        amount, last = amount + Fraction(figure.replace(",", "")) * size, size
        left = left[part.end() :]
    return int(amount) if last is not None and amount.denominator == 1 else None
