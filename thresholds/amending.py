"""What would have to change in an ordinance so that one set of choices becomes another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from thresholds.errors import NotAnAmendment
from thresholds.norms import Choices, Norm
from thresholds.requirement import ShareRequirement, TierRequirement
from thresholds.rulebook import Rulebook
from thresholds.share import Share

Value = Share | int | tuple[str, ...]

ORDER: Final = ("foreign_statuses", "share", "collection_days", "cure_days", "decision_months")
"""The choices of an ordinance, in the order in which it would set them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    """One choice before and after; None where the ordinance has said nothing of it so far."""

    name: str
    old: Value | None
    new: Value
    article: str
    """Of the higher norm, which leaves the choice."""
    old_assumed: bool


def amendments(old: Rulebook, new: Rulebook) -> tuple[Amended, ...]:
    """The choices that differ; refused unless both are ordinances of one place on one subject."""
    alike = ("country", "instrument", "norm", "place", "under")
    differing = next((name for name in alike if getattr(old, name) != getattr(new, name)), None)
    if differing is not None or new.norm is not Norm.ORDINANCE:
        raise NotAnAmendment(key=differing or "norm", left=old.id, right=new.id)
    found = tuple(_changes(old, new))
    if not found:
        raise NotAnAmendment(key="choices", left=old.id, right=new.id)
    return found


def _changes(old: Rulebook, new: Rulebook) -> Iterator[Amended]:
    before, after = dict(_chosen(old)), dict(_chosen(new))
    for name in ORDER:
        if name not in after or getattr(new.choices, name, None) is None:
            continue
        (was, _), (now, article) = before.get(name, (None, "")), after[name]
        if was != now:
            assumed = "choices" in old.assumed or getattr(old.choices, name, None) is None
            yield Amended(name=name, old=was, new=now, article=article, old_assumed=assumed)


def _chosen(book: Rulebook) -> Iterator[tuple[str, tuple[Value, str]]]:
    """Every choice of an ordinance as the rulebook has it now, with the article that leaves it."""
    for rule in book.petition.requirements if book.petition else ():
        if isinstance(rule, (ShareRequirement, TierRequirement)) and rule.envelope and rule.chosen:
            yield "share", (rule.chosen, rule.envelope.citation)
    foreigners = book.signing.electorate.foreigners if book.signing else None
    if foreigners is not None:
        yield "foreign_statuses", (foreigners.statuses, foreigners.citation)
    for period in book.calendar.periods.values():
        if period.ordinance is not None and period.ordinance.key in Choices.model_fields:
            yield period.ordinance.key, (period.length.number, period.article)
