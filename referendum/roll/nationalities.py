"""Nationalities as offices write them: codes of two and three letters, and names of countries."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

from babel import Locale
from babel.core import get_global

KOREAN: Final = (
    *("대한민국", "한국", "남한", "국민", "내국민", "내국", "내국인"),
    *("대한민국국민", "대한민국국적", "한국국적"),
    *("rok", "korea", "korean", "southkorea", "republicofkorea", "therepublicofkorea"),
)
"""What is written of nationals, besides the codes: forms ask "내국인 or 외국인?"."""

ALSO: Final = {
    **dict.fromkeys(KOREAN, "KR"),
    **dict.fromkeys(("호주",), "AU"),
    **dict.fromkeys(("타이완", "중화민국"), "TW"),
    **dict.fromkeys(("중화인민공화국", "peoplesrepublicofchina", "prc"), "CN"),
    **dict.fromkeys(("홍콩", "hongkong"), "HK"),
    **dict.fromkeys(("마카오", "macau", "macao"), "MO"),
    **dict.fromkeys(("버마",), "MM"),
    **dict.fromkeys(("터키", "turkey"), "TR"),
    **dict.fromkeys(("usa", "us", "unitedstatesofamerica", "america"), "US"),
    **dict.fromkeys(("uk", "greatbritain", "england"), "GB"),
    **dict.fromkeys(("뉴질랜드",), "NZ"),
    **dict.fromkeys(("러시아연방", "russianfederation"), "RU"),
    **dict.fromkeys(("키르기즈스탄", "키르기즈"), "KG"),
    **dict.fromkeys(("콩고민주공화국",), "CD"),
    **dict.fromkeys(("체코공화국",), "CZ"),
    **dict.fromkeys(("무국적", "무국적자", "stateless", "xxa", "xx"), "XX"),
}
"""Names that the tables of Unicode do not have; a stateless person's code is ICAO's (Doc 9303)."""

NO_COUNTRY: Final = frozenset({"ZZ", "EU", "UN", "EZ", "XA", "XB", "QO"})
"""Codes of unions, of nothing known, and of no language's place."""

_COUNTRY: Final = re.compile("[A-Z]{2}")
_THREE: Final = re.compile("[A-Z]{3}")
_CODE: Final = 2
"""Letters of a code, which stand together."""
_DESCENT: Final = re.compile(r"^한국계|한국계$|조선족$|동포$")
"""Immigration tells of descent beside the nationality (한국계중국인): the nationality counts."""


@lru_cache(maxsize=10_000)
def nationality_of(written: str) -> str | None:
    """The ISO 3166 code of two letters; None for a word that means no country."""
    known, plain = _known(), _plain(written)
    if len(plain) == _CODE and plain not in ALSO and plain not in _level(written):
        return None  # N/A is no Namibian's
    bare = _DESCENT.sub("", plain)
    for word in (plain, bare, plain.removesuffix("인"), bare.removesuffix("인")):
        if word in known:
            return known[word]
    return None


@cache
def _known() -> dict[str, str]:
    """Every way of writing a country, levelled, with its code."""
    found: dict[str, str] = {}
    for language in ("en", "ko"):
        for code, name in Locale(language).territories.items():
            if _COUNTRY.fullmatch(code) and code not in NO_COUNTRY:
                found[_plain(name)] = found[_plain(code)] = code
    two = set(found.values())
    for code, meant in get_global("territory_aliases").items():
        if _THREE.fullmatch(code) and len(meant) == 1 and meant[0] in two:
            found[_plain(code)] = meant[0]
    return found | ALSO


def _plain(written: str) -> str:
    return "".join(sign for sign in _level(written) if sign.isalnum())


def _level(written: str) -> str:
    return unicodedata.normalize("NFKC", written).casefold()
