"""What a line of a new file says against what the register holds of its person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from referendum.roll.lines import RegisterLine
from referendum.roll.versions import Known


@dataclass(frozen=True, slots=True)
class Episode:
    """When the row begins that a line becomes, and whether it ends the one known before."""

    registered_from: date
    known_ends: date | None = None
    """The day on which the known row, which had no end before it, ends as this one begins."""


def episode(line: RegisterLine, *, district: UUID, known: Known | None, as_of: date) -> Episode:
    """Whether a line begins, corrects or follows the episode known before.

    A later registered-from is a new episode from that day. Another district under the same
    registered-from is one from `as_of`, as the source does not say since when. All else is a
    correction of the known episode.
    """
    opens, follows = line.registered_from, False
    if known is None:
        return Episode(opens)
    moved = district != known.district_id and known.runs_past(as_of)
    if line.registered_from != known.stated_from:
        follows = opens > max(known.stated_from, known.registered_from)
    elif moved and known.registered_from < as_of:
        opens, follows = as_of, True
    else:
        opens = known.registered_from
    return Episode(opens, opens if follows and known.runs_past(opens) else None)


def said(line: RegisterLine, district: UUID | str) -> str:
    """All that a line says, as one text; no cell holds a control character.

    A day is written as `str` writes it; joined and not formatted, as there are a million.
    """
    return "\x1f".join(
        (
            line.name,
            "|".join(line.former_names),
            line.birth_date.isoformat(),
            line.address,
            str(district),
            line.nationality,
            line.status or "",
            _day(line.status_since),
            line.registered_from.isoformat(),
            _day(line.registered_to),
            _day(line.lost_from),
            _day(line.lost_to),
            line.phone or "",
        )
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
