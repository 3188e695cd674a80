"""What an examiner sees of one line: as it was written, and what was decided on it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from referendum.kernel.people import Officer
from referendum.kernel.sealing import Vault
from referendum.lifecycle import petitioning
from referendum.roll import finding
from referendum.roll.finding import Details
from referendum.roll.tables import District, Person
from signatures import deciding, petitions, settling, states
from signatures.deciding import Version
from signatures.errors import LineNotFound
from signatures.lines import Origin, Reason, Status
from signatures.settling import Candidate
from signatures.states import State
from signatures.tables import LineState, Petition, StandingSignature

SECRET = "secret"  # noqa: S105  # the name of a field, not its value


@dataclass(frozen=True, slots=True)
class LineSeen:
    """One line with its written fields and its history."""

    id: UUID
    number: int | None
    """Until it is folded, a line that was signed online has none."""
    origin: Origin
    sheet: str | None
    row: int | None
    written: dict[str, Any] = field(repr=False)
    now: State
    history: tuple[Version, ...]
    """With the written reasons."""
    instead: tuple[int, UUID] | None = None
    """Of a duplicate: number and id of the line that counts for the same person."""

    @property
    def is_open(self) -> bool:
        return self.now.status is Status.OPEN


@dataclass(frozen=True, slots=True)
class CandidateSeen:
    """Somebody in the register whom a line may mean; `details` where the register holds them."""

    found: Candidate
    register_no: str
    district: District
    details: Details | None = field(repr=False)


def line(
    session: Session, vault: Vault, petition: Petition, line_id: UUID, *, by: Officer
) -> LineSeen:
    """One line, for an examiner of the deciding authority alone."""
    petitions.insist_examiner(petition, by)
    row = deciding.line_of(session, petition, line_id)
    seal = vault.open_key(session, petition.key_id)
    written = seal.unseal_fields(row.sealed, place=f"line:{row.id}")
    now = states.state_of(session, petition.id, line_id)
    return LineSeen(
        row.id,
        now.number,
        Origin(row.origin),
        row.sheet,
        row.row,
        {name: value for name, value in written.items() if name != SECRET},
        now,
        tuple(deciding.history(session, seal, petition.id, line_id)),
        _instead(session, petition, now),
    )


def _instead(session: Session, petition: Petition, now: State) -> tuple[int, UUID] | None:
    if now.reason is not Reason.DUPLICATE or now.person_key is None:
        return None
    counts = (
        select(LineState.number, LineState.line_id)
        .join(
            StandingSignature,
            and_(
                StandingSignature.petition_id == LineState.petition_id,
                StandingSignature.line_id == LineState.line_id,
            ),
        )
        .where(
            LineState.petition_id == petition.id,
            LineState.number.is_not(None),
            StandingSignature.person_key == now.person_key,
        )
    )
    found = session.execute(counts).one_or_none()
    return None if found is None else (found.number, found.line_id)


def numbered(session: Session, petition: Petition, number: int, *, by: Officer) -> UUID:
    """The line of that number; refused where the petition has none."""
    petitions.insist_examiner(petition, by)
    here = select(LineState.line_id).where(
        LineState.petition_id == petition.id, LineState.number == number
    )
    found = session.scalar(here)
    if found is None:
        raise LineNotFound(line=str(number))
    return found


def candidates(
    session: Session,
    vault: Vault,
    petition: Petition,
    seen: LineSeen,
    *,
    by: Officer,
    name: str | None = None,
    birth_date: str | None = None,
) -> list[CandidateSeen]:
    """Whom the line may mean, as written or as the officer reads it, with the register beside."""
    found = settling.candidates(
        session,
        vault,
        petition.id,
        name=name or str(seen.written.get("name") or ""),
        birth_date=birth_date or str(seen.written.get("birth_date") or ""),
        reference=petitions.local_day(petition, petition.closes_at),
        age=petitioning.minimum_age(session, petition),
        by=by,
    )
    return [
        CandidateSeen(
            one,
            session.get_one(Person, one.person_id).register_no or "",
            session.get_one(District, one.district_id),
            finding.person_details(session, vault, one.person_id),
        )
        for one in found
    ]
