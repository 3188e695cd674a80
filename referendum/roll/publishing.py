"""Publishing a version: its rows go into the register unseen, and one row shows them all.

Whoever looks reads the rows of the last version that is there (`finding.current`). The rows of
the next one are written beside them a piece at a time, by two hands; what stood in their place
stays readable until the version's own row is committed, in one short transaction. Once confirmed
it only goes forward: a piece that is in is gone from what waits, so whoever is killed is followed.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from referendum.kernel import record
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin, UnitOfWork
from referendum.roll import intakes
from referendum.roll.copying import copy_in
from referendum.roll.effects import Effects, alone_lately, beyond
from referendum.roll.errors import (
    IntakeNotRead,
    LinesNameless,
    PreviewNotRead,
    RegisterMovedOn,
    SameRegistrar,
    WordsUnexplained,
)
from referendum.roll.intake_tables import IntakeRows, RegisterIntake
from referendum.roll.intakes import ImportReport, Stage
from referendum.roll.renumbering import BROUGHT, tell_later
from referendum.roll.sealer import RESIDENCE
from referendum.roll.tables import Jurisdiction, RegisterVersion
from referendum.roll.versions import next_version
from referendum.roll.weighing import Limits
from referendum.roll.working_out import PERSON

BATCHES: Final = 7
"""Batches of rows that go in with one transaction."""
PIECE: Final = 20_000
"""Missing people whose residence ends with one transaction."""
HANDS: Final = 2
"""Pieces that go in at once: the database writes one index while it waits for another's page."""

SUPERSEDED: Final = text("""
update residence r set version_to = :version from register_intake_line l
 where intake_id = :intake and line between :first and :last
   and l.changes and l.known_ends is null
   and r.person_id = l.person_id and r.version_to is null and r.version_from < :version
   and r.registered_from >= l.registered_from
""")

CLOSED: Final = text("""
update residence r set version_to = :version from register_intake_line l
 where intake_id = :intake and line between :first and :last
   and l.known_id = r.id and r.version_to is null
""")

FOLLOWED: Final = text("""
insert into residence (id, person_id, version_from, district_id, birth_date, nationality, status,
       status_since, stated_from, registered_from, registered_to, lost_from, lost_to, sealed,
       key_id, name_index, phone_index)
select gen_random_uuid(), r.person_id, :version, r.district_id, r.birth_date, r.nationality,
       r.status, r.status_since, r.stated_from, r.registered_from, l.known_ends, r.lost_from,
       r.lost_to, r.sealed, r.key_id, r.name_index, r.phone_index
  from residence r join register_intake_line l on l.known_id = r.id
 where intake_id = :intake and line between :first and :last
""")

FORMER: Final = text("""
insert into former_name (person_id, name_index, version_from)
select person_id, unnest(former), :version from register_intake_line
 where intake_id = :intake and line between :first and :last and former is not null
on conflict do nothing
""")

TAKEN: Final = (
    "delete from register_intake_rows where intake_id = %s and first_line = %s"
    " returning lines, people, residences"
)

GONE: Final = text("""
with going as (
    select person_id, residence_id from register_intake_missing
     where intake_id = :intake order by person_id limit :most
), taken as (
    delete from register_intake_missing m using going
     where m.intake_id = :intake and m.person_id = going.person_id
), closed as (
    update residence r set version_to = :version from going where r.id = going.residence_id
    returning r.*
)
insert into residence (id, person_id, version_from, district_id, birth_date, nationality, status,
       status_since, stated_from, registered_from, registered_to, lost_from, lost_to, sealed,
       key_id, name_index, phone_index)
select gen_random_uuid(), person_id, :version, district_id, birth_date, nationality, status,
       status_since, stated_from, registered_from, :day, lost_from, lost_to, sealed, key_id,
       name_index, phone_index
  from closed
""")


def confirm(
    uow: UnitOfWork, intake_id: UUID, *, by: str, preview: str | None, limits: Limits
) -> Stage:
    """Decide that a file that was read goes in, as the preview told that was read.

    From here on it only goes forward; or, where it changes more than one registrar may, it waits
    for a second one, who decides by the same function. Whoever calls holds the register of the
    place.
    """
    row = intakes.get(uow.session, intake_id, locked=True)
    if row.stage not in (Stage.WAITING, Stage.SECONDING):
        raise IntakeNotRead(intake=str(intake_id))
    _insist(uow.session, row, preview)
    if row.stage == Stage.SECONDING:
        if row.confirmed_by == by:
            raise SameRegistrar
        row.stage, row.seconded_by = Stage.PUBLISHING, by
        return Stage.PUBLISHING
    row.confirmed_by = by
    effects = Effects.read(row.effects) if row.effects else None
    reasons = beyond(effects, limits, alone_lately(uow.session, row.jurisdiction_id))
    if not reasons:
        row.stage = Stage.PUBLISHING
        return Stage.PUBLISHING
    row.stage = Stage.SECONDING
    intakes.touch(uow.session, intake_id)
    # Between the two nobody can change what the second one sees: it is what the first one saw.
    _record(uow, row, "register.import_proposed", by=by)
    return Stage.SECONDING


def decline(uow: UnitOfWork, intake_id: UUID, *, by: str) -> None:
    """End a file that waited for a second registrar, on record; of any other nothing was said."""
    row = intakes.get(uow.session, intake_id, locked=True)
    if row.stage == Stage.SECONDING:
        row.stage = Stage.GIVEN_UP
        _record(uow, row, "register.import_declined", by=by)


def _insist(session: Session, row: RegisterIntake, preview: str | None) -> None:
    version = next_version(session, row.jurisdiction_id, row.as_of)
    if version != row.version:
        raise RegisterMovedOn(expected=row.version, version=version)
    if preview is None or preview != row.preview:
        raise PreviewNotRead
    if row.nameless and row.missing:
        raise LinesNameless(lines=row.nameless, people=row.missing)
    if row.unexplained:
        raise WordsUnexplained(words=row.unexplained)


def _record(uow: UnitOfWork, row: RegisterIntake, act: str, *, by: str) -> None:
    assert row.effects is not None
    place = uow.session.get_one(Jurisdiction, row.jurisdiction_id)
    facts = {
        "as_of": row.as_of.isoformat(),
        "changes": row.effects["changes"],
        "file_sha256": row.file_sha256,
        "jurisdiction": place.code,
        "preview": row.preview,
        "version": row.version,
    }
    record.append(uow.session, act, by=by, at=uow.now(), facts=facts)


def publish(uow: UnitOfWork, begin: Begin, intake_id: UUID) -> ImportReport:
    """Write the rows of a confirmed file in transactions of their own, and show them in this one.

    Whoever calls holds the register of the place until this transaction has ended.
    """
    row = intakes.get(uow.session, intake_id)
    given = {
        "intake": intake_id,
        "jurisdiction": row.jurisdiction_id,
        "version": row.version,
        "key": row.version_key_id,
        "day": row.as_of,
    }
    batches = _batches(uow.session, intake_id)
    pieces = [batches[at : at + BATCHES] for at in range(0, len(batches), BATCHES)]
    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(lambda piece: _lines(begin, given, piece), pieces))
    while _missing(begin, given):
        pass
    return _show(uow, intake_id)


def finish(begin: Begin, vault: Vault, jurisdiction_id: UUID) -> None:
    """Bring to its end what was confirmed here and broken off. The caller holds the register."""
    here = (
        RegisterIntake.jurisdiction_id == jurisdiction_id,
        RegisterIntake.stage == Stage.PUBLISHING,
    )
    with begin() as uow:
        left = uow.session.scalar(select(RegisterIntake.id).where(*here))
    if left is not None:
        with begin() as uow:
            publish(uow, begin, left)
        intakes.clear(begin, vault, left)


def _batches(session: Session, intake_id: UUID) -> list[tuple[int, int]]:
    """The first and last lines of what is not in yet, in their order."""
    waiting = select(IntakeRows.first_line, IntakeRows.last_line)
    rows = waiting.where(IntakeRows.intake_id == intake_id).order_by(IntakeRows.first_line)
    return [(first, last) for first, last in session.execute(rows)]


def _lines(begin: Begin, given: dict[str, Any], piece: list[tuple[int, int]]) -> None:
    """Some batches of lines that are not in yet."""
    here = given | {"first": piece[0][0], "last": piece[-1][1]}

    def work(session: Session) -> int:
        for statement in (SUPERSEDED, CLOSED, FOLLOWED):
            session.execute(statement, here)
        done = sum(_batch(session, given["intake"], first) for first, _ in piece)
        for statement in (FORMER, BROUGHT):
            session.execute(statement, here)
        return done

    _piece(begin, given, work)


def _batch(session: Session, intake_id: UUID, first: int) -> int:
    """The rows of a batch as they were made."""
    driver: Any = session.connection().connection.driver_connection
    taken = driver.execute(TAKEN, (intake_id, first), binary=True).fetchone()
    if taken is None:
        return 0
    lines, people, residences = taken
    copy_in(session, PERSON, people)
    copy_in(session, RESIDENCE, residences)
    return int(lines)


def _missing(begin: Begin, given: dict[str, Any]) -> int:
    """The next piece of the people who are not in the file."""
    return _piece(begin, given, lambda session: _rows(session, GONE, given | {"most": PIECE}))


def _piece(begin: Begin, given: dict[str, Any], work: Callable[[Session], int]) -> int:
    with begin() as uow:
        intakes.spare_the_disk(uow.session)
        done = work(uow.session)
        told = update(RegisterIntake).where(RegisterIntake.id == given["intake"])
        # The last thing, as both hands write it.
        uow.session.execute(
            told.values(
                published=RegisterIntake.published + done, touched_at=func.clock_timestamp()
            )
        )
        return done


def _rows(session: Session, statement: Any, given: dict[str, Any]) -> int:
    count: int = session.connection().execute(statement, given).rowcount
    return count


def _show(uow: UnitOfWork, intake_id: UUID) -> ImportReport:
    """The row and the record entry of the version: counts and the file's hash, nobody's data."""
    row = intakes.get(uow.session, intake_id, locked=True)
    assert row.confirmed_by is not None
    report = intakes.report(uow.session, row)
    add_version(
        uow,
        report,
        jurisdiction_id=row.jurisdiction_id,
        by=row.confirmed_by,
        seconded_by=row.seconded_by,
        key_id=row.version_key_id,
    )
    if report.phones_replaced or report.phones_first:
        tell_later(uow, row.jurisdiction_id, row.version)
    row.stage = Stage.DONE
    return report


def add_version(
    uow: UnitOfWork,
    report: ImportReport,
    *,
    jurisdiction_id: UUID,
    by: str,
    key_id: UUID | None,
    seconded_by: str | None = None,
) -> None:
    """Show a version whose rows are written. `by`: how the record names who had it taken in."""
    counts = {
        "added": report.added,
        "changed": report.changed,
        "ended": report.ended,
        "refused": report.refused_lines,
        "unchanged": report.unchanged,
        "phones_replaced": report.phones_replaced,
        "phones_first": report.phones_first,
    }
    uow.session.add(
        RegisterVersion(
            jurisdiction_id=jurisdiction_id,
            number=report.version,
            as_of=report.as_of,
            imported_by=by,
            seconded_by=seconded_by,
            mode=report.mode,
            meanings=report.meanings.told(),
            effects=report.effects.told() if report.effects else None,
            preview=report.preview,
            file_sha256=report.sha256,
            key_id=key_id,
            **counts,
        )
    )
    place = uow.session.get_one(Jurisdiction, jurisdiction_id)
    facts: dict[str, Any] = {
        "as_of": report.as_of.isoformat(),
        "file_sha256": report.sha256,
        "jurisdiction": place.code,
        "mode": report.mode.value,
        "preview": report.preview,
        "version": report.version,
    }
    if report.effects is not None:
        facts |= {"changes": report.effects.told()["changes"]}
    if seconded_by is not None:
        facts |= {"seconded_by": seconded_by}
    record.append(uow.session, "register.imported", by=by, at=uow.now(), facts=facts | counts)
