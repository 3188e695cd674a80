"""Feeds as RFC 4287 has them: what happened, the latest first, for whoever reads by a reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

MEDIA_TYPE: Final = "application/atom+xml; charset=utf-8"
SPACE: Final = "http://www.w3.org/2005/Atom"
NEVER: Final = "\ufffe\uffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened. Its id never changes, whatever its title becomes."""

    id: str
    title: str
    summary: str
    url: str
    at: datetime


def write(
    entries: Iterable[Entry],
    *,
    id: str,  # noqa: A002  # the specification's word
    title: str,
    author: str,
    url: str,
    page: str,
    language: str,
    stamp: datetime,
) -> bytes:
    """One feed. `stamp` is when it was last news where it has no entry."""
    listed = list(entries)
    updated = max((one.at for one in listed), default=stamp)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<feed xmlns={quoteattr(SPACE)} xml:lang={quoteattr(language)}>",
        f"<id>{_text(id)}</id>",
        f"<title>{_text(title)}</title>",
        f"<updated>{_moment(updated)}</updated>",
        f"<author><name>{_text(author)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href={_attribute(url)}/>',
        f'<link rel="alternate" type="text/html" href={_attribute(page)}/>',
    ]
    for one in listed:
        lines += _entry(one)
    lines.append("</feed>")
    return "\n".join([*lines, ""]).encode()


def _entry(one: Entry) -> Iterator[str]:
    yield "<entry>"
    yield f"<id>{_text(one.id)}</id>"
    yield f"<title>{_text(one.title)}</title>"
    yield f"<updated>{_moment(one.at)}</updated>"
    yield f'<link rel="alternate" type="text/html" href={_attribute(one.url)}/>'
    yield f"<summary>{_text(one.summary)}</summary>"
    yield "</entry>"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _text(value: str) -> str:
    return escape(_legal(value))


def _attribute(value: str) -> str:
    return quoteattr(_legal(value))


def _legal(value: str) -> str:
    """Without the characters that XML 1.0 §2.2 cannot hold, not even escaped."""
    return "".join(one for one in value if one in "\t\n\r" or (one >= " " and one not in NEVER))
