"""Sentences from the catalogues, and numbers and dates as people write them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers

SEOUL: Final = ZoneInfo("Asia/Seoul")


class Language(StrEnum):
    """The languages that every sentence exists in."""

    KO = "ko"
    EN = "en"


LOCALES: Final = {Language.KO: "ko", Language.EN: "en_GB"}
"""Whose dates: the day before the month, as moments are written too."""


MAN: Final = 10_000
MILLION: Final = 1_000_000
MYRIADS: Final = ((MAN**3, "조"), (MAN**2, "억"), (MAN, "만"))
SCALE: Final = ((MILLION**2, "trillion"), (1_000 * MILLION, "billion"), (MILLION, "million"))

YEARS: Final = frozenset({"year", "base_year"})
"""Facts that name a year: it is written 2026 and never 2,026."""


DAY, HOUR, MINUTE = 86_400, 3_600, 60
SPANS: Final = ((2 * DAY, DAY, "day"), (2 * HOUR, HOUR, "hour"), (MINUTE, MINUTE, "minute"))
"""From how many seconds on a unit is used, and how many it has."""


PRINTED: Final = 8_192
"""How many numbers and days are kept as printed: a page prints the same few again and again."""

AGREES: Final = re.compile(r"\{(\w+)\|([^|{}]+)\|([^|{}]+)\}")
"""`{days|day|days}`: what follows a number, for one and for any other; no language but English has
such a form here, and Babel knows which numbers are its one."""
FORM_OF: Final = Locale.parse("en").plural_form

format_decimal = lru_cache(PRINTED)(numbers.format_decimal)
format_date = lru_cache(PRINTED)(dates.format_date)
format_datetime = lru_cache(PRINTED)(dates.format_datetime)


class WordMissing(LookupError):
    """A sentence is asked for that no catalogue holds: a defect, found by the tests."""


@dataclass(frozen=True, slots=True)
class Words:
    """Speaks one language: `words("measure.closes", date=...)`."""

    language: Language
    sentences: Mapping[str, str]
    zone: ZoneInfo = SEOUL

    @classmethod
    def load(cls, language: str, *, zone: ZoneInfo = SEOUL) -> Words:
        return cls(Language(language), catalogue(Language(language)), zone)

    def __call__(self, key: str, /, **facts: Any) -> str:
        """The sentence with its facts filled in; numbers and dates in the language's form."""
        try:
            sentence = self.sentences[key]
        except KeyError:
            raise WordMissing(f"{key} ({self.language})") from None
        if "|" in sentence:
            sentence = _agreeing(sentence, facts)
        return sentence.format(
            **{
                name: str(fact) if name in YEARS and fact is not None else self._say(fact)
                for name, fact in facts.items()
            }
        )

    def has(self, key: str) -> bool:
        return key in self.sentences

    def number(self, value: int) -> str:
        return str(format_decimal(value, locale=self.language.value))

    def won(self, value: int) -> str:
        """An amount in full, and where it is large also as people say it: 62억 원."""
        exact = self("web.won", amount=value)
        if value < (MAN if self.language is Language.KO else MILLION):
            return exact
        return self("web.won-both", exact=exact, said=self._said(value))

    def won_short(self, value: int) -> str:
        """An amount as people say it: exact in Korean, to two places in English."""
        return self("web.won", amount=self._said(value))

    def _said(self, value: int) -> str:
        if self.language is Language.KO:
            return _in_myriads(value)
        for size, name in SCALE:
            if value >= size:
                figure = format_decimal(Decimal(value) / size, format="#,##0.##", locale="en")
                return f"{figure} {name}"
        return self.number(value)

    def short_date(self, value: date) -> str:
        """Month and day, where the year is said beside it."""
        pattern = "M. d." if self.language is Language.KO else "d MMM"
        return str(format_date(value, pattern, locale=LOCALES[self.language]))

    def month(self, value: date, *, year: bool) -> str:
        """A month; with its year, where that has to be said."""
        korean = self.language is Language.KO
        pattern = ("y년 M월" if korean else "MMM y") if year else ("M월" if korean else "MMM")
        return str(format_date(value, pattern, locale=LOCALES[self.language]))

    def span(self, seconds: int) -> str:
        """How long somebody waits, in the largest unit that is not too coarse, and never 0."""
        found = ((size, unit) for least, size, unit in SPANS if seconds >= least)
        size, unit = next(found, (1, "second"))
        count = max(1, -(-seconds // size))
        return self(f"web.span.{unit}", count=count)

    def last_day(self, day: date) -> str:
        """When a period ends with this day: one form, wherever it is told."""
        return self("web.last-day", day=self.day(day))

    def soon(self, day: date) -> str:
        """The same where the days that are left stand beside it, and so no year is needed."""
        pattern = "M월 d일" if self.language is Language.KO else "d MMMM"
        near = str(format_date(day, pattern, locale=LOCALES[self.language]))
        return self("web.last-day", day=near)

    def day(self, value: date) -> str:
        """A day without its weekday, where many stand together."""
        pattern = "y년 M월 d일" if self.language is Language.KO else "d MMMM y"
        return str(format_date(value, pattern, locale=LOCALES[self.language]))

    def date(self, value: date | datetime) -> str:
        """A day with its weekday, in the jurisdiction's zone."""
        day = value.astimezone(self.zone).date() if isinstance(value, datetime) else value
        return str(format_date(day, format="full", locale=LOCALES[self.language]))

    def moment(self, value: datetime) -> str:
        """A day and time, in the jurisdiction's zone."""
        # Without its zone: equal moments of two zones would be one to what keeps them as printed.
        local = value.astimezone(self.zone).replace(tzinfo=None)
        pattern = "y년 M월 d일 HH:mm" if self.language is Language.KO else "d MMMM y, HH:mm"
        return str(format_datetime(local, pattern, locale=self.language.value))

    def clock(self, value: datetime | time) -> str:
        """An hour where its day is said beside it, in the jurisdiction's zone."""
        local = value.astimezone(self.zone) if isinstance(value, datetime) else value
        return f"{local:%H:%M}"

    def end(self, value: datetime) -> str:
        """The moment at which something ended: midnight of a day, never 00:00 of the next."""
        local = value.astimezone(self.zone)
        if local.time() != time():
            return self.moment(value)
        return self.last_day((value - timedelta(days=1)).astimezone(self.zone).date())

    def _say(self, fact: Any) -> Any:
        match fact:
            case bool() | str() | None:
                return fact
            case int():
                return self.number(fact)
            case datetime():
                return self.moment(fact)
            case date():
                return self.date(fact)
            case _:
                return fact


def _agreeing(sentence: str, facts: Mapping[str, Any]) -> str:
    """The sentence with the words that its numbers ask for."""

    def chosen(found: re.Match[str]) -> str:
        number, one, other = found.groups()
        return one if _is_one(facts[number]) else other

    return AGREES.sub(chosen, sentence)


def _is_one(fact: Any) -> bool:
    """A number that comes as its digits is one too; a range, or an amount with commas, never is."""
    match fact:
        case str():
            return fact == "1"
        case int() | Decimal():
            return str(FORM_OF(fact)) == "one"
        case _:
            return False


def _in_myriads(value: int) -> str:
    """By fours of digits, as Korean counts: "62억 3,450만 ", "9,999"."""
    parts = []
    for size, name in MYRIADS:
        part, value = divmod(value, size)
        if part:
            parts.append(f"{part:,}{name} ")
    rest = f"{value:,}" if value or not parts else ""
    return "".join(parts) + rest


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """All sentences of a language, from every file of its folder, by dotted key."""
    sentences: dict[str, str] = {}
    folder = files("referendum.i18n") / "catalogues" / language.value
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not entry.name.endswith(".toml"):
            continue
        for key, sentence in _flat(tomllib.loads(entry.read_text("utf-8"))):
            if key in sentences:
                raise ValueError(f"{key} stands twice in the catalogues ({entry.name})")
            sentences[key] = sentence
    return sentences


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)
