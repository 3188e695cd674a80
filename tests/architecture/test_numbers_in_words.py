"""Every sentence with a number reads rightly when the number is one (WEB-04)."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from referendum.i18n.words import AGREES, Language, Words, catalogue

PLURALS = {
    other.split()[0]
    for sentence in catalogue(Language.EN).values()
    for _, _, other in AGREES.findall(sentence)
    if other.split()[0] not in {"are", "were", "have", "stand", "do", "them"}
}
"""Every word that some sentence says of many, as those sentences say it."""
OF_ONE = re.compile(
    r"(?<![\w/.,])1 (?:more |valid |real |new |past |counted |digital )*"
    rf"(?:{'|'.join(sorted(PLURALS))}|are|were|have)\b"
)
NO_NUMBERS = {
    "problem.districts-differ": "the numbers of two stations",
    "roll.effects.published-note": "a year",
}
"""What is written like a number and is none."""


def said_of(count: int, key: str, sentence: str, language: Language) -> str:
    """The sentence where each of its numbers is that."""
    plain = AGREES.sub("", sentence)
    names = {name for _, name, _, _ in Formatter().parse(plain) if name}
    return Words.load(language)(key, **dict.fromkeys(names, count))


def test_one_is_never_said_as_many() -> None:
    english = catalogue(Language.EN)
    rendered = {key: said_of(1, key, one, Language.EN) for key, one in english.items()}
    wrong = {key: one for key, one in rendered.items() if OF_ONE.search(one)}
    assert sorted(wrong.keys() - NO_NUMBERS.keys()) == []
    assert wrong.keys() == NO_NUMBERS.keys(), "an exception that is none any more"


def test_the_search_finds_what_it_looks_for() -> None:
    assert {"days", "signatures", "lines", "boxes", "people"} <= PLURALS
    assert len(PLURALS) > 30
    for wrong in ("1 days left", "in 1 more districts", "(1 valid signatures)", "1 were needed"):
        assert OF_ONE.search(wrong), wrong
    for right in ("1 day left", "11 days", "2,001 lines", "31 boxes", "1/1 days"):
        assert not OF_ONE.search(right), right


@pytest.mark.parametrize(("count", "said"), [(0, "0 days"), (1, "1 day"), (2, "2 days")])
def test_a_number_chooses_the_word_behind_it(count: int, said: str) -> None:
    assert Words.load("en")("rulebooks.length.days", number=count) == said
    assert Words.load("en")("rulebooks.length.days", number=str(count)) == said


def test_a_thousand_and_a_range_are_many() -> None:
    words = Words.load("en")
    assert words("rulebooks.length.days", number=1_001) == "1,001 days"
    assert words("rulebooks.length.days", number="1–5") == "1–5 days"


def test_one_agrees_with_the_verb_and_only_with_its_own_number() -> None:
    words = Words.load("en")
    assert words("ballots.canvass.provisional", missing=1, boxes=9).endswith("9 boxes is missing.")
    assert words("public.progress.missing", missing=1).startswith("1 more valid signature is")
    assert words("public.progress.missing", missing=2).startswith("2 more valid signatures are")


def test_korean_has_no_such_form() -> None:
    """A counter follows any number, so a choice there would be a slip."""
    assert [key for key, one in catalogue(Language.KO).items() if AGREES.search(one)] == []


def test_every_choice_is_of_a_number_that_the_sentence_is_given() -> None:
    """Both languages are given the same facts: a name that Korean lacks would fail in English."""
    korean = catalogue(Language.KO)
    lost = [
        (key, name)
        for key, one in catalogue(Language.EN).items()
        for name, _, _ in AGREES.findall(one)
        if f"{{{name}}}" not in korean[key]
    ]
    assert lost == []
