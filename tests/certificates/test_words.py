"""Every code a certificate may hold has its words, in both languages alike."""

from typing import get_args

import pytest

from referendum.certificates.parts import (
    Channel,
    EffectKey,
    Ending,
    Instrument,
    PetitionOutcome,
    PollOutcome,
    VoidReason,
)
from referendum.i18n.words import Words
from signatures.lines import Origin, Reason

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
    *(f"channel.{key}" for key in get_args(Channel)),
]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_code_has_its_words(language: str) -> None:
    words = Words.load(language)
    assert [code for code in CODES if not words.has(f"certificate.{code}")] == []
    reasons = [f"signatures.reason.{key}" for key in get_args(VoidReason)]
    assert [key for key in reasons if not words.has(key)] == []


def test_both_languages_say_the_same_things() -> None:
    ko, en = (
        {key for key in Words.load(language).sentences if key.startswith("certificate.")}
        for language in ("ko", "en")
    )
    assert ko == en


def test_void_and_channel_are_the_codes_that_signatures_know() -> None:
    assert set(get_args(VoidReason)) == {reason.value for reason in Reason if reason.voids}
    assert set(get_args(Channel)) == {origin.value for origin in Origin}
