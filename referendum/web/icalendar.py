"""Calendar files as RFC 5545 has them: days and hours that people can subscribe to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
PRODUCT: Final = "-//Referendum//Measures//{language}"
REFRESH: Final = "PT12H"
"""How often a reader had better look again: deadlines move with what happens."""
LONGEST: Final = 75
"""Octets of a line without its break (RFC 5545 §3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Whole days (`start` a date, one day long), or from one moment to another."""

    uid: str
    start: date | datetime
    end: datetime | None = None
    summary: str
    description: str
    url: str


def write(events: Iterable[Event], *, name: str, language: str, stamp: datetime) -> bytes:
    """One calendar with these events, told in one language as of a moment."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT.format(language=language.upper())}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_text(name)}",  # RFC 7986 §5.1
        f"X-WR-CALNAME:{_text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",  # RFC 7986 §5.7
    ]
    for event in events:
        lines += _event(event, language, stamp)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(event: Event, language: str, stamp: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{_moment(stamp)}"
    yield from _when(event)
    yield f"SUMMARY;LANGUAGE={language}:{_text(event.summary)}"
    yield f"DESCRIPTION;LANGUAGE={language}:{_text(event.description)}"
    yield f"URL:{event.url}"
    # A last day keeps nobody busy (RFC 5545 §3.8.2.7).
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _when(event: Event) -> Iterator[str]:
    """DTEND is the first day or moment that is outside (§3.6.1)."""
    if isinstance(event.start, datetime):
        yield f"DTSTART:{_moment(event.start)}"
        yield f"DTEND:{_moment(event.end or event.start)}"
    else:
        yield f"DTSTART;VALUE=DATE:{event.start:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{event.start + timedelta(days=1):%Y%m%d}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """TEXT (§3.3.11): escaped, and without the control characters that it cannot hold."""
    plain = value.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(letter for letter in plain if letter in "\n\t" or _printable(letter))
    for letter, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        kept = kept.replace(letter, written)
    return kept


def _printable(letter: str) -> bool:
    return letter >= " " and letter != "\x7f"


def _folded(line: str) -> bytes:
    """Lines of at most 75 octets, never broken within a character (§3.1)."""
    whole = line.encode()
    if len(whole) <= LONGEST:
        return whole + b"\r\n"
    parts: list[bytes] = []
    part = b""
    for letter in line:
        octets = letter.encode()
        room = LONGEST if not parts else LONGEST - 1
        if len(part) + len(octets) > room:
            parts.append(part)
            part = b""
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"
