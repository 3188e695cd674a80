"""Korean mobile numbers: which can exist, whatever wrote them down."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SUBSCRIBERS: Final = re.compile(r"\+8210[2-9][0-9]{7}")
"""010 and eight more digits, the first of them 2 to 9 (assumed from the numbering plan)."""

_INVENTED: Final = re.compile(r"\+82100[0-9]{7}")
"""No subscriber has such a number: what invented people are given."""


def is_korean_mobile(e164: str, *, invented: bool) -> bool:
    """Whether a phone may have this number; with `invented`, also one that nobody has."""
    return bool(_SUBSCRIBERS.fullmatch(e164) or (invented and _INVENTED.fullmatch(e164)))


def plain_digits(text: str) -> str:
    """The text with every digit of any width and script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(sign, sign)) for sign in unicodedata.normalize("NFKC", text)
    )
