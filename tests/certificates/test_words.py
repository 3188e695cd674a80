"""Every code a certificate may hold has its words, in both languages alike."""

from typing import get_args

import pytest

from referendum.certificates.parts import (
    EffectKey,
    Ending,
    Instrument,
    PetitionOutcome,
    PollOutcome,
)
from referendum.i18n.words import Words

CODES = [
    *(f"effect.{key}" for key in get_args(EffectKey)),
    *(
        f"outcome.any.{key}"
        for kind in (Ending, PetitionOutcome, PollOutcome)
        for key in get_args(kind)
    ),
    *(
        f"subject.{instrument}.{part}"
        for instrument in get_args(Instrument)
        for part in ("petition", "poll")
    ),
]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_code_has_its_words(language: str) -> None:
    words = Words.load(language)
    assert [code for code in CODES if not words.has(f"certificate.{code}")] == []


def test_both_languages_say_the_same_things() -> None:
    ko, en = (
        {key for key in Words.load(language).sentences if key.startswith("certificate.")}
        for language in ("ko", "en")
    )
    assert ko == en
