"""A step that was taken is told as done, in both languages; what is to be done is not."""

from __future__ import annotations

import pytest

from referendum.i18n.words import Language, Words
from referendum.lifecycle.stages import Act


@pytest.mark.parametrize("language", list(Language))
def test_every_act_is_told_as_done(language: Language) -> None:
    words = Words.load(language)
    told = {act: words(f"measure.done.{act.value}") for act in Act}
    assert len(set(told.values())) == len(told), "two acts are not told alike"
    if language is Language.KO:
        ends = ("함", "됨", "음", "임", "남", "남(법적 구속력 없음)", "됨(판결 등)")
        assert [one for one in told.values() if not one.endswith(ends)] == []


@pytest.mark.parametrize("language", list(Language))
def test_a_vote_passes_or_does_not_in_one_word_everywhere(language: Language) -> None:
    """가결 and 부결, passed and not passed: on pages, in certificates, rules and what-if alike."""
    words = Words.load(language)
    passed, failed = {Language.KO: ("가결", "부결"), Language.EN: ("Passed", "Not passed")}[
        language
    ]
    for place in ("measure.outcome", "measure.stage", "certificate.outcome.any"):
        assert words(f"{place}.adopted") == passed, place
        assert words(f"{place}.rejected") == failed, place
