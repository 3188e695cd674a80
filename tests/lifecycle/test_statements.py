"""The kinds of document that a verdict is said by."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from referendum.certificates import parts
from referendum.i18n.words import Language, Words
from referendum.kernel.people import Authority
from referendum.lifecycle.acting import Document
from referendum.lifecycle.statements import (
    AdvisoryCertificate,
    AdvisoryTranscript,
    Certificate,
    Statement,
    Transcript,
)
from thresholds import library
from thresholds.vocabulary import Instrument

ENOUGH = Statement(
    "petition", library.by_id("kr-referendum-2023-04-27"), "sufficient", petition=None, poll=None
)
PAPER = Document("선관위-7", date(2027, 5, 1))


def keys(effects: tuple[parts.Effect, ...]) -> list[str]:
    return [effect.key for effect in effects]


def test_enough_signatures_have_a_vote_called_but_an_initiative_goes_to_the_council() -> None:
    assert keys(Certificate().effects(Instrument.REFERENDUM, ENOUGH)) == ["vote_to_be_called"]
    assert keys(Certificate().effects(Instrument.INITIATIVE, ENOUGH)) == []
    short = replace(ENOUGH, outcome="insufficient")
    assert keys(Certificate().effects(Instrument.REFERENDUM, short)) == []


def test_a_transcript_names_the_paper_and_the_authority_whose_it_is() -> None:
    original = Transcript(PAPER, Authority.ELECTION_COMMISSION.value).original()
    assert original is not None
    assert (original.number, original.date) == (PAPER.number, PAPER.day)
    assert (original.authority.ko, original.authority.en) == (
        "관할 선거관리위원회",
        "Election commission",
    )
    assert Certificate().original() is None


def test_an_advisory_certificate_says_that_it_binds_nobody_and_nothing_else() -> None:
    advisory = AdvisoryCertificate()
    assert keys(advisory.effects(Instrument.ADVISORY, ENOUGH)) == ["no_legal_effect"]
    assert advisory.has_no_legal_effect(ENOUGH)
    assert not Certificate().has_no_legal_effect(ENOUGH)


def test_what_is_copied_from_the_mayors_paper_binds_nobody_either() -> None:
    copied = AdvisoryTranscript(PAPER, Authority.MAYOR.value)
    assert (copied.name, copied.original() is None) == ("transcript", False)
    assert keys(copied.effects(Instrument.ADVISORY, ENOUGH)) == ["no_legal_effect"]
    assert copied.has_no_legal_effect(ENOUGH)


@pytest.mark.parametrize("language", Language)
def test_every_authority_has_its_name_in_both_languages(language: Language) -> None:
    words = Words.load(language)
    assert all(words(f"certificate.deciding.{authority.value}") for authority in Authority)
