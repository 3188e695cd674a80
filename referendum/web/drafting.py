"""Reads the form of an initiator or an office into a draft, and says which field is wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from starlette.datastructures import FormData

from referendum.doors import naming
from referendum.i18n.words import Words
from referendum.kernel.errors import DomainError
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import offering, rules, screening
from referendum.lifecycle.drafting import DAYS, LIMITS, DraftText
from referendum.lifecycle.offering import Option
from referendum.lifecycle.screening import NOTE_LIMIT, Answer, Applies, Item
from referendum.lifecycle.tables import Measure
from referendum.roll import places
from referendum.roll.tables import District
from referendum.web import describing
from referendum.web.dated import Day
from referendum.web.fields import read
from thresholds.periods import EARLIEST, LATEST
from thresholds.rulebook import Question
from thresholds.vocabulary import Instrument, Office

TEXTS: Final = ("title_ko", "title_en", "question_ko", "question_en", "reason", "body")
YES_NO, ALTERNATIVES = "yes_no", "alternatives"
"""How a question is answered, as the form says it."""
LABELS: Final = tuple(
    f"option_{row}_{language}"
    for row in range(1, max(offering.MOST.values()) + 1)
    for language in ("ko", "en")
)
ORDER: Final = (
    *(each for name in TEXTS for each in (name, f"easy_{name}")),
    *("answers", *LABELS, "office", "area", "official", *DAYS),
    *(*describing.COST_FIELDS, *describing.PLACE_FIELDS),
)
"""The fields as they follow each other on the page."""
OFFICES: Final = (Office.MAYOR, Office.COUNCILLOR)
"""Whom the people of a city can recall."""
NAME_LIMIT: Final = 100
BODY_LIMIT: Final = 15_000
"""Characters of the full text: as much as one request may carry, in three bytes each."""
FORM_LIMITS: Final = {
    **LIMITS,
    **describing.FORM_LIMITS,
    "body": BODY_LIMIT,
    "option": offering.LONGEST,
    "note": NOTE_LIMIT,
}
TERM_DAY: Final = Day(needed=False, first=EARLIEST, last=LATEST)
TERM: Final = dict.fromkeys(DAYS, TERM_DAY)
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Received:
    """A form as it came, and what is wrong with it by field."""

    draft: DraftText
    typed: dict[str, str]
    answers: dict[str, Answer]
    errors: dict[str, str]
    wrong: dict[str, str]
    """The same of the answers, which follow the other fields on the page."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the form of a draft is made from, beside the draft."""

    area: list[District]
    allowed: frozenset[Question]
    """What the rulebook lets a ballot ask."""
    items: tuple[Item, ...]
    """The subjects that the law keeps out, with what was answered."""

    @classmethod
    def of(cls, uow: UnitOfWork, measure: Measure) -> Sheet:
        session, today = uow.session, rules.today(uow, measure)
        return cls(
            area=places.districts_on(session, measure.jurisdiction_id, today),
            allowed=offering.questions(session, measure, today),
            items=screening.checklist(session, measure, today),
        )

    def read(self, form: FormData, measure: Measure, words: Words) -> Received:
        """The draft, which may have gaps, and the answers; all that is wrong at once."""
        draft, typed, errors = _read(form, measure, self, words)
        answers, wrong = _answers_of(form, self.items, words)
        return Received(draft, typed, answers, errors, wrong)

    def shown(self, came: Received | None, words: Words, ticked: str) -> dict[str, Any]:
        """By the names of the templates, with the answers as they were typed.

        `ticked`: the districts of its place, as the form's values have them.
        """
        given = came.answers if came else {}
        return {
            "area": self.area,
            "rows": offering.most(self.allowed),
            "items": [replace(one, answer=given.get(one.key, one.answer)) for one in self.items],
            "limits": FORM_LIMITS,
            "offices": OFFICES,
            "place_ticked": ticked.split(),
            "tiles": describing.form_tiles(self.area, ticked, words),
        }


def values_of(measure: Measure) -> dict[str, str]:
    """A draft as the fields of its form."""
    told = {name: getattr(measure, name) or "" for name in TEXTS}
    days = {name: _iso(getattr(measure, name)) for name in DAYS}
    offices = {"office": measure.office or "", "official": measure.official or ""}
    return {**told, **days, **offices, **_answers(measure), **describing.values_of(measure)}


def _read(
    form: FormData, measure: Measure, sheet: Sheet, words: Words
) -> tuple[DraftText, dict[str, str], dict[str, str]]:
    """The draft, the fields as typed, and what is wrong by field."""
    names = (*TEXTS, *DAYS, *LABELS, "office", "official", "answers", *describing.TYPED)
    typed = {name: cleaned(form.get(name)) for name in names}
    errors = {name: error for name in TEXTS if (error := _too_long(name, typed[name], words))}
    days, unread = read(TERM, form)
    errors |= {name: words("workspace.error.date", field=_label(name, words)) for name in unread}
    if len(typed["official"]) > NAME_LIMIT:
        field = _label("official", words)
        errors["official"] = words("workspace.error.too-long", field=field, most=NAME_LIMIT)
    if typed["office"] not in {"", *OFFICES}:
        errors["office"] = words("workspace.error.choice", field=_label("office", words))
    asks = offering.most(sheet.allowed)
    options = _options(typed, sheet.allowed, words, errors) if asks else ()
    recall = measure.instrument == Instrument.RECALL
    added = describing.read(form, typed, sheet.area, words)
    draft = DraftText(
        title_ko=typed["title_ko"],
        title_en=typed["title_en"],
        question_ko=typed["question_ko"],
        question_en=typed["question_en"],
        reason=typed["reason"],
        body=typed["body"],
        office=(typed["office"] or None) if recall and "office" not in errors else None,
        official=(typed["official"] or None) if recall else None,
        **{name: days.get(name) if recall else None for name in DAYS},
        districts=tuple(chosen(form.getlist("districts"), sheet.area)),
        options=options,
        easy=added.easy,
        cost=added.cost,
        place=added.place,
    )
    return draft, typed, in_order(errors | added.errors)


def _answers_of(
    form: FormData, items: Collection[Item], words: Words
) -> tuple[dict[str, Answer], dict[str, str]]:
    """What was answered for each excluded subject, and what is wrong by field.

    Going through the list is asked for, never demanded: an item may stay without an answer.
    """
    answers: dict[str, Answer] = {}
    errors: dict[str, str] = {}
    for item in items:
        given, note = (
            cleaned(form.get(f"excluded-{item.key}")),
            cleaned(form.get(f"note-{item.key}")),
        )
        title = str(getattr(item.rule.title, words.language.value))
        if given not in {"", *Applies}:
            errors[f"excluded-{item.key}"] = words("workspace.error.choice", field=title)
            continue
        if len(note) > NOTE_LIMIT:
            said = words("workspace.error.too-long", field=title, most=NOTE_LIMIT)
            errors[f"note-{item.key}"] = said
        if given == Applies.MAYBE and not note:
            errors[f"note-{item.key}"] = words("screening.note-needed", item=title)
        answers[item.key] = Answer(Applies(given) if given else None, note)
    return answers, errors


def in_order(errors: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, from the first field of the page to the last."""
    return {name: errors[name] for name in sorted(errors, key=ORDER.index)}


def gaps(names: Collection[str], words: Words) -> dict[str, str]:
    """Fields that must not be empty, each with its sentence."""
    return {name: words("workspace.error.missing", field=_label(name, words)) for name in names}


def chosen(given: Collection[object], area: Collection[District]) -> list[UUID]:
    """The districts that were ticked, in the place's own order; all of them means none."""
    ids = {str(one) for one in given}
    ticked = [district.id for district in area if str(district.id) in ids]
    return [] if len(ticked) == len(area) else ticked


def _answers(measure: Measure) -> dict[str, str]:
    """The options as the fields of the form: yes and no leave the rows empty."""
    rows = dict.fromkeys(LABELS, "")
    if {option["key"] for option in measure.options} == {"yes", "no"}:
        return {**rows, "answers": YES_NO}
    for number, option in enumerate(measure.options[: len(rows) // 2], 1):
        rows[f"option_{number}_ko"] = option["ko"]
        rows[f"option_{number}_en"] = option["en"] or ""
    return {**rows, "answers": ALTERNATIVES}


def _options(
    typed: dict[str, str], allowed: Collection[Question], words: Words, errors: dict[str, str]
) -> tuple[Option, ...]:
    """The alternatives that were written, without the rows left empty; none are yes and no."""
    rows = [row for row in range(1, len(LABELS) // 2 + 1) if any(_row(typed, row))]
    typed["answers"] = typed["answers"] or (ALTERNATIVES if rows else YES_NO)
    if typed["answers"] not in (YES_NO, ALTERNATIVES):
        errors["answers"] = words("workspace.error.choice", field=words("workspace.answers.legend"))
        return ()
    if typed["answers"] == YES_NO:
        if rows:
            errors["answers"] = words("workspace.error.options-beside")
        return ()
    options = tuple((f"option-{at}", *_row(typed, row)) for at, row in enumerate(rows, 1))
    faults = offering.faults(options, allowed) if options else [offering.too_few()]
    for fault in faults:
        place, said = _fault(fault, rows, words)
        errors.setdefault(place, said)
    return options


def _row(typed: Mapping[str, str], row: int) -> tuple[str, str]:
    return typed[f"option_{row}_ko"], typed[f"option_{row}_en"]


def _fault(fault: DomainError, rows: list[int], words: Words) -> tuple[str, str]:
    """The field of a faulty alternative, and the refusal in words that name its row."""
    facts = dict(fault.facts)
    for name in ("option", "other"):
        at = facts.get(name)
        if isinstance(at, int):
            facts[name] = rows[at - 1]
    said = naming.said(words, fault.code, facts)
    if "option" not in facts:
        return "answers", said
    return f"option_{facts['option']}_{facts.get('language', 'ko')}", said


def _label(name: str, words: Words) -> str:
    return words(f"workspace.field.{name}")


def cleaned(given: object) -> str:
    """What was typed as plain text with plain line ends."""
    text = given if isinstance(given, str) else ""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _too_long(name: str, text: str, words: Words) -> str | None:
    most = LIMITS[name.partition("_")[0]]
    if name == "body":
        most = min(most, BODY_LIMIT)
    if len(text) <= most:
        return None
    return words("workspace.error.too-long", field=_label(name, words), most=most)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
