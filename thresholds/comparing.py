"""What differs between two rulebooks, key by key, each side with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from thresholds.rulebook import Rulebook

OWN_NAME: Final = frozenset(
    {"id", "title", "norm", "under", "place", "proposed", "valid_from", "valid_to", "laws"}
    | {"assumed", "choices", "openings", "closed_by", "transitions", "frame"}
)
"""What tells a rulebook from another without changing what it asks of anybody."""
WHERE_BOTH: Final = ("excluded", "publication", "dispute", "provisions")
"""What is written down only as far as a law's text was read: silence of one says nothing of it."""
SOURCES: Final = frozenset(
    {"citation", "article", "count_gate_citation", "first_day_article", "holiday_end_article"}
    | {"case_law"}
)
NAMED_BY: Final = {"channels": "channel", "effects": "name", "prohibited": "event"}
"""Lists in which each entry has a name of its own: they are compared by it, not by their order."""
WHOLE: Final = frozenset(
    {"tiers", "few", "counts", "weights", "clamp", "envelope", "length", "by_level", "title"}
    | {"days_before_by_kind", "during", "ordinance", "body", "court"}
)
"""What nobody would read apart: compared, and shown, in one piece."""
NAMED: Final = frozenset({"channels", "effects", "prohibited", "excluded", "provisions"})
"""Whose entries are each shown in one piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One key that the two do not say alike; None where one of them does not say it at all."""

    key: str
    left: Any
    right: Any
    citation_left: str | None = None
    citation_right: str | None = None

    @property
    def sides(self) -> tuple[Any, Any]:
        """What the left one says and what the right one says, as JSON values."""
        return self.left, self.right

    def as_json(self) -> dict[str, Any]:
        """As `referendum rules compare --json` prints it; null for what one does not say."""
        return {
            "key": self.key,
            "left": self.left,
            "right": self.right,
            "citation_left": self.citation_left,
            "citation_right": self.citation_right,
        }


def compare(left: Rulebook, right: Rulebook) -> tuple[Changed, ...]:
    """Every difference that matters to somebody, in the order of the form."""
    ours, theirs = (_by_name(book.model_dump(mode="json")) for book in (left, right))
    for name in WHERE_BOTH:
        _keep_common(ours, theirs, name)
    here, there = dict(_leaves(ours)), dict(_leaves(theirs))
    stated = {key for book in (left, right) for key in _stated(book)}
    return tuple(
        Changed(
            key=key,
            left=here.get(key),
            right=there.get(key),
            citation_left=_citation(ours, key),
            citation_right=_citation(theirs, key),
        )
        for key in dict.fromkeys((*here, *there))
        if here.get(key) != there.get(key) and key in stated and not _is_source(key)
    )


def _keep_common(ours: dict[str, Any], theirs: dict[str, Any], name: str) -> None:
    """Drop a table that one of the two does not have, and topics that one has not written down."""
    if not (ours.get(name) and theirs.get(name)):
        ours[name] = theirs[name] = None
    elif name == "provisions":
        both = ours[name].keys() & theirs[name].keys()
        for document in (ours, theirs):
            document[name] = {key: value for key, value in document[name].items() if key in both}


def _stated(book: Rulebook) -> Iterator[str]:
    """The keys that a rulebook says itself: what follows of itself is no difference to nothing."""
    yield from dict(_leaves(_by_name(book.model_dump(mode="json", exclude_defaults=True))))


def _by_name(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with entries that have names of their own under them."""
    told = dict(document)
    for key, value in document.items():
        if isinstance(value, Mapping):
            told[key] = _by_name(value)
        elif key in NAMED_BY and isinstance(value, list):
            names = [one[NAMED_BY[key]] for one in value if isinstance(one, Mapping)]
            if len(set(names)) == len(value):  # two of one name stay in their order
                told[key] = dict(zip(names, value, strict=True))
    return told


def _leaves(node: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    pairs: Sequence[tuple[str, Any]]
    *_, above, last = ("", "", *prefix.split("."))
    whole = last in WHOLE or above in NAMED
    if isinstance(node, Mapping) and not whole:
        pairs = [(key, value) for key, value in node.items() if prefix or key not in OWN_NAME]
    elif isinstance(node, list) and not whole and any(isinstance(one, Mapping) for one in node):
        pairs = [(str(number), part) for number, part in enumerate(node)]
    else:
        if (said := _said(node)) not in (None, [], {}):
            yield prefix, said
        return
    for key, value in pairs:
        yield from _leaves(value, f"{prefix}.{key}" if prefix else key)


def _said(node: Any) -> Any:
    """A value without its source and without what it leaves unsaid."""
    if isinstance(node, Mapping):
        kept = {key: _said(value) for key, value in node.items() if key not in SOURCES}
        return {key: value for key, value in kept.items() if value not in (None, [], {})}
    return [_said(one) for one in node] if isinstance(node, list) else node


def _is_source(key: str) -> bool:
    return key.rpartition(".")[2] in SOURCES


def _citation(document: Any, key: str) -> str | None:
    """The nearest article around a key."""
    found, node = None, document
    for part in key.split("."):
        if isinstance(node, Mapping):
            found = node.get("citation") or node.get("article") or found
            node = node.get(part)
        elif isinstance(node, list) and int(part) < len(node):
            node = node[int(part)]
        else:
            break
    return found
