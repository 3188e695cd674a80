"""What no page, feed or file may say to people: keys, values of the code, machine's dates."""

from __future__ import annotations

import html
import re
from functools import cache, lru_cache
from typing import Final

from httpx2 import Response

from referendum.i18n.words import Language, catalogue
from referendum.projects.lines import COLUMNS

UNREAD: Final = re.compile(r"<(script|style|code|pre|textarea)\b.*?</\1>", re.DOTALL)
TOLD: Final = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"')
TAG: Final = re.compile(r"<[^>]+>")
NEVER: Final = (
    (
        "a year as a number",
        re.compile(r"\b[12],\d{3}년|(?:January|[a-z]{2}ber|March|May) [12],\d{3}"),
    ),
    ("a machine's day", re.compile(r"(?<![\d-])\d{4}-\d\d-\d\d(?![\d-])")),
    ("a machine's moment", re.compile(r"\b\d{4}-\d\d-\d\d(?:T\d\d:\d\d| \d\d:\d\d:\d\d)")),
    # A period ends with its last day: 00:00 of the next one reads like a day more.
    ("the end of a period as a machine's", re.compile(r"24:00|\b00:00 전|before 00:00")),
    # What a checker knows it by is said once, after the plain word.
    ("a word of the machine", re.compile(r"\b(?:ceil|floor|min|max)\(|iCalendar|(?<!\()SHA-?256")),
    ("a sentence that was not filled in", re.compile(r"\{[a-z_]+\}|%\([a-z]")),
    (
        "a value as Python writes it",
        re.compile(r"\['|\[&#39;|\b(?:UUID|datetime|Decimal)\(|<\w+\.[A-Z]"),
    ),
    ("an identifier", re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-")),
    ("a name of the code", re.compile(r"(?<![\w./@-])[a-z]+(?:_[a-z]+)+(?![\w./@=-])")),
)
NOTHING: Final = re.compile(r"\b(?:None|True|False|null|undefined)\b")
"""In Korean these are no words."""
NO_ENGLISH: Final = re.compile(r"(?<!\w)(?:True|False|null|undefined)(?!\w)|\bNone\b(?! [a-z]|\.)")
"""In English a sentence may begin with one of them, or be that one."""


OWN: Final = re.compile(r"https?://\S+|^UID:.*$", re.MULTILINE)
FILES: Final = frozenset(COLUMNS)
"""Names of columns of files, which are said as one types them."""


@cache
def keys() -> re.Pattern[str]:
    """Any key of the catalogues, and whatever looks like one of them."""
    rooms = sorted({key.partition(".")[0] for key in catalogue(Language.KO)})
    return re.compile(rf"(?<![\w./@-])(?:{'|'.join(rooms)})(?:\.[a-z][a-z_-]+)+(?![\w(/])")


def read(page: str) -> str:
    """What a person is told by a page: its text and its labels, but no code and nothing typed."""
    told = UNREAD.sub(" ", page)
    return html.unescape(" ".join([TAG.sub(" ", told), *TOLD.findall(told)]))


def unfit(answer: Response, language: str) -> list[tuple[str, str]]:
    """What stands in an answer for people and should not, each with what stands around it."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind == "text/html":
        return unfit_words(read(answer.text), language)
    if kind in ("text/calendar", "text/plain"):
        return unfit_words(answer.text.replace("\r\n ", ""), language)
    return []


def unfit_words(said: str, language: str) -> list[tuple[str, str]]:
    """The same of text as it is read, addresses and a calendar's own numbers left out."""
    return list(_judged(said, language))


@lru_cache(maxsize=512)
def _judged(said: str, language: str) -> tuple[tuple[str, str], ...]:
    """A crawl comes to one page by many ways: what was judged is not judged again."""
    said = OWN.sub(" ", said)
    nothing = NOTHING if language == "ko" else NO_ENGLISH
    judges = (*NEVER, ("nothing", nothing), ("a key", keys()))
    return tuple(
        (wrong, " ".join(said[max(0, one.start() - 40) : one.end() + 20].split()))
        for wrong, pattern in judges
        for one in pattern.finditer(said)
        if one[0] not in FILES
    )
