"""Every refusal and reason of identity and notices has its sentence in both languages."""

from __future__ import annotations

import string

import pytest

from referendum.i18n.words import Words
from referendum.identity import answering, errors
from referendum.identity.passwords import PasswordProblem
from referendum.identity.phones import PhoneProblem
from referendum.identity.sending import Delivery
from referendum.kernel.errors import DomainError
from referendum.notices.carriers import DemoCarrierRefused

REFUSALS: list[type[DomainError]] = [
    DemoCarrierRefused,
    *(
        each
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, DomainError) and each is not DomainError
    ),
]
SAID = [
    *(f"identity.phone.{each}" for each in PhoneProblem),
    *(f"identity.password.{each}" for each in PasswordProblem),
    *(f"identity.delivery.{each}" for each in Delivery),
    *(f"identity.alternatives.{each}" for each in answering.ALTERNATIVES),
    *(f"identity.limit.{each}" for each in ("number", "address", "prefix", "service")),
    *(f"identity.not_recognised.{each}" for each in ("no_match", "ambiguous")),
]


def test_there_are_refusals() -> None:
    assert len(REFUSALS) > 20
    assert len({each.code for each in REFUSALS}) == len(REFUSALS)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_refusal_and_reason_has_a_sentence(language: str) -> None:
    words = Words.load(language)
    keys = [*(f"problem.{each.code}" for each in REFUSALS), *SAID]
    assert [key for key in keys if not words.has(key)] == []


def test_both_languages_fill_in_the_same_facts() -> None:
    korean, english = Words.load("ko").sentences, Words.load("en").sentences
    for key in (*(f"problem.{each.code}" for each in REFUSALS), *SAID):
        assert _facts(korean[key]) == _facts(english[key]), key


def _facts(sentence: str) -> set[str]:
    """What a sentence is given; a choice of forms (`{days|day|days}`) is of a fact, not one."""
    return {name.partition("|")[0] for _, name, _, _ in string.Formatter().parse(sentence) if name}
