"""What a line of a new file says against what the register holds of its person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from referendum.roll.lines import RegisterLine
from thresholds.electorate import PersonFacts


@dataclass(frozen=True, slots=True)
class Known:
    """A person's last episode as the register holds it."""

    person_id: UUID
    residence_id: UUID
    line_mac: bytes | None
    registered_from: date
    stated_from: date
    registered_to: date | None
    district_id: UUID
    birth_date: date
    name_index: bytes
    nationality: str
    status: str | None
    status_since: date | None
    lost_from: date | None
    lost_to: date | None
    phone_index: bytes | None

    @property
    def told(self) -> PersonFacts:
        """As an electorate reads it."""
        return PersonFacts(
            birth_date=self.birth_date,
            nationality=self.nationality,
            status=self.status,
            status_since=self.status_since,
            registered_from=self.registered_from,
            registered_to=self.registered_to,
            lost_from=self.lost_from,
            lost_to=self.lost_to,
        )

    def runs_past(self, day: date) -> bool:
        return self.registered_to is None or self.registered_to > day


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
    opens: date = line.registered_from
    follows = False
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

    Taken apart at once, as there are a million.
    """
    (
        _,
        _,
        name,
        former,
        born,
        address,
        _,
        nation,
        status,
        since,
        opens,
        ends,
        lost,
        again,
        phone,
    ) = line
    return (
        f"{name}\x1f{'|'.join(former) if former else ''}\x1f{born.text}\x1f{address}"
        f"\x1f{district}\x1f{nation}\x1f{status or ''}\x1f{since.text if since else ''}"
        f"\x1f{opens.text}\x1f{ends.text if ends else ''}"
        f"\x1f{lost.text if lost else ''}\x1f{again.text if again else ''}"
        f"\x1f{phone or ''}"
    )
