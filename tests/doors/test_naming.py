"""What people read of a refusal are words: no key of a field, an act or a role reaches them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from referendum.doors.naming import NAMED, field_name, in_words
from referendum.i18n.words import Language, Words, catalogue

ROOT = Path(__file__).parents[2]
ROOMS = ("ballots", "signatures", "referendum/lifecycle", "referendum/roll", "referendum/projects",
         "referendum/identity", "referendum/kernel")  # fmt: skip
AT_FIELDS = {"insist_plausible", "insist_written"}
"""Functions that refuse each of their arguments at the field of its name."""
LANGUAGES = [Words.load(language) for language in Language]


def calls() -> Iterator[ast.Call]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_in(value: ast.expr) -> str | None:
    """A name that is written out; of a row, with a number for the row."""
    match value:
        case ast.Constant(value=str() as name):
            return name
        case ast.JoinedStr(values=parts):
            return "".join(
                str(part.value) if isinstance(part, ast.Constant) else "3" for part in parts
            )
    return None


def fields_named() -> Iterator[str]:
    """Every field that a refusal of the domain names in its facts."""
    for call in calls():
        function = call.func.attr if isinstance(call.func, ast.Attribute) else None
        function = call.func.id if isinstance(call.func, ast.Name) else function
        for keyword in call.keywords:
            if keyword.arg == "field" and (name := name_in(keyword.value)):
                yield name
            elif function in AT_FIELDS and keyword.arg:
                yield keyword.arg


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.language)
def test_every_field_that_a_refusal_names_has_words(words: Words) -> None:
    names = set(fields_named())
    assert {"said_by", "title_ko", "point_3_ko", "from_at", "electors"} <= names
    assert [name for name in sorted(names) if field_name(words, name) == name] == []


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.language)
def test_a_sentence_that_names_a_field_holds_no_key(words: Words) -> None:
    naming = [key for key, said in words.sentences.items() if "{field}" in said]
    assert any(key.startswith("problem.") for key in naming)
    said = in_words(words, {"field": "published_in", "act": "declare", "role": "clerk"})
    sentence = words("problem.particular-missing", **said)
    assert "published_in" not in sentence
    assert words("field.published_in") in sentence
    assert said["act"] == words("measure.act.declare")
    assert said["role"] == words("measure.role.clerk")


def test_a_field_of_a_row_is_named_with_its_row() -> None:
    korean, english = (Words.load(language) for language in Language)
    assert field_name(korean, "point_3_ko") == "3번째 항목(한국어)"
    assert field_name(english, "point_3_en") == "Point (English), row 3"
    assert field_name(english, "birth_date-2") == "Date of birth, row 2"
    assert field_name(english, "electors-8d2c") == "Electors"


def test_what_nobody_has_named_stays_as_it_is_and_breaks_nothing() -> None:
    english = Words.load(Language.EN)
    assert in_words(english, {"field": "keep", "act": "other", "lines": 3}) == {
        "field": "keep",
        "act": "other",
        "lines": 3,
    }


def test_every_fact_that_is_said_in_words_has_some() -> None:
    known = catalogue(Language.KO)
    for prefix in NAMED.values():
        assert any(key.startswith(f"{prefix}.") for key in known), prefix
