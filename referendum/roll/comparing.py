"""What a new file would change in the register, worked out before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel.sealing import Mac, Vault
from referendum.kernel.spreadsheet import Refused
from referendum.roll.errors import RegisterMostlyBroken
from referendum.roll.finding import name_text
from referendum.roll.lines import Reason, RegisterLine
from referendum.roll.names import SYLLABLES
from referendum.roll.places import districts_on
from referendum.roll.reading import ParsedRegister, read_register
from referendum.roll.versions import Known, known_people, next_version

SHOWN: Final = 5
"""How many faults a refusal of the whole file carries as examples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import does, or did. The counts are of people."""

    version: int
    as_of: date
    added: int
    changed: int
    ended: int
    """People who are no longer in the file: their residence ends on `as_of`."""
    unchanged: int
    spared: int
    """People missing from the file whose residence goes on all the same, because a refused line
    without a register number may be theirs."""
    refused: list[Refused]
    noted: list[Refused]
    sha256: str
    encoding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A row to be written for a line that is new or says something new."""

    line: RegisterLine
    mac: bytes = field(repr=False)
    district_id: UUID
    registered_from: date
    known: Known | None
    """The person's last row, which it replaces or follows."""
    known_ends: date | None = None
    """The day on which the known row, which had no end before it, ends as this one begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    episodes: list[Episode]
    absent: list[Known]
    report: ImportReport


def compare(
    session: Session,
    vault: Vault,
    *,
    jurisdiction_id: UUID,
    data: bytes,
    as_of: date,
    invented: bool = False,
) -> ImportReport:
    """The report of an import that is not made: to be read before it is confirmed."""
    return plan(
        session,
        vault,
        jurisdiction_id=jurisdiction_id,
        data=data,
        as_of=as_of,
        invented=invented,
    ).report


def plan(
    session: Session,
    vault: Vault,
    *,
    jurisdiction_id: UUID,
    data: bytes,
    as_of: date,
    invented: bool = False,
) -> Plan:
    """Read the file against the register; refused where it cannot be taken as a whole."""
    version = next_version(session, jurisdiction_id, as_of)
    parsed = read_register(data, invented=invented)
    named = {
        name: district.id
        for district in districts_on(session, jurisdiction_id, as_of)
        for name in (district.code, district.name_ko, district.name_en)
    }
    fitting, unfit = _fitting(parsed, named, as_of)
    refused = sorted([*parsed.refused, *unfit.values()], key=lambda fault: fault.line)
    _insist_mostly_whole(refused, len(parsed.lines) + len(parsed.refused))

    known = known_people(session, jurisdiction_id)
    mac, names = vault.mac("register-line"), vault.mac("name")
    episodes = []
    unchanged = 0
    for line in fitting:
        district_id = named[line.district]
        line_mac = mac.of(_said(line, district_id))
        before = known.get(line.register_no)
        if before is not None and before.line_mac == line_mac and _found_by(line, before, names):
            unchanged += 1
        else:
            episodes.append(_episode(line, line_mac, district_id, before, as_of))
    present = {line.register_no for line in fitting} | parsed.kept_back | unfit.keys()
    missing = [
        person for no, person in known.items() if no not in present and person.runs_past(as_of)
    ]
    absent = [] if parsed.nameless else missing
    added = sum(episode.known is None for episode in episodes)
    report = ImportReport(
        version=version,
        as_of=as_of,
        added=added,
        changed=len(episodes) - added,
        ended=len(absent),
        unchanged=unchanged,
        spared=len(missing) - len(absent),
        refused=refused,
        noted=parsed.noted,
        sha256=parsed.sha256,
        encoding=parsed.encoding,
    )
    return Plan(episodes=episodes, absent=absent, report=report)


def _fitting(
    parsed: ParsedRegister, named: Mapping[str, UUID], as_of: date
) -> tuple[list[RegisterLine], dict[str, Refused]]:
    """The lines that fit this place and day, and the faults of the others by register number."""
    fitting, unfit = [], {}
    for line in parsed.lines:
        if line.district not in named:
            unfit[line.register_no] = Refused(line.line, "district", Reason.DISTRICT_UNKNOWN)
        elif line.registered_from > as_of:
            fault = Refused(line.line, "registered_from", Reason.AFTER_REGISTER_DAY)
            unfit[line.register_no] = fault
        elif line.birth_date > as_of:
            unfit[line.register_no] = Refused(line.line, "birth_date", Reason.AFTER_REGISTER_DAY)
        else:
            fitting.append(line)
    return fitting, unfit


def _insist_mostly_whole(refused: list[Refused], lines: int) -> None:
    """A file of which more than half is broken is the wrong file, not a register with faults."""
    if 2 * len(refused) > lines:
        shown: list[dict[str, str | int | None]] = [
            {"line": fault.line, "column": fault.column, "reason": fault.reason.value}
            for fault in refused[:SHOWN]
        ]
        raise RegisterMostlyBroken(refused=len(refused), lines=lines, first=shown)


def _found_by(line: RegisterLine, known: Known, names: Mac) -> bool:
    """Whether the line's name still leads to its row: names may be levelled better than before."""
    if line.name.isascii() or SYLLABLES.fullmatch(line.name):
        return True  # Whichever way, those are level.
    return names.of(name_text(line.name, line.birth_date)) == known.name_index


def _episode(
    line: RegisterLine, mac: bytes, district_id: UUID, known: Known | None, as_of: date
) -> Episode:
    """Whether a line begins, corrects or follows the episode known before.

    A later registered-from is a new episode from that day. Another district under the same
    registered-from is one from `as_of`, as the source does not say since when. All else is a
    correction of the known episode.
    """
    opens, follows = line.registered_from, False
    if known is not None:
        moved = district_id != known.district_id and known.runs_past(as_of)
        if line.registered_from != known.stated_from:
            follows = opens > max(known.stated_from, known.registered_from)
        elif moved and known.registered_from < as_of:
            opens, follows = as_of, True
        else:
            opens = known.registered_from
    return Episode(
        line=line,
        mac=mac,
        district_id=district_id,
        registered_from=opens,
        known=known,
        known_ends=opens if follows and known and known.runs_past(opens) else None,
    )


def _said(line: RegisterLine, district_id: UUID) -> str:
    """All that a line says, as one text; no cell holds a control character."""
    parts = (
        line.name,
        "|".join(line.former_names),
        line.birth_date,
        line.address,
        district_id,
        line.nationality,
        line.status,
        line.status_since,
        line.registered_from,
        line.registered_to,
        line.lost_from,
        line.lost_to,
        line.phone,
    )
    return "\x1f".join("" if part is None else str(part) for part in parts)
