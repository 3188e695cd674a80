"""Reads an initiator's form into a draft, and says which field is wrong."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request
from starlette.datastructures import FormData

from referendum.i18n.words import Words
from referendum.lifecycle.proposing import LIMITS, DraftText
from referendum.lifecycle.tables import Measure
from referendum.roll.tables import District
from thresholds.vocabulary import Instrument, Office

TEXTS: Final = ("title_ko", "title_en", "question_ko", "question_en", "reason", "body")
DATES: Final = ("term_started", "term_ends", "previous_vote")
OFFICES: Final = (Office.MAYOR, Office.COUNCILLOR)
"""Whom the people of a city can recall."""
NAME_LIMIT: Final = 100
BODY_LIMIT: Final = 15_000
"""Characters of the full text: as much as one request may carry, in three bytes each."""
FIRST, LAST = date(1948, 1, 1), date(2200, 1, 1)
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


async def written(request: Request) -> FormData:
    """The form as it came: its fields depend on the instrument."""
    return await request.form()


Written = Annotated[FormData, Depends(written)]


def values_of(measure: Measure) -> dict[str, str]:
    """A draft as the fields of its form."""
    told = {name: getattr(measure, name) or "" for name in TEXTS}
    days = {name: _iso(getattr(measure, name)) for name in DATES}
    return {**told, **days, "office": measure.office or "", "official": measure.official or ""}


def read(
    form: FormData, measure: Measure, area: Collection[District], words: Words
) -> tuple[DraftText, dict[str, str], dict[str, str]]:
    """The draft, the fields as typed, and what is wrong by field. A draft may have gaps."""
    names = (*TEXTS, *DATES, "office", "official")
    typed = {name: _clean(form.get(name)) for name in names}
    errors = {name: error for name in TEXTS if (error := _too_long(name, typed[name], words))}
    days: dict[str, date | None] = {}
    for name in DATES:
        days[name] = _day(typed[name])
        if typed[name] and days[name] is None:
            errors[name] = words("workspace.error.date")
    if len(typed["official"]) > NAME_LIMIT:
        errors["official"] = words("workspace.error.too-long", most=NAME_LIMIT)
    if typed["office"] not in {"", *OFFICES}:
        errors["office"] = words("workspace.error.choice")
    recall = measure.instrument == Instrument.RECALL
    draft = DraftText(
        title_ko=typed["title_ko"],
        title_en=typed["title_en"],
        question_ko=typed["question_ko"],
        question_en=typed["question_en"],
        reason=typed["reason"],
        body=typed["body"],
        office=(typed["office"] or None) if recall and "office" not in errors else None,
        official=(typed["official"] or None) if recall else None,
        term_started=days["term_started"] if recall else None,
        term_ends=days["term_ends"] if recall else None,
        previous_vote=days["previous_vote"] if recall else None,
        districts=tuple(chosen(form.getlist("districts"), area)),
    )
    return draft, typed, errors


def chosen(given: Collection[object], area: Collection[District]) -> list[UUID]:
    """The districts that were ticked, in the place's own order; all of them means none."""
    ids = {str(one) for one in given}
    ticked = [district.id for district in area if str(district.id) in ids]
    return [] if len(ticked) == len(area) else ticked


def _clean(given: object) -> str:
    """Plain text with plain line ends."""
    text = given if isinstance(given, str) else ""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _too_long(name: str, text: str, words: Words) -> str | None:
    most = LIMITS[name.partition("_")[0]]
    if name == "body":
        most = min(most, BODY_LIMIT)
    return words("workspace.error.too-long", most=most) if len(text) > most else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
