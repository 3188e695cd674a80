"""What differs between two rulebooks, key by key, each side with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from thresholds.rulebook import Rulebook

OWN_NAME: Final = frozenset(
    {"id", "title", "norm", "under", "place", "proposed", "valid_from", "valid_to", "laws"}
    | {"assumed", "choices", "openings", "closed_by", "transitions"}
)
"""What tells a rulebook from another without changing what it asks of anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One key that the two do not say alike; None where one of them does not say it at all."""

    key: str
    left: Any
    right: Any
    citation_left: str | None = None
    citation_right: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "left": self.left,
            "right": self.right,
            "citation_left": self.citation_left,
            "citation_right": self.citation_right,
        }


def compare(left: Rulebook, right: Rulebook) -> tuple[Changed, ...]:
    """Every difference that matters to somebody, in the order of the form."""
    ours, theirs = (book.model_dump(mode="json") for book in (left, right))
    here, there = dict(_leaves(ours)), dict(_leaves(theirs))
    return tuple(
        Changed(
            key=key,
            left=here.get(key),
            right=there.get(key),
            citation_left=_citation(ours, key),
            citation_right=_citation(theirs, key),
        )
        for key in dict.fromkeys((*here, *there))
        if here.get(key) != there.get(key) and not _is_source(key)
    )


def _leaves(node: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    pairs: Sequence[tuple[str, Any]]
    if isinstance(node, Mapping):
        pairs = [(key, value) for key, value in node.items() if prefix or key not in OWN_NAME]
    elif isinstance(node, list) and any(isinstance(part, (Mapping, list)) for part in node):
        pairs = [(str(number), part) for number, part in enumerate(node)]
    else:
        if node not in (None, [], {}):
            yield prefix, node
        return
    for key, value in pairs:
        yield from _leaves(value, f"{prefix}.{key}" if prefix else key)


def _is_source(key: str) -> bool:
    return key.rpartition(".")[2] in {"citation", "article", "count_gate_citation"}


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
