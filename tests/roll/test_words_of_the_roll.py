"""Every code of this room can be said in both languages."""

from __future__ import annotations

import string

import pytest

from referendum.i18n.words import Words
from referendum.kernel.errors import DomainError
from referendum.roll import errors
from referendum.roll.freezing import Purpose
from referendum.roll.lines import COLUMNS, Reason
from referendum.roll.totals import TotalKind
from thresholds.electorate import Ineligibility

REFUSALS = [
    thing
    for thing in vars(errors).values()
    if isinstance(thing, type) and issubclass(thing, DomainError) and "code" in vars(thing)
]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_code_has_its_words(language: str) -> None:
    words = Words.load(language)
    keys = [f"problem.{refusal.code}" for refusal in REFUSALS]
    keys += [f"roll.column.{column}" for column in COLUMNS]
    keys += [f"roll.fault.{reason}" for reason in Reason]
    keys += [f"roll.ineligible.{reason}" for reason in Ineligibility]
    keys += [f"roll.purpose.{purpose}" for purpose in Purpose]
    keys += [f"roll.total.{kind}" for kind in TotalKind]
    assert len(REFUSALS) == 36
    assert [key for key in keys if not words.has(key)] == []


def test_both_languages_say_the_same_things_with_the_same_facts() -> None:
    korean, english = (
        {
            key: {
                name.partition("|")[0]
                for _, name, _, _ in string.Formatter().parse(sentence)
                if name
            }
            for key, sentence in Words.load(language).sentences.items()
            if key.startswith("roll.") or key.removeprefix("problem.") in codes
        }
        for language in ("ko", "en")
        for codes in ({refusal.code for refusal in REFUSALS},)
    )
    assert korean == english


def test_a_report_is_said_with_its_numbers() -> None:
    words = Words.load("en")
    assert words("problem.register-mostly-broken", lines=1200, whole=2000) == (
        "1,200 of 2,000 lines are broken, so the whole file was refused."
    )
