"""Importing a register: a new version beside the old ones, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Date, Uuid, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from referendum.kernel.people import Actor, Officer, OtherJurisdiction, Role
from referendum.kernel.sealing import DataKey, Mac, Vault
from referendum.kernel.uow import UnitOfWork
from referendum.roll.comparing import Episode, ImportReport, Plan, plan
from referendum.roll.errors import RegisterMovedOn
from referendum.roll.finding import name_text, seal_place
from referendum.roll.tables import FormerName, Jurisdiction, RegisterVersion

BATCH: Final = 20_000
"""Rows a COPY carries, so that no single statement outlives the statement timeout."""

RESIDENCE: Final = (
    "id, person_id, version_from, district_id, birth_date, nationality, status, status_since,"
    " stated_from, registered_from, registered_to, lost_from, lost_to, line_mac, sealed, key_id,"
    " name_index, phone_index"
)

SUPERSEDE: Final = text(
    "update residence set version_to = :version"
    " from unnest(:people, :days) as given (person_id, day)"
    " where residence.person_id = given.person_id and residence.version_to is null"
    " and residence.registered_from >= given.day"
).bindparams(bindparam("people", type_=ARRAY(Uuid())), bindparam("days", type_=ARRAY(Date())))

CLOSE: Final = text("update residence set version_to = :version where id = any(:rows)").bindparams(
    bindparam("rows", type_=ARRAY(Uuid()))
)

END: Final = text(
    "insert into residence (id, person_id, version_from, district_id, birth_date, nationality,"
    " status, status_since, stated_from, registered_from, registered_to, lost_from, lost_to,"
    " sealed, key_id, name_index, phone_index)"
    " select gen_random_uuid(), person_id, :version, district_id, birth_date, nationality,"
    " status, status_since, stated_from, registered_from, given.day, lost_from, lost_to,"
    " sealed, key_id, name_index, phone_index"
    " from residence join unnest(:rows, :days) as given (row, day) on given.row = residence.id"
).bindparams(bindparam("rows", type_=ARRAY(Uuid())), bindparam("days", type_=ARRAY(Date())))


def import_register(
    uow: UnitOfWork,
    *,
    jurisdiction_id: UUID,
    data: bytes,
    as_of: date,
    by: Officer,
    vault: Vault,
    as_version: int | None = None,
    invented: bool = False,
) -> ImportReport:
    """Take a full file, as of a day, as the next version of the register.

    Broken lines are refused one by one and their people stay as they are. People who are not in
    the file end their residence on `as_of`; nobody is deleted. Give the version number of the
    report that was read before (`compare`) and another import in between is refused.
    """
    by.insist(Role.REGISTRAR, fresh=True)
    if by.jurisdiction != jurisdiction_id:
        raise OtherJurisdiction
    hold_register(uow.session, jurisdiction_id)
    made = plan(
        uow.session,
        vault,
        jurisdiction_id=jurisdiction_id,
        data=data,
        as_of=as_of,
        invented=invented,
    )
    report = made.report
    if as_version is not None and report.version != as_version:
        raise RegisterMovedOn(expected=as_version, version=report.version)
    key = vault.new_key(uow.session, purpose=f"register:{report.version}")
    _close(uow.session, made)
    _write(
        uow.session,
        made,
        jurisdiction_id,
        _Sealer(key, vault.mac("name"), vault.mac("phone"), report.version),
    )
    add_version(uow, report, jurisdiction_id=jurisdiction_id, by=by, key_id=key.id)
    return report


def hold_register(session: Session, jurisdiction_id: UUID) -> None:
    """One import of a place at a time, until the transaction ends."""
    lock = func.pg_advisory_xact_lock(func.hashtextextended(f"register:{jurisdiction_id}", 0))
    session.execute(select(lock))


def add_version(
    uow: UnitOfWork,
    report: ImportReport,
    *,
    jurisdiction_id: UUID,
    by: Actor,
    key_id: UUID | None,
) -> None:
    """The row and the record entry of a version: counts and the file's hash, nobody's data."""
    counts = {
        "added": report.added,
        "changed": report.changed,
        "ended": report.ended,
        "refused": len(report.refused),
        "unchanged": report.unchanged,
    }
    uow.session.add(
        RegisterVersion(
            jurisdiction_id=jurisdiction_id,
            number=report.version,
            as_of=report.as_of,
            imported_by=by.mark,
            file_sha256=report.sha256,
            key_id=key_id,
            **counts,
        )
    )
    place = uow.session.get_one(Jurisdiction, jurisdiction_id)
    facts = {
        "as_of": report.as_of.isoformat(),
        "file_sha256": report.sha256,
        "jurisdiction": place.code,
        "version": report.version,
    }
    uow.record("register.imported", by=by, facts=facts | counts)


@dataclass(frozen=True, slots=True)
class _Sealer:
    """Makes rows of residence; the derived keys are made once, not once a line."""

    key: DataKey
    names: Mac
    phones: Mac
    version: int

    def row(self, episode: Episode, person_id: UUID) -> tuple[Any, ...]:
        line = episode.line
        told = {
            "name": line.name,
            "former_names": list(line.former_names),
            "address": line.address,
            "phone": line.phone,
        }
        return (
            uuid4(),
            person_id,
            self.version,
            episode.district_id,
            line.birth_date,
            line.nationality,
            line.status,
            line.status_since,
            line.registered_from,
            episode.registered_from,
            line.registered_to,
            line.lost_from,
            line.lost_to,
            episode.mac,
            self.key.seal_fields(told, place=seal_place(person_id)),
            self.key.id,
            self.index(line.name, line.birth_date),
            self.phones.of(line.phone) if line.phone else None,
        )

    def index(self, name: str, birth_date: date) -> bytes:
        return self.names.of(name_text(name, birth_date))

    def former(self, episode: Episode, person_id: UUID) -> Iterator[dict[str, Any]]:
        """The names the line calls former, and the one that it no longer bears."""
        if not episode.line.former_names and episode.known is None:
            return
        born = episode.line.birth_date
        once = {self.index(name, born) for name in episode.line.former_names}
        if episode.known is not None and episode.known.birth_date == born:
            once.add(episode.known.name_index)
        for index in once - {self.index(episode.line.name, born)}:
            yield {"person_id": person_id, "name_index": index, "version_from": self.version}


def _close(session: Session, made: Plan) -> None:
    """Close the rows that this version no longer holds, and end the episodes that ended."""
    version = made.report.version
    corrected = [e for e in made.episodes if e.known is not None and e.known_ends is None]
    if corrected:
        given = {
            "people": [e.known.person_id for e in corrected if e.known],
            "days": [e.registered_from for e in corrected],
        }
        session.execute(SUPERSEDE, {"version": version, **given})
    ending = [(person.residence_id, made.report.as_of) for person in made.absent]
    ending += [
        (e.known.residence_id, e.known_ends) for e in made.episodes if e.known and e.known_ends
    ]
    if ending:
        rows = [row for row, _ in ending]
        session.execute(CLOSE, {"version": version, "rows": rows})
        session.execute(END, {"version": version, "rows": rows, "days": [day for _, day in ending]})


def _write(session: Session, made: Plan, jurisdiction_id: UUID, sealer: _Sealer) -> None:
    owners = [e.known.person_id if e.known else uuid4() for e in made.episodes]
    newcomers = (
        (owner, jurisdiction_id, e.line.register_no)
        for e, owner in zip(made.episodes, owners, strict=True)
        if e.known is None
    )
    _copy(session, "person (id, jurisdiction_id, register_no)", newcomers)
    for start in range(0, len(owners), BATCH):
        part = list(
            zip(made.episodes[start : start + BATCH], owners[start : start + BATCH], strict=True)
        )
        _copy(session, f"residence ({RESIDENCE})", (sealer.row(*pair) for pair in part))
        former = [name for pair in part for name in sealer.former(*pair)]
        if former:
            session.execute(insert(FormerName).on_conflict_do_nothing(), former)


def _copy(session: Session, target: str, rows: Iterable[Sequence[Any]]) -> None:
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"copy {target} from stdin") as copy:
        for row in rows:
            copy.write_row(row)
