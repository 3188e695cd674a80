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
    *("rok", "korea", "korean", "southkorea", "republicofkorea"),
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
    **dict.fromkeys(("republicofchina", "taiwanprovinceofchina"), "TW"),
    **dict.fromkeys(("조선민주주의인민공화국", "democraticpeoplesrepublicofkorea", "dprk"), "KP"),
    **dict.fromkeys(("congo", "republicofcongo", "콩고공화국"), "CG"),
    **dict.fromkeys(("democraticrepublicofcongo", "drcongo"), "CD"),
    "unitedkingdomofgreatbritainandnorthernireland": "GB",
    "laopeoplesdemocraticrepublic": "LA",
    "syrianarabrepublic": "SY",
    "bruneidarussalam": "BN",
    "caboverde": "CV",
    "palestine": "PS",
    **dict.fromkeys(("holysee", "vatican", "vaticancitystate"), "VA"),
    "argentinerepublic": "AR",
    "czechrepublic": "CZ",
    "frenchrepublic": "FR",
    "gaboneserepublic": "GA",
    "hellenicrepublic": "GR",
    "italianrepublic": "IT",
    "kyrgyzrepublic": "KG",
    "lebaneserepublic": "LB",
    "portugueserepublic": "PT",
    "slovakrepublic": "SK",
    "swissconfederation": "CH",
    "togoleserepublic": "TG",
    "unitedmexicanstates": "MX",
    "미합중국": "US",
    **dict.fromkeys(("무국적", "무국적자", "stateless", "xxa", "xx"), "XX"),
}
"""Names that the tables of Unicode do not have; a stateless person's code is ICAO's (Doc 9303)."""

NO_COUNTRY: Final = frozenset({"ZZ", "EU", "UN", "EZ", "XA", "XB", "QO"})
"""Codes of unions, of nothing known, and of no language's place."""

_COUNTRY: Final = re.compile("[A-Z]{2}")
_THREE: Final = re.compile("[A-Z]{3}")
_IDLE: Final = re.compile("['\u2019]|\\bthe\\b")
_WORD: Final = re.compile(r"\w+")
_CODE: Final = 2
"""Letters of a code, which stand together."""
_SAINT: Final = re.compile(r"\bst\b\.?(?= ?[a-z])")
_FORM: Final = re.compile(
    r"(?:(?:(?:arab|bolivarian|co operative|cooperative|democratic|eastern|federal|federated|"
    r"federative|grand|hashemite|independent|islamic|oriental|peoples|plurinational|socialist|"
    r"united) )*(?:commonwealth|duchy|federation|kingdom|principality|republic|states?|sultanate|"
    r"union) of )*"
)
"""What a state calls itself before its name: the Socialist Republic of."""
_FORM_IN_KOREAN: Final = re.compile(
    r"(?:다민족|민주주의|민주|사회주의|아랍|연방|이슬람|인민|통일|협력)*"
    r"(?:공국|공화국|국|연방|왕국|합중국)$"
)
SHARED: Final = frozenset({"korea", "congo", "china"})
"""Two states each bear one of these, and only the whole of their names tells them apart."""
_TURNED: Final = re.compile(r"([^,()\[\]]+)[,(\[]([^,()\[\]]+)[)\]]?")
"""As ISO 3166 lists names: `Korea, Republic of` and `Bahamas (the)`."""
_GAP: Final = re.compile(r"[\s()\[\]/,;:|-]+")
_DESCENT: Final = re.compile(r"^한국계|한국계$|조선족$|동포$")
"""Immigration tells of descent beside the nationality (한국계중국인): the nationality counts."""


@lru_cache(maxsize=10_000)
def nationality_of(written: str) -> str | None:
    """The ISO 3166 code of two letters; None for a word that means no country.

    It may be told twice, by name and by code (대한민국(KOR)): both must mean the same.
    """
    if code := _once(written):
        return code
    for gap in _GAP.finditer(written):
        code = _once(written[: gap.start()])
        if code and code == _once(written[gap.end() :]):
            return code
    return None


def _once(written: str) -> str | None:
    return _named(written) or _named(_TURNED.sub(r"\2 \1", written))


def _named(written: str) -> str | None:
    """Of one name or one code."""
    known, level = _known(), _level(written)
    plain = _plain(written)
    if len(plain) == _CODE and plain not in ALSO and plain not in level:
        return None  # N/A is no Namibian's
    bare = _DESCENT.sub("", plain)
    formal = _FORM.sub("", " ".join(_WORD.findall(level)), count=1).replace(" ", "")
    words = [plain, bare, plain.removesuffix("인"), bare.removesuffix("인")]
    words += [_FORM_IN_KOREAN.sub("", plain), formal if formal not in SHARED else ""]
    return next((known[word] for word in words if word in known), None)


@cache
def _known() -> dict[str, str]:
    """Every way of writing a country, levelled, with its code."""
    found: dict[str, str] = {}
    for language in ("en", "ko"):
        for code, name in Locale(language).territories.items():
            if _COUNTRY.fullmatch(code) and code not in NO_COUNTRY:
                names = (name, code, *name.removesuffix(")").split(" ("))
                found |= dict.fromkeys(map(_plain, names), code)
    two = set(found.values())
    for code, meant in get_global("territory_aliases").items():
        if _THREE.fullmatch(code) and len(meant) == 1 and meant[0] in two:
            found[_plain(code)] = meant[0]
    return found | ALSO


def _plain(written: str) -> str:
    return "".join(sign for sign in _level(written) if sign.isalnum())


def _level(written: str) -> str:
    """Without accents, cases and articles; `St.` and `&` as words."""
    apart = unicodedata.normalize("NFKD", written).casefold()
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    whole = unicodedata.normalize("NFKC", bare).replace("&", " and ")
    return _SAINT.sub("saint ", _IDLE.sub("", whole)).strip()
