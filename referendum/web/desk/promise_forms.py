"""The form of a promise: its fields are the keys of the terms, so each fault finds its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData

from referendum.i18n.words import Words
from referendum.lifecycle.promise.errors import BeyondEnvelope
from referendum.web.desk.fields import Field
from referendum.web.desk.form import Errors
from referendum.web.sent import text, whole
from thresholds.delegation import Identification, ProjectKind, Terms

SUBJECTS: Final = 6
UNDERTAKINGS: Final = 4
STATUSES: Final = ("F-1", "F-2", "F-3", "F-4", "F-5", "F-6")
AGES: Final = ("16", "17", "18", "19")
PAPERS: Final = ("register_basis", "impact_assessment", "legal_opinion")
NUMBERS: Final = ("argument_days", "answer_days", "revocation_notice_days")
FIGURES: Final = frozenset({"minimum_age", "least_budget", "least_by_kind", *NUMBERS})
ASKERS: Final = ("mayor", "council", "districts")
TICKED: Final = (*(f"asked_by-{one}" for one in ASKERS), "matters")
LISTS: Final = {"foreign_statuses": STATUSES, "channels": ("paper", "online")}
ROWS: Final = {"subjects": "ko", "promises": "turnout"}
"""What there are several of, with the first input of each."""
WRITTEN: Final = (
    "title-ko", "title-en", "valid_from", "valid_to", "least_budget",
    *(f"least_by_kind-{kind}" for kind in ProjectKind),
    *(f"subjects-{at}-{one}" for at in range(SUBJECTS) for one in ("ko", "en")),
    "asked_by-residents", "minimum_age", "identification", *NUMBERS,
    *(f"promises-{at}-{one}" for at in range(UNDERTAKINGS)
      for one in ("turnout", "majority", "undertaking-ko", "undertaking-en")),
    *(f"{name}-{part}" for name in PAPERS for part in ("number", "day")),
)  # fmt: skip
UNSAID: Final[Mapping[str, Any]] = {
    "title": {}, "least_by_kind": {}, "minimum_age": None, "identification": "",
    **dict.fromkeys(NUMBERS),
}  # fmt: skip
"""What the rules ask for by name, where nothing was written."""

BLANK: Final[Mapping[str, str]] = {
    "minimum_age": "18",
    "argument_days": "14",
    "answer_days": "60",
    "revocation_notice_days": "30",
    "identification": "register",
    "asked_by-mayor": "yes",
    "channels": "paper online",
    "foreign_statuses": "",
}


SHOWN: Final[Mapping[str, Any]] = {
    "kinds": list(ProjectKind),
    "ages": AGES,
    "statuses": STATUSES,
    "papers": PAPERS,
    "numbers": NUMBERS,
    "subjects": range(SUBJECTS),
    "undertakings": range(UNDERTAKINGS),
    "identifications": list(Identification),
}
"""What the form is made from."""


@dataclass(frozen=True, slots=True)
class TermsTable(Field):
    """The whole sheet as one value: the table that terms are read from.

    An input is named by its way through that table: `promises-0-undertaking-ko`.
    """

    def parse(self, form: FormData, _name: str) -> dict[str, Any]:
        said = _said(form)
        rows = {name: list(said.get(name, {}).values()) for name in ROWS}
        ticks = {name: _ticked(form, name) for name in LISTS}
        return {**UNSAID, **said, "asked_by": _askers(form), **rows, **ticks}

    def inputs(self, _name: str) -> tuple[str, ...]:
        return (*WRITTEN, *TICKED, *LISTS)


def _said(form: FormData) -> dict[str, Any]:
    """What was written, as the way to each input says; what was left empty is not there."""
    table: dict[str, Any] = {}
    for name in WRITTEN:
        given = text(form, name)
        if given:
            *way, last = name.split("-")
            inner = table
            for step in way:
                inner = inner.setdefault(step, {})
            inner[last] = _number(given) if name.partition("-")[0] in FIGURES else given
    return table | {"matters": bool(text(form, "matters"))}


def _askers(form: FormData) -> dict[str, Any]:
    residents = text(form, "asked_by-residents")
    ticks = {name: bool(text(form, f"asked_by-{name}")) for name in ASKERS}
    return ticks | ({"residents": residents} if residents else {})


def _ticked(form: FormData, name: str) -> list[str]:
    return [one for one in LISTS[name] if one in form.getlist(name)]


def errors_of(form: FormData, refused: BeyondEnvelope, words: Words) -> Errors:
    """Every fault at its field, in the words of the rules; rows are counted as they were shown."""
    errors: dict[str, str] = {}
    for one in refused.problems:
        said = words(f"rules.problem.{one.reason}", **_in_words(words, one.key, one.facts))
        errors.setdefault(_field(form, one.key), said)
    return errors


def _in_words(words: Words, key: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """How people may be identified, by its names: the rules know it by keys."""
    if key != "identification" or "expected" not in facts:
        return dict(facts)
    names = ", ".join(words(f"promises.identified.{one.value}") for one in Identification)
    return {**facts, "expected": names}


def values_of(terms: Terms) -> dict[str, str]:
    """A draft as the fields of its form."""
    document = terms.model_dump(mode="json", exclude_none=True)
    values: dict[str, str] = {}
    for key, value in document.items():
        values |= dict(_flat(key, value))
    return values


def _flat(key: str, value: Any) -> list[tuple[str, str]]:
    if key in LISTS:
        return [(key, " ".join(value))]
    if isinstance(value, bool):
        return [(key, "yes" if value else "")]
    if isinstance(value, Mapping):
        return [pair for name, one in value.items() for pair in _flat(f"{key}-{name}", one)]
    if isinstance(value, list):
        return [pair for at, one in enumerate(value) for pair in _flat(f"{key}-{at}", one)]
    return [(key, f"{value:,}" if isinstance(value, int) else str(value))]


def _field(form: FormData, key: str) -> str:
    """The input that a key of the terms is written into: rows by their place in the form."""
    name, _, rest = key.partition(".")
    at, _, inner = rest.partition(".")
    if name in ROWS:
        shown = list(_said(form).get(name, {}))
        row = shown[int(at)] if at.isdigit() and int(at) < len(shown) else "0"
        return f"{name}-{row}-{inner.replace('.', '-') or ROWS[name]}"
    if key == "asked_by":
        return "asked_by-mayor"
    return f"{key}-number" if key in PAPERS else key.replace(".", "-")


def _number(given: str) -> int | str:
    """A whole number as people write it; else what was written, for the rules to refuse."""
    number = whole(given)
    return given if number is None else number
