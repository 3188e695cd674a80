"""Where a sentence is chosen by a value, every value that there is has its sentence.

A key such as `t("measure.stage." ~ stage)` is only the beginning of one. So every kind of value is
laid beside every such beginning: whatever has words for most of a kind must have them for all.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType

import ballots
import referendum
import signatures
import thresholds
from referendum.i18n.words import Language, catalogue

PACKAGES: tuple[ModuleType, ...] = (referendum, signatures, ballots, thresholds)
ROOT = Path(__file__).parents[2] / "referendum"
BEGUN = re.compile(r"""["']([\w.-]+)\.["']\s*~|f"([\w.-]+)\.\{""")

BY_CHANCE = {
    ("attachments.kind", "Kind"): "a text has no scans attached to it",
    ("desk.paper.stage", "Stage"): "a file of sheets is not a register's",
    ("roll.intake", "SheetStage"): "a register's file is not one of sheets",
    ("roll.intake.is", "SheetStage"): "a register's file is not one of sheets",
    ("certificate.outcome_note", "PetitionOutcome"): "only what needs a note has one",
    ("certificate.outcome_note", "PollOutcome"): "only what needs a note has one",
    ("certificate.band", "Mode"): "what a city issues has no band",
    ("certificate.deciding", "Issuer"): "no court decides a step",
    ("measure.authority", "Issuer"): "whose a paper is has words of its own",
    ("papers.issuer", "By"): "neither the calendar nor initiators issue papers",
    ("papers.service", "SpanKind"): "another kind of value",
    ("certificate.deciding", "By"): "neither the calendar nor initiators decide",
    ("desk.draft.about", "Instrument"): "a referendum is not drafted at the desk",
    ("desk.draft.what", "Instrument"): "a referendum is not drafted at the desk",
    ("enrolling.why", "Ineligibility"): "who enrols has no register to be judged by",
    ("proposal.kind", "Besides"): "not all that always takes two is a proposal",
    ("measure.stage", "State"): "a proposal's state is not a measure's stage",
    ("identity.delivery", "State"): "words of examinations are elsewhere",
    ("measure.route", "Asker"): "another kind of value",
    ("measure.stage", "PetitionOutcome"): "another kind of value",
    ("measure.stage", "PollOutcome"): "another kind of value",
    ("ordinance.name", "Instrument"): "only two instruments have ordinances",
    ("ordinance.purpose", "Instrument"): "only two instruments have ordinances",
    ("ordinance.subjects", "Instrument"): "only two instruments have ordinances",
    ("ordinance.whole", "Instrument"): "only two instruments have ordinances",
    ("projects.stage", "State"): "another kind of value",
    ("promises.asker", "Route"): "another kind of value",
    ("promises.channel", "Origin"): "a promise knows no portal",
    ("promises.state", "State"): "another kind of value",
    ("roll.fault", "Reason"): "the projects' faults are elsewhere",
    ("rulebooks.channel", "Origin"): "another kind of value",
    ("rulebooks.need", "Norm"): "another kind of value",
    ("rulebooks.topic", "Asker"): "another kind of value",
    ("rulebooks.topic", "Route"): "another kind of value",
    ("signatures.reason", "Ground"): "a ground is said as its article",
    ("simulator.answer", "Answer"): "what was not asked is not shown",
    ("simulator.number", "Whole"): "signatures are no share of valid votes",
}
"""Beginnings that have words for most of a kind and need none for the rest."""


def kinds() -> Iterator[type[StrEnum]]:
    """Every kind of value of the source."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "__main__" not in module.name and ".migrations." not in module.name:
                yield from _of(import_module(module.name))


def _of(module: ModuleType) -> Iterator[type[StrEnum]]:
    for one in vars(module).values():
        if isinstance(one, type) and issubclass(one, StrEnum) and one.__module__ == module.__name__:
            yield one


def beginnings() -> set[str]:
    """Keys that a value completes, in templates and in code."""
    sources = [*ROOT.rglob("*.html"), *ROOT.rglob("*.py")]
    return {
        first or second for file in sources for first, second in BEGUN.findall(file.read_text())
    }


def families() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key in catalogue(Language.KO):
        family, _, last = key.rpartition(".")
        found.setdefault(family, set()).add(last)
    return {family: found[family] for family in beginnings() if family in found}


def test_what_has_words_for_most_of_a_kind_has_them_for_all() -> None:
    whole, lacking = set(), {}
    begun = families()
    for kind in kinds():
        values = {one.value for one in kind}
        for family, said in begun.items():
            missing, there = values - said, values & said
            if not missing:
                whole.add(family)
            elif len(there) >= max(2, len(missing)) and (family, kind.__name__) not in BY_CHANCE:
                lacking[family, kind.__name__] = missing
    assert lacking == {}
    assert len(whole) > 60, "the search finds nothing any more"
