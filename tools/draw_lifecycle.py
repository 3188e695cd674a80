"""Writes docs/lifecycle.md from the stage tables: run it after changing a table."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from referendum.i18n.words import Words  # noqa: E402  # the checkout comes first on the path
from referendum.lifecycle import entries, foureyes, stages  # noqa: E402
from referendum.lifecycle.entries import Entry  # noqa: E402
from referendum.lifecycle.stages import Stage, Step  # noqa: E402
from thresholds.vocabulary import Instrument  # noqa: E402

INTRODUCTION = """\
# The life of a measure

Drawn from the tables in `referendum/lifecycle/stages.py`; a test compares. In brackets stands who
takes the step: an authority, the representatives (`initiator`), or the calendar at a deadline.
A hold (a court's stay, a postponement) lies over any stage: acts are refused under it until it is
lifted, except those that a court orders or the law ends. Every step is an entry of the record.
What takes two officers (두 명) is proposed by one and confirmed by another of the office; an
authority may leave to one what is not marked "always" (언제나).

Below each table of steps stands what can be entered at which stage without moving the measure
(`referendum/lifecycle/entries.py`). Everything that writes asks it.
"""


def main() -> None:
    """One section, with diagram and table, for each instrument."""
    korean, english = Words.load("ko"), Words.load("en")
    parts = [INTRODUCTION]
    for instrument in Instrument:
        key = f"measure.instrument.{instrument.value}"
        parts.append(f"## {english(key)} ({korean(key)})\n")
        parts.append(f"```mermaid\n{stages.as_mermaid(instrument)}\n```\n")
        rows = [
            f"| {korean(f'measure.stage.{step.source}')} | {korean(f'measure.act.{step.act}')} "
            f"| {korean(f'measure.stage.{step.target}')} "
            f"| {korean(f'measure.authority.{step.by}')} "
            f"| {korean(f'measure.deadline.{step.due}') if step.due else ''} "
            f"| {_asked(step)} |"
            for step in stages.LIVES[instrument]
        ]
        parts.append(
            "| 단계 | 하는 일 | 다음 단계 | 누가 | 기한 | 요건 |\n|---|---|---|---|---|---|"
        )
        parts.append("\n".join(rows) + "\n")
        parts.append("| 입력하는 일 | 할 수 있는 단계 |\n|---|---|")
        parts.append("\n".join(_entries(instrument, korean)) + "\n")
    (ROOT / "docs" / "lifecycle.md").write_text("\n".join(parts), "utf-8")


def _asked(step: Step) -> str:
    """What the step asks for: a paper, and how many officers."""
    if step.certified:
        return "두 명 확인"
    said = ["문서"] if step.document else []
    if foureyes.is_strict(step):
        said.append("두 명(언제나)" if foureyes.is_locked(step) else "두 명")
    return ", ".join(said)


def _entries(instrument: Instrument, words: Words) -> Iterator[str]:
    """When each kind of entry is possible: all that goes on is not counted up."""
    under_way = entries.stages_for(instrument, Entry.HOLD)
    for entry, when in entries.POSSIBLE[instrument].items():
        named = ", ".join(words(f"measure.stage.{one}") for one in Stage if one in when)
        if when >= under_way:
            named = "끝나지 않은 모든 단계" if when == under_way else "모든 단계"
        yield f"| {words(f'measure.act.{entry}')} | {named} |"


if __name__ == "__main__":
    main()
