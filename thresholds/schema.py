"""JSON Schema of the files that people write, so that their editors can help them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from thresholds.calendars import CalendarCase
from thresholds.casefile import Case
from thresholds.lowering import OWN
from thresholds.rulebook import Rulebook

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


class Form(StrEnum):
    """The files that people write."""

    RULEBOOK = "rulebook"
    CASE = "case"
    CALENDAR = "calendar"


def schema(form: Form) -> dict[str, Any]:
    """The form as JSON Schema 2020-12; unknown keys are refused by it as by us."""
    match form:
        case Form.RULEBOOK:
            return {"$schema": DIALECT, **_rulebook()}
        case Form.CASE:
            return {"$schema": DIALECT, **Case.model_json_schema()}
        case Form.CALENDAR:
            return {"$schema": DIALECT, **CalendarCase.model_json_schema()}


def _rulebook() -> dict[str, Any]:
    """A rulebook stands whole, says what it changes of another, or chooses under a higher one."""
    whole = Rulebook.model_json_schema()
    parts = whole.pop("$defs")
    properties = whole["properties"]
    name = {"type": "string", "minLength": 1}
    version = {
        "title": "A version: what it changes of the one it extends",
        "type": "object",
        "properties": {
            **{key: {} for key in properties},
            "extends": name,
            "without": {"type": "array", "items": name},
        },
        "required": ["id", "extends"],
        "additionalProperties": False,
    }
    lower = {
        "title": "A lower norm: its choices under a higher one",
        "type": "object",
        "properties": {
            **{key: properties[key] for key in sorted(OWN)},
            "under": name,
            "choices": properties["choices"],
        },
        "required": ["id", "title", "under", "norm"],
        "additionalProperties": False,
    }
    return {"title": "Rulebook", "anyOf": [whole, version, lower], "$defs": parts}
