"""Every reason, fault and refusal can be said in both languages."""

from __future__ import annotations

import pytest

from referendum.i18n.words import Language, Words
from referendum.kernel.errors import DomainError
from signatures import errors
from signatures.collecting import Consent
from signatures.lines import Ground, Origin, Reason, Status
from signatures.reading import COLUMNS, Wrong
from thresholds.vocabulary import Instrument

REFUSALS = [
    thing
    for thing in vars(errors).values()
    if isinstance(thing, type) and issubclass(thing, DomainError) and hasattr(thing, "code")
]


@pytest.mark.parametrize("language", list(Language))
def test_everything_has_its_words(language: Language) -> None:
    words = Words.load(language)
    keys = [
        *(f"signatures.reason.{reason}" for reason in Reason),
        *(f"signatures.status.{status}" for status in Status),
        *(f"signatures.origin.{origin}" for origin in Origin),
        *(f"signatures.consent.{consent}" for consent in Consent),
        *(f"signatures.file.{fault}" for fault in Wrong),
        *(f"signatures.field.{column}" for column in COLUMNS),
        *(f"signatures.article.{one}.{ground}" for one in Instrument for ground in Ground),
        *(f"problem.{refusal.code}" for refusal in REFUSALS),
    ]
    assert [key for key in keys if not words.has(key)] == []


def test_both_languages_say_the_same_things() -> None:
    korean, english = (Words.load(language).sentences for language in Language)
    ours = [key for key in {*korean, *english} if key.startswith("signatures.")]
    assert [key for key in ours if key not in korean or key not in english] == []


def test_every_reason_that_voids_has_its_ground_and_no_other() -> None:
    assert {reason for reason in Reason if not reason.voids} == {
        Reason.AMBIGUOUS,
        Reason.MISKEYED,
        Reason.UNEXAMINED,
        Reason.UNREADABLE,
    }
    assert {reason.ground for reason in Reason if reason.voids} == set(Ground)
    assert Reason.UNEXAMINED.ground is None
    assert Reason.UNDER_AGE.ground is Ground.NOT_CLAIMANT
