"""A lower norm made from a higher one: only what that leaves open moves, and only so far."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from thresholds.errors import Problem, RulebookUnreadable, RuleRefusal
from thresholds.norms import Choices, Opening, Place
from thresholds.periods import OrdinanceNumbers, Period
from thresholds.reading import faults
from thresholds.requirement import Numbers, ShareRequirement, TierRequirement, Whole
from thresholds.rulebook import Rulebook

OWN: Final = frozenset(
    {"id", "title", "norm", "place", "valid_from", "valid_to", "laws", "assumed", "proposed"}
)
"""What every norm says of itself. All else is the higher norm's, or a choice that it leaves."""


def lowered(base: Rulebook, table: Mapping[str, Any]) -> Rulebook:
    """The rulebook of a lower norm; refused whole, each fault with the article that forbids it."""
    problems = [
        Problem(key, "closed-by-higher-norm", {"article": base.closed_by or base.laws[0].name})
        for key in table
        if key not in OWN | {"under", "choices"}
    ]
    choices = _choices(table.get("choices", {}))
    document = base.model_dump()
    own = {key: value for key, value in table.items() if key in OWN}
    try:
        place = None if "place" not in own else Place.model_validate(own["place"])
    except ValidationError as error:
        raise RulebookUnreadable(
            Problem(f"place.{one.key}", one.reason, one.facts) for one in faults(error)
        ) from None
    changed: set[str] = set()
    for name in sorted(choices.model_fields_set):
        value = getattr(choices, name)
        try:
            changed |= set(_chosen(base, document, name, value, place))
        except RuleRefusal as refusal:
            problems += [
                Problem(f"choices.{name}", one.reason, one.facts) for one in refusal.problems
            ]
    if problems:
        raise RulebookUnreadable(problems)
    said = {*own, "openings"}
    still = tuple(key for key in base.assumed if key not in said and not _under(key, changed))
    document |= {"valid_to": None, "transitions": (), "openings": {}, "frame": False}
    document |= own | {"under": base.id, "choices": choices.model_dump()}
    document["assumed"] = (*still, *own.get("assumed", ()))
    return Rulebook.model_validate(document)


def _choices(given: Any) -> Choices:
    try:
        return Choices.model_validate(given)
    except ValidationError as error:
        raise RulebookUnreadable(
            Problem(f"choices.{one.key}", one.reason, one.facts) for one in faults(error)
        ) from None


def _chosen(
    base: Rulebook, document: dict[str, Any], name: str, value: Any, place: Place | None
) -> Iterator[str]:
    """Write one choice wherever it goes; the keys that it set."""
    paths = list(_places(base, name, value, place))
    opening = base.openings.get(name)
    if opening is not None:
        if not opening.admits(value):
            raise _outside(opening, value)
        keeps = opening.keeps
        paths += [
            (path, value if keeps is None else _kept(document, path.split("."), keeps, value))
            for path in opening.sets
        ]
    if not paths:
        article = base.closed_by or base.laws[0].name
        raise RulebookUnreadable([Problem(name, "closed-by-higher-norm", {"article": article})])
    for path, written in paths:
        _write(document, path.split("."), written)
        yield path


def _places(
    base: Rulebook, name: str, value: Any, place: Place | None
) -> Iterator[tuple[str, Any]]:
    """Where the higher norm's own requirements and periods name this choice; checked there."""
    for number, rule in enumerate(base.petition.requirements if base.petition else ()):
        envelope = isinstance(rule, (ShareRequirement, TierRequirement)) and rule.envelope
        if name == "share" and envelope and isinstance(rule, (ShareRequirement, TierRequirement)):
            known = {Whole.POPULATION: place.population} if place and place.population else {}
            rule.share_for(Numbers(wholes=known, ordinance=value))
            yield f"petition.requirements.{number}.chosen", value
    for key, period in base.calendar.periods.items():
        if period.ordinance is not None and period.ordinance.key == name:
            yield from _lengths(f"calendar.periods.{key.value}", base, period, name, value)


def _lengths(
    path: str, base: Rulebook, period: Period, name: str, value: int
) -> Iterator[tuple[str, Any]]:
    numbers = OrdinanceNumbers.model_validate({name: value})
    length, _ = period.length_for(base.levels[0], numbers)
    yield f"{path}.length", length.model_dump()
    yield f"{path}.by_level", {}
    yield f"{path}.assumed", False


def _outside(opening: Opening, value: object) -> RulebookUnreadable:
    facts = {
        "share": ", ".join(map(str, value)) if isinstance(value, tuple) else str(value),
        "low": str(opening.low) if opening.low is not None else "—",
        "high": str(opening.high) if opening.high is not None else "—",
        "article": opening.citation,
    }
    if opening.among:
        facts["low"], facts["high"] = str(opening.among[0]), str(opening.among[-1])
    return RulebookUnreadable([Problem("choices", "outside-envelope", facts)])


def _write(node: Any, path: list[str], value: Any) -> None:
    *way, last = path
    for part in way:
        node = node[int(part)] if isinstance(node, (list, tuple)) else node[part]
    node[last] = value


def _kept(node: Any, path: list[str], by: str, chosen: Collection[str]) -> tuple[Any, ...]:
    for part in path:
        node = node[int(part)] if isinstance(node, (list, tuple)) else node[part]
    return tuple(one for one in node if one[by] in chosen)


def _under(key: str, changed: set[str]) -> bool:
    return any(key == one or key.startswith(f"{one}.") for one in changed)
