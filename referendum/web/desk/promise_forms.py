"""The form of a promise: its fields are the keys of the terms, so each fault finds its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from starlette.datastructures import FormData

from referendum.i18n.words import Words
from referendum.kernel import won
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.promise.errors import BeyondEnvelope
from referendum.web.desk.form import Errors
from referendum.web.fields import Field
from referendum.web.sent import text, whole
from thresholds.delegation import Identification, ProjectKind, Terms
from thresholds.reading import Data
from thresholds.rulebook import Channel

PAPERS: Final = ("register_basis", "impact_assessment", "legal_opinion")
LISTS: Final[Mapping[str, Sequence[str]]] = {
    "foreign_statuses": ("F-1", "F-2", "F-3", "F-4", "F-5", "F-6"),
    "channels": list(Channel),
}
"""What is ticked, several under one name."""
ROWS: Final = {"subjects": 6, "promises": 4}
"""What there are several of, with how many a form has room for."""


def _inputs(kind: Any, name: str = "") -> dict[str, Any]:
    """The inputs of a part of the terms, each by its way through them, with what it holds."""
    while get_origin(kind) in (Annotated, Union, UnionType):
        kind = get_args(kind)[0]
    if get_origin(kind) is dict:
        keys, value = get_args(kind)
        parts = dict.fromkeys(keys, value)
    elif name in ROWS:
        parts = dict.fromkeys(range(ROWS[name]), get_args(kind)[0])
    elif isinstance(kind, type) and issubclass(kind, Data):
        parts = {part: one.annotation for part, one in kind.model_fields.items()}
    else:
        return {name: kind}
    return {
        way: held
        for part, inner in parts.items()
        for way, held in _inputs(inner, f"{name}-{part}" if name else part).items()
    }


INPUTS: Final = _inputs(Terms)
AMOUNTS: Final = "least_"
"""How the inputs begin that hold won."""
NUMBERS: Final = ("minimum_age", "argument_days", "answer_days", "revocation_notice_days")
UNSAID: Final[Mapping[str, Any]] = {"title": {}, "identification": "", **dict.fromkeys(NUMBERS)}
"""What the rules must ask for by name where nothing was written, and would not by themselves."""

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
    "ages": ("16", "17", "18", "19"),
    "statuses": LISTS["foreign_statuses"],
    "papers": PAPERS,
    "subjects": range(ROWS["subjects"]),
    "undertakings": range(ROWS["promises"]),
}
"""What the form is made from."""


@dataclass(frozen=True, slots=True)
class TermsTable(Field):
    """The whole sheet as one value: the terms, read from a table and inside the envelope.

    An input is named by its way through that table: `promises-0-undertaking-ko`.
    """

    def parse(self, form: FormData, _name: str) -> Terms:
        said = _said(form)
        rows = {name: list(said.get(name, {}).values()) for name in ROWS}
        return delegating.read({**UNSAID, **said, **rows})

    def inputs(self, _name: str) -> tuple[str, ...]:
        return tuple(INPUTS)


def _said(form: FormData) -> dict[str, Any]:
    """What was written, as the way to each input says; what was left empty is not there."""
    table: dict[str, Any] = {}
    for name, held in INPUTS.items():
        given = _given(form, name, held)
        if given != "":
            *way, last = name.split("-")
            inner = table
            for step in way:
                inner = inner.setdefault(step, {})
            inner[last] = given
    _in_english(table)
    return table


def _in_english(part: Any) -> None:
    """A city that writes Korean alone is not made to write English: both say the same then."""
    inner = list(part.values()) if isinstance(part, dict) else []
    if isinstance(part, dict) and "ko" in part:
        part.setdefault("en", part["ko"])
    for one in inner:
        _in_english(one)


def _given(form: FormData, name: str, held: Any) -> Any:
    """A whole number as people write it; else what was written, for the rules to refuse."""
    if name in LISTS:
        return [one for one in LISTS[name] if one in form.getlist(name)]
    given = text(form, name)
    if held is bool:
        return bool(given)
    read = won.read if name.startswith(AMOUNTS) else whole
    number = read(given) if held is int else None
    return given if number is None else number


def errors_of(form: FormData, refused: BeyondEnvelope, words: Words) -> Errors:
    """Every fault at its field, in the words of the rules; rows are counted as they were shown."""
    errors: dict[str, str] = {}
    for one in refused.problems:
        said = words(f"rules.problem.{one.reason}", **_in_words(words, one.key, one.facts))
        for place in _fields(form, one.key):
            errors.setdefault(place, said)
    return errors


def _fields(form: FormData, key: str) -> Sequence[str]:
    """The inputs to be mended: where not one row is written, all of the first."""
    if key in ROWS and not _said(form).get(key):
        return [one for one in INPUTS if one.startswith(f"{key}-0-")]
    return [_field(form, key)]


def _in_words(words: Words, key: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """How people may be identified, by its names: the rules know it by keys."""
    if key != "identification" or "expected" not in facts:
        return dict(facts)
    names = ", ".join(words(f"promises.identified.{one.value}") for one in Identification)
    return {**facts, "expected": names}


def values_of(terms: Terms) -> dict[str, str]:
    """A draft as the fields of its form."""
    document = terms.model_dump(mode="json", exclude_none=True)
    return dict(pair for key, value in document.items() for pair in _flat(key, value))


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
        way = f"{name}-{row}-{inner.replace('.', '-')}"
        return next((one for one in INPUTS if one.startswith(way)), way)
    if key == "asked_by":
        return "asked_by-mayor"
    return f"{key}-number" if key in PAPERS else key.replace(".", "-")
