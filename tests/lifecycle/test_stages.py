"""The stage tables themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from referendum.i18n.words import Language, Words
from referendum.lifecycle import entries, performing, stages
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.stages import ENDINGS, LIVES, Act, By, Stage
from thresholds.vocabulary import Instrument

DIAGRAMS = Path(__file__).parents[2] / "docs" / "lifecycle.md"


def reached(instrument: Instrument) -> set[Stage]:
    """Every stage that a measure can come to from its draft."""
    here, before = {Stage.DRAFT}, set[Stage]()
    while here != before:
        before = set(here)
        here |= {step.target for step in LIVES[instrument] if step.source in here}
    return here


def named() -> Iterator[tuple[str, str]]:
    yield from (("stage", stage.value) for stage in Stage)
    yield from (("act", act.value) for act in Act)
    yield from (("act", entry.value) for entry in Entry)
    yield from (("authority", by.value) for by in By)


def test_lif_01_every_stage_is_reachable_and_every_act_used() -> None:
    """LIF-01: over all instruments nothing is left that no measure can come to."""
    assert set.union(*(reached(instrument) for instrument in Instrument)) == set(Stage)
    assert {step.act for life in LIVES.values() for step in life} == set(Act)


@pytest.mark.parametrize("instrument", Instrument)
def test_lif_01_every_step_of_a_table_starts_where_a_measure_can_stand(
    instrument: Instrument,
) -> None:
    """LIF-01: no step of a table is dead."""
    assert {step.source for step in LIVES[instrument]} <= reached(instrument)


@pytest.mark.parametrize("instrument", Instrument)
def test_lif_01_from_every_stage_a_measure_can_come_to_an_ending(instrument: Instrument) -> None:
    """LIF-01: no stage is a trap, and endings are final, but for a result that was misread."""
    can_end = set(ENDINGS)
    for _ in Stage:
        can_end |= {step.source for step in LIVES[instrument] if step.target in can_end}
    assert reached(instrument) <= can_end
    after = {step.act for step in LIVES[instrument] if step.source in ENDINGS}
    assert after <= ({Act.CORRECT_RESULT} if instrument is Instrument.ADVISORY else set())


@pytest.mark.parametrize("instrument", Instrument)
def test_an_act_leads_from_a_stage_to_one_stage_only(instrument: Instrument) -> None:
    pairs = [(step.source, step.act) for step in LIVES[instrument]]
    assert len(pairs) == len(set(pairs))


def test_the_calendar_acts_at_a_deadline() -> None:
    assert all(step.due for life in LIVES.values() for step in life if step.by is By.CALENDAR)


def test_every_act_of_every_life_has_its_deed_and_none_stands_for_another() -> None:
    acts = {step.act for life in LIVES.values() for step in life}
    assert acts == set(Act), "an act that no life has is no act"
    assert {act: deed.act for act, deed in performing.DEEDS.items()} == {act: act for act in Act}


def test_what_a_deed_needs_is_a_particular_and_a_certified_step_has_its_own_door() -> None:
    particulars = {one.name for one in fields(Particulars)}
    assert {name for deed in performing.DEEDS.values() for name in deed.needs} <= particulars
    certified = {step.act for life in LIVES.values() for step in life if step.certified}
    apart = {act for act, deed in performing.DEEDS.items() if deed.elsewhere is not None}
    assert apart == certified | {Act.ANSWER}


def test_lif_01_the_diagrams_in_the_docs_are_drawn_from_the_tables() -> None:
    """LIF-01: `python -m tools.draw_lifecycle` writes the page; here it is compared."""
    text = DIAGRAMS.read_text("utf-8")
    for instrument in Instrument:
        assert f"```mermaid\n{stages.as_mermaid(instrument)}\n```" in text
        words, section = Words.load(Language.KO), text.partition(stages.as_mermaid(instrument))[2]
        told = section.partition("\n## ")[0]
        for entry in entries.POSSIBLE[instrument]:
            assert f"| {words(f'measure.act.{entry}')} | " in told


@pytest.mark.parametrize("language", Language)
def test_every_stage_act_and_authority_has_its_words(language: Language) -> None:
    words = Words.load(language)
    assert [key for kind, name in named() if not words.has(key := f"measure.{kind}.{name}")] == []
