"""The facts of a refusal as people read them: fields, acts and roles by their names, no keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from babel import Locale

from referendum.i18n import sums
from referendum.i18n.words import Words
from referendum.kernel.errors import Fact
from referendum.roll.weighing import band_ends

NAMED: Final[Mapping[str, str]] = {
    "field": "field",
    "act": "measure.act",
    "stage": "measure.stage",
    "when": "measure.stage",
    "role": "measure.role",
    "roles": "measure.role",
    "kind": "ballots.kind",
    "figure": "ballots.figure",
    "station": "ballots.station",
    "reason": "signatures.reason",
    "rule": "rules.refused",
    "asker": "promises.asker",
    "missing": "promises.excluded",
    "issuer": "papers.issuer",
    "needed": "papers.issuer",
    "office": "measure.authority",
    "deadline": "measure.deadline",
    "earlier": "measure.deadline",
    "later": "measure.deadline",
}
"""By the name of a fact: where the words for its values stand in the catalogues."""
WAITS: Final = frozenset({"seconds", "wait_seconds"})
"""How long something takes, for machines in seconds: people are told 30 minutes, never 1,800 s."""
HEADINGS: Final[Mapping[str, str]] = {
    "register-columns-wrong": "roll.column",
    "project-columns-wrong": "projects.column",
    "total-columns-wrong": "roll.totals.column",
    "street-columns-wrong": "streets.column",
    "returns-columns-wrong": "files.heading",
}
"""Refusals of a file's heading: where its columns have names. Options are called by their keys."""
AT_HEADINGS: Final = ("missing", "unknown", "repeated")
"""What may be wrong with columns, each with a list of them."""
CELLS: Final[Mapping[str, tuple[str, str]]] = {
    "lines-refused": ("signatures.file", "signatures.field"),
    "register-mostly-broken": ("roll.fault", "roll.column"),
    "total-file-faulty": ("roll.totals.fault", "roll.totals.column"),
    "project-file-faulty": ("projects.fault", "projects.column"),
    "street-file-faulty": ("streets.fault", "streets.column"),
}
"""Refusals of files whose faults have sentences of their own: where these and the columns stand."""
ROW: Final = re.compile(r"(?P<stem>[a-z]+(?:_[a-z]+)*?)[-_](?P<row>[0-9]+)(?P<rest>_[a-z]+)?")
"""A field that stands in a form several times, with the number of its row."""
MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+[+-][0-9]{2}:[0-9]{2}")
"""A moment, of which people are told day and time."""
PLACE: Final = re.compile(r"#([0-9]+)")
"""A column without a heading, by its place."""
OWN: Final = re.compile(r"(?P<stem>[a-z]+(?:_[a-z]+)*)-.+")
"""A field that stands in a form once for each of some things, such as districts."""


def said(words: Words, code: str, facts: Mapping[str, Fact]) -> str:
    """The sentence of a refusal, as every page, document and message says it.

    With the stages at which it would be possible (`when`), where there are some.
    """
    told = in_words(words, facts)
    if code in HEADINGS:
        told |= {wrong: _headings(words, HEADINGS[code], facts.get(wrong)) for wrong in AT_HEADINGS}
    sentence = words(f"problem.{code}", **told)
    return f"{sentence} {words('doors.possible-at', **told)}" if told.get("when") else sentence


def _headings(words: Words, prefix: str, columns: Fact) -> str:
    given = columns if isinstance(columns, list) else []
    named = ", ".join(column_name(words, prefix, str(one)) for one in given)
    return named or words("web.form.none")


def said_of_cell(words: Words, code: str, fault: Mapping[str, Fact]) -> str:
    """What is wrong with one cell or line of a file that was refused with a code of CELLS."""
    sentences, columns = CELLS[code]
    said = words(f"{sentences}.{fault['reason']}", value=fault.get("value") or "–")
    column = fault.get("column")
    return f"{column_name(words, columns, str(column))}: {said}" if column else said


def column_name(words: Words, prefix: str, column: str) -> str:
    """A column of a file as people know it; one without a heading by its place in the row."""
    if place := PLACE.fullmatch(column):
        return words("doors.column-without-heading", place=int(place[1]))
    key = f"{prefix}.{column}"
    return words(key) if words.has(key) else column


def in_words(words: Words, facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """The facts, with every key that has words replaced by them; several keys become a list."""
    return {name: _fact(words, name, given) for name, given in facts.items()}


def _fact(words: Words, name: str, given: Fact) -> Fact:
    if name in WAITS and isinstance(given, int):
        return words.span(given)
    return _said(words, NAMED.get(name), given)


def _said(words: Words, prefix: str | None, given: Fact) -> Fact:
    match given:
        case list() if prefix and all(isinstance(one, str) for one in given):
            return ", ".join(str(_said(words, prefix, str(one))) for one in given)
        case str() if prefix == NAMED["field"]:
            return field_name(words, given)
        case str() if prefix and words.has(f"{prefix}.{given}"):
            return words(f"{prefix}.{given}")
        case str() if sums.DAY.fullmatch(given):
            return sums.day_told(words, given)
        case str() if MOMENT.fullmatch(given):
            return words.moment(datetime.fromisoformat(given))
    return given


def field_name(words: Words, name: str) -> str:
    """What a form calls a field; a field of a row with the row's number."""
    if words.has(f"field.{name}"):
        return words(f"field.{name}")
    if row := ROW.fullmatch(name):
        key = f"field.{row['stem']}{row['rest'] or ''}"
        if words.has(key):
            return words("doors.field-in-row", field=words(key), row=int(row["row"]))
    if (own := OWN.fullmatch(name)) and words.has(f"field.{own['stem']}"):
        return words(f"field.{own['stem']}")
    return name


def said_of_effects(words: Words, kind: str, what: str, districts: Mapping[str, str]) -> str:
    """By what residents are counted in the preview of an import, as people call it."""
    if kind in ("district", "entitled"):
        return districts.get(what, what)
    if kind == "nationality":
        return Locale(words.language.value).territories.get(what) or words("roll.effects.stateless")
    if kind == "standing":
        return words(f"roll.effects.standing.{what}")
    last = band_ends(what)
    if last is None:
        return words("roll.effects.age.from", first=int(what))
    return words("roll.effects.age.band", first=int(what), last=last)
