"""The form of a promise: its fields are the keys of the terms, so each fault finds its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
TICKED: Final = ("asked_by-mayor", "asked_by-council", "asked_by-districts", "matters")
LISTS: Final = ("foreign_statuses", "channels")

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
    """The whole sheet as one value: the table that terms are read from."""

    def parse(self, form: FormData, _name: str) -> dict[str, Any]:
        return table_of(form)

    def inputs(self, _name: str) -> tuple[str, ...]:
        rows = [f"subjects-{at}-{one}" for at in range(SUBJECTS) for one in ("ko", "en")]
        parts = ("turnout", "majority", "undertaking-ko", "undertaking-en")
        promises = [f"promises-{at}-{one}" for at in range(UNDERTAKINGS) for one in parts]
        papers = [f"{name}-{part}" for name in PAPERS for part in ("number", "day")]
        kinds = [f"least_by_kind-{kind.value}" for kind in ProjectKind]
        return (
            "title-ko", "title-en", "valid_from", "valid_to", "least_budget", *kinds, *rows,
            "asked_by-residents", *TICKED, "minimum_age", "identification", *LISTS, *NUMBERS,
            *promises, *papers,
        )  # fmt: skip


def table_of(form: FormData) -> dict[str, Any]:
    """What was written, as the terms are read from; rows that were left empty fall away."""
    given: dict[str, Any] = {
        "title": _both(form, "title"),
        "subjects": [row for row, _ in _rows(form, "subjects", SUBJECTS)],
        "matters": bool(text(form, "matters")),
        "least_by_kind": {
            kind.value: _number(text(form, f"least_by_kind-{kind.value}"))
            for kind in ProjectKind
            if text(form, f"least_by_kind-{kind.value}")
        },
        "asked_by": {
            "mayor": bool(text(form, "asked_by-mayor")),
            "council": bool(text(form, "asked_by-council")),
            "districts": bool(text(form, "asked_by-districts")),
            **_present(residents=text(form, "asked_by-residents")),
        },
        "minimum_age": _number(text(form, "minimum_age")),
        "foreign_statuses": [one for one in STATUSES if one in form.getlist("foreign_statuses")],
        "channels": [one for one in ("paper", "online") if one in form.getlist("channels")],
        "identification": text(form, "identification"),
        "promises": [row for row, _ in _rows(form, "promises", UNDERTAKINGS)],
        **{name: _number(text(form, name)) for name in NUMBERS},
        **_present(
            valid_from=text(form, "valid_from"),
            valid_to=text(form, "valid_to"),
            least_budget=_number(text(form, "least_budget")),
        ),
    }
    papers = {name: _paper(form, name) for name in PAPERS}
    return given | {name: paper for name, paper in papers.items() if paper}


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
    name, _, rest = key.partition(".")
    at, _, inner = rest.partition(".")
    most = {"subjects": SUBJECTS, "promises": UNDERTAKINGS}.get(name)
    if most is not None:
        shown = [row for _, row in _rows(form, name, most)]
        row = shown[int(at)] if at.isdigit() and int(at) < len(shown) else 0
        return f"{name}-{row}-{inner.replace('.', '-') or _first(name)}"
    if key == "asked_by":
        return "asked_by-mayor"
    if key in PAPERS:
        return f"{key}-number"
    return key.replace(".", "-")


def _first(name: str) -> str:
    return "ko" if name == "subjects" else "turnout"


def _rows(form: FormData, name: str, most: int) -> Sequence[tuple[dict[str, Any], int]]:
    """The rows that say something, each with the place at which it stands in the form."""
    found = []
    for at in range(most):
        row = (
            _both(form, f"{name}-{at}")
            if name == "subjects"
            else {
                **_present(
                    turnout=text(form, f"{name}-{at}-turnout"),
                    majority=text(form, f"{name}-{at}-majority"),
                ),
                **_present(undertaking=_both(form, f"{name}-{at}-undertaking")),
            }
        )
        if row:
            found.append((row, at))
    return found


def _both(form: FormData, name: str) -> dict[str, str]:
    return _present(ko=text(form, f"{name}-ko"), en=text(form, f"{name}-en"))


def _paper(form: FormData, name: str) -> dict[str, str]:
    return _present(number=text(form, f"{name}-number"), day=text(form, f"{name}-day"))


def _present(**given: Any) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value not in ("", None, {})}


def _number(given: str) -> int | str | None:
    """A whole number as people write it; else what was written, for the rules to refuse."""
    if not given:
        return None
    number = whole(given)
    return given if number is None else number
