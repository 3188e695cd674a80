"""Levelling names: whatever differs between two honest ways of writing one is left out.

What a resident types and what a register holds come from different keyboards: a clerk's, a
passport's, a telephone's. Names are compared by keyed hash, so that they have to be equal in every
letter once they are level.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import Final

DROPPED: Final = frozenset({"Mn", "Pc", "Pd", "Po", "Ps", "Pe", "Pi", "Pf", "Sc", "Sk", "Sm", "So"})
"""Categories of accents, hyphens, dots, brackets and signs: what people leave out, or draw with
whatever their keyboard has. No name is told from another by a sign."""

MARKS: Final = frozenset(
    # Letters to Unicode, marks to whoever types them: the dots of Korean keypads (ᆞ ᆢ, and ㆍ which
    # becomes ᆞ), tone dots, the dots of catalogues (ꞏ ᐧ), and letters that nobody can see.
    "\u119e\u11a2\u302e\u302f\ua78f\u1427\u115f\u1160\u17b4\u17b5"
    # Apostrophes that count as letters: saltillo, and those of Nko and Armenian.
    "\ua78b\ua78c\u07f4\u07f5\u0559"
) | frozenset(map(chr, range(0x02B0, 0x0300)))
"""The block of modifier letters holds the apostrophes of many tongues (ʼ ʻ ʹ ˈ); those in it that
do mean a letter were taken apart before (ʰ is an h)."""

LIGATURES: Final = str.maketrans({"æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ŋ": "n", "ı": "i"})
"""Small letters that neither Unicode takes apart nor their names say what they are made of."""

SYLLABLES: Final = re.compile("[가-힣]+")
_ADORNED: Final = re.compile(r"((?:LATIN|CYRILLIC) SMALL LETTER .+?) WITH .+")
"""đ is LATIN SMALL LETTER D WITH STROKE: the name says the letter that a passport prints."""


def normalise(name: str) -> str:
    """A name without what differs between two honest ways of writing it.

    Unicode forms (also full-width), case, spaces, hyphens, dots, apostrophes, accents and strokes
    are levelled.
    """
    if SYLLABLES.fullmatch(name):
        return name  # Almost every name of a city, and already as it should be.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return unicodedata.normalize("NFC", "".join(map(_level, plain)))


def name_text(name: str, birth_date: date) -> str:
    """What of a person is hashed to be found by; no normalised name holds a line break."""
    return f"{normalise(name)}\n{birth_date.isoformat()}"


@lru_cache(maxsize=10_000)
def _level(letter: str) -> str:
    """The letter without its ornament; nothing of what is no letter at all."""
    category = unicodedata.category(letter)
    if category in DROPPED or category[0] in "ZC" or letter in MARKS:
        return ""
    bare = letter.translate(LIGATURES)
    adorned = _ADORNED.fullmatch(unicodedata.name(letter, "")) if bare == letter else None
    if adorned is None:
        return bare
    try:
        return normalise(unicodedata.lookup(adorned[1]))
    except KeyError:
        return letter
