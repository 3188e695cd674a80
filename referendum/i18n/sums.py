"""Sums of the rules as people read them: what is done in words, days in the language."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from referendum.i18n.words import Words

DAY: Final = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
ENDS: Final = re.compile(rf"({DAY.pattern}) 24:00")
"""The end of a period as `thresholds` puts it down."""
ROUNDED: Final = re.compile(r"(?:ceil|at_least)\((.*)\)")
ABOVE: Final = re.compile(r"(?:floor\((.*)\) \+ 1|more_than\((.*)\))")
CHOSEN: Final = re.compile(r"(min|max)\((.*), (.*)\)")
EQUALS: Final = " = "


def told(words: Words, text: str) -> str:
    """What `thresholds` puts down for a reckoner, such as "ceil(528 × 1/150) = 4", for a reader."""
    text = ENDS.sub(lambda found: _end_told(words, found[1]), text)
    text = DAY.sub(lambda found: day_told(words, found[0]), text)
    made_of, equals, result = text.rpartition(EQUALS)
    if not equals:
        return text
    if rounded := ROUNDED.fullmatch(made_of):
        return words("web.sum.rounded", sum=_plain(words, rounded[1]), result=result)
    return f"{_plain(words, made_of)}{EQUALS}{result}"


def day_told(words: Words, typed: str) -> str:
    """A day as a machine writes it; what is no day of the calendar stays as it is."""
    try:
        return words.day(date.fromisoformat(typed))
    except ValueError:
        return typed


def _end_told(words: Words, typed: str) -> str:
    try:
        return words.last_day(date.fromisoformat(typed))
    except ValueError:
        return f"{typed} 24:00"


def _plain(words: Words, part: str) -> str:
    if rounded := ROUNDED.fullmatch(part):
        return words("web.sum.up", sum=_plain(words, rounded[1]))
    if above := ABOVE.fullmatch(part):
        return words("web.sum.above", sum=_plain(words, above[1] or above[2]))
    if chosen := CHOSEN.fullmatch(part):
        which, one, other = chosen.groups()
        return words(f"web.sum.{which}", one=_plain(words, one), other=_plain(words, other))
    return part
