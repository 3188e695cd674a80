"""What people read of a refusal are words: no key of a field, an act or a role reaches them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from ballots.tables import Kind
from referendum.doors.naming import NAMED, field_name, in_words, said
from referendum.i18n.words import Language, Words, catalogue
from referendum.kernel.people import Authority, Role
from referendum.lifecycle.stages import Act, Stage
from referendum.papers.naming import Issuer
from signatures.lines import Reason
from tests.sources import nodes_of
from thresholds.delegation import Asker, ExcludedMatter
from thresholds.errors import RuleRefusal
from thresholds.vocabulary import DeadlineName

ROOT = Path(__file__).parents[2]
ROOMS = ("ballots", "signatures", "referendum/lifecycle", "referendum/roll", "referendum/projects",
         "referendum/identity", "referendum/kernel", "referendum/papers")  # fmt: skip
AT_FIELDS = {"insist_plausible", "insist_written"}
"""Functions that refuse each of their arguments at the field of its name."""
CALLED = ("document", "asked", "opinion")
"""What acts call the papers that they rest on: `Document.called`."""
LANGUAGES = [Words.load(language) for language in Language]


@cache
def calls() -> tuple[ast.Call, ...]:
    modules = (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    nodes = (node for path in modules for node in nodes_of(path))
    return tuple(node for node in nodes if isinstance(node, ast.Call))


def names_in(value: ast.expr) -> Iterator[str]:
    """A name that is written out; of a row, with a number for the row; of a paper, each of them."""
    match value:
        case ast.Constant(value=str() as name):
            yield name
        case ast.JoinedStr(values=parts):
            yield from ("".join(name) for name in product(*map(_spelled, parts)))


def _spelled(part: ast.expr) -> tuple[str, ...]:
    match part:
        case ast.Constant(value=str() as written):
            return (written,)
        case ast.FormattedValue(value=ast.Attribute(attr="called")):
            return CALLED
    return ("3",)


def fields_named() -> Iterator[str]:
    """Every field that a refusal of the domain names in its facts."""
    for call in calls():
        function = call.func.attr if isinstance(call.func, ast.Attribute) else None
        function = call.func.id if isinstance(call.func, ast.Name) else function
        for keyword in call.keywords:
            if keyword.arg == "field" and (names := tuple(names_in(keyword.value))):
                yield from names
            elif function in AT_FIELDS and keyword.arg:
                yield keyword.arg


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.language)
def test_every_field_that_a_refusal_names_has_words(words: Words) -> None:
    names = set(fields_named())
    assert {"said_by", "title_ko", "point_3_ko", "from_at", "electors", "opinion_day"} <= names
    assert [name for name in sorted(names) if field_name(words, name) == name] == []


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.language)
def test_a_sentence_that_names_a_field_holds_no_key(words: Words) -> None:
    naming = [key for key, said in words.sentences.items() if "{field}" in said]
    assert any(key.startswith("problem.") for key in naming)
    named = in_words(words, {"field": "published_in", "act": "declare", "role": "clerk"})
    sentence = words("problem.particular-missing", **named)
    assert "published_in" not in sentence
    assert words("field.published_in") in sentence
    assert named["act"] == words("measure.act.declare")
    assert named["role"] == words("measure.role.clerk")


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


def subclasses(kind: type[RuleRefusal]) -> Iterator[type[RuleRefusal]]:
    for one in kind.__subclasses__():
        yield one
        yield from subclasses(one)


def written(fact: str) -> set[str]:
    """Every value that a refusal of ours gives this fact in so many letters."""
    given = (keyword.value for call in calls() for keyword in call.keywords if keyword.arg == fact)
    return {
        one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


@cache
def ours() -> dict[str, set[str]]:
    """By the name of a fact: every key of ours that a refusal may give it."""
    rules = {one.code for one in subclasses(RuleRefusal) if hasattr(one, "code")}
    return {
        "field": set(fields_named()),
        "act": {one.value for one in Act},
        "stage": {one.value for one in Stage},
        "when": {one.value for one in Stage},
        "role": {one.value for one in Role},
        "roles": {one.value for one in Role},
        "kind": {one.value for one in Kind},
        "figure": {"issued", "cast", "papers", "invalid"},
        "reason": {one.value for one in Reason},
        "rule": rules | written("rule"),
        "asker": {one.value for one in Asker},
        "missing": {one.value for one in ExcludedMatter},
        "station": {one for one in written("station") if one},
        "issuer": {one.value for one in Issuer},
        "needed": {one.value for one in Issuer},
        "office": {one.value for one in Authority},
        "deadline": {one.value for one in DeadlineName},
        "earlier": {one.value for one in DeadlineName},
        "later": {one.value for one in DeadlineName},
    }


SPOKEN = {
    "administrators", "as_of", "asked", "at", "base_year", "boxes", "byte", "cast", "citation",
    "closes", "computed", "count", "day", "days", "difference", "district", "document", "due",
    "electors", "ended", "expected", "file", "first", "found", "giver", "invalid", "item",
    "keyed", "largest", "last", "latest", "least", "line", "lines", "longest", "minutes", "most",
    "name", "number", "opens", "opens_at", "option", "options", "other", "paper", "papers", "part",
    "people", "percent", "planned", "project", "promise", "refused", "repeated", "seconds",
    "sheet", "shortest", "taker", "then", "times", "today", "tries_left", "unknown", "until",
    "value", "version", "wait_seconds", "whole", "word", "words",
}  # fmt: skip
"""Facts that hold numbers, days, and names and words as people write them."""


def facts_said() -> Iterator[tuple[str, str, str]]:
    """Every refusal with each fact in its sentence and each key of ours that this fact may be."""
    for key, sentence in catalogue(Language.EN).items():
        if key.startswith("problem."):
            for fact in re.findall(r"{(\w+)", sentence):
                yield from ((key, fact, one) for one in ours().get(fact, ()))


def test_every_fact_in_a_sentence_is_known_to_be_a_key_or_something_people_write() -> None:
    for language in Language:
        told = {
            fact
            for key, sentence in catalogue(language).items()
            if key.startswith("problem.")
            for fact in re.findall(r"{(\w+)", sentence)
        }
        assert told - set(ours()) == told & SPOKEN
    assert set(NAMED) == set(ours())


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.language)
def test_no_refusal_prints_a_key_of_ours(words: Words) -> None:
    tried = set(facts_said())
    assert {key for key, _, _ in tried} >= {"problem.rule-refused", "problem.vote-day-not-allowed"}
    raw = [
        (key, fact, one)
        for key, fact, one in sorted(tried)
        if in_words(words, {fact: one})[fact] == one and not words.has(f"{NAMED[fact]}.{one}")
    ]
    assert raw == []


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.language)
def test_every_rule_that_refuses_is_said_as_a_clause(words: Words) -> None:
    assert {"in-barred-period", "no-poll", "future"} <= ours()["rule"]
    for rule in ours()["rule"]:
        sentence = said(words, "rule-refused", {"rule": rule})
        assert rule not in sentence
        assert not sentence.endswith("..")


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.language)
def test_several_keys_are_a_list_of_words(words: Words) -> None:
    sentence = said(words, "excluded-not-confirmed", {"missing": ["litigation", "tax_or_fee"]})
    assert words("promises.excluded.litigation") in sentence
    assert words("promises.excluded.tax_or_fee") in sentence


def test_a_template_says_a_refusal_in_one_way() -> None:
    templates = sorted((ROOT / "referendum/web/templates").rglob("*.html"))
    assert templates
    for one in templates:
        assert not re.search(r"""t\("problem\.["] ?~""", one.read_text("utf-8")), one.name


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.language)
def test_a_day_is_said_as_the_language_writes_it(words: Words) -> None:
    told = {Language.KO: "2027년 1월 31일", Language.EN: "31 January 2027"}[words.language]
    assert in_words(words, {"day": "2027-01-31"}) == {"day": told}
    assert in_words(words, {"day": "2027-02-30"}) == {"day": "2027-02-30"}
