"""What only the whole of a file tells: whose number stands in it twice, and who is missing from it.

The two are asked of the numbers that its batches left, a part of them at a time, so that no
statement grows with the file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from referendum.kernel.spreadsheet import Refused
from referendum.kernel.uow import Begin
from referendum.roll import intakes
from referendum.roll.comparing import Known
from referendum.roll.copying import fields, only
from referendum.roll.intake_tables import IntakeLine, IntakeMissing, IntakeRepeated, IntakeRows
from referendum.roll.lines import Reason
from referendum.roll.sealer import told_in
from referendum.roll.versions import holds_anybody, known_people
from referendum.roll.weighing import Change, Scales, Weights
from referendum.roll.working_out import TALLIED, What, packed, place, placed

PART: Final = 1_000_000
"""Numbers that one statement compares with one another, about. It holds as many of them as fit into
the database's memory for such work and puts the others aside; each part takes all batches apart
once more, which costs more than that."""

_GIVEN: Final = """
select number from register_intake_rows r, string_to_table(r.numbers, chr(10)) number
 where r.intake_id = :intake and hashtext(number) & :mask = :part
"""

REPEATED: Final = text(f"""
insert into register_intake_repeated (intake_id, register_no)
select :intake, number from ({_GIVEN}) given group by number having count(*) > 1
""")  # noqa: S608  # no outside text

PHONES: Final = text("""
update register_intake i set phones_replaced = n.replaced, phones_first = n.first
  from (select count(*) filter (where phone_replaced) as replaced,
               count(*) filter (where not phone_replaced) as first
          from register_intake_line where intake_id = :intake) n
 where i.id = :intake
""")

REPEATED_OF: Final = text("""
select number from register_intake_rows r, string_to_table(r.numbers, chr(10)) number
  join register_intake_repeated t on t.intake_id = :intake and t.register_no = number
 where r.intake_id = :intake and r.first_line = :first
""")

MISSING: Final = text(f"""
with given as materialized ({_GIVEN}), gone as materialized (
    select p.id from person p
     where p.jurisdiction_id = :jurisdiction and hashtext(p.register_no) & :mask = :part
       and not exists (select from given where given.number = p.register_no)
), ends as (
    select distinct on (r.person_id) r.person_id, r.id, r.registered_to
      from gone join residence r on r.person_id = gone.id and r.version_to is null
     order by r.person_id, r.registered_from desc
)
insert into register_intake_missing (intake_id, person_id, residence_id)
select :intake, person_id, id from ends where registered_to is null or registered_to > :day
""")  # noqa: S608  # no outside text


def refuse_repeated(begin: Begin, intake_id: UUID, scales: Scales, *, part: int = PART) -> None:
    """Let none of the lines in that have one number: they say of nobody who they are.

    A batch is mended in one transaction, after which its lines are refused ones: this may begin
    again at any time.
    """
    with begin() as uow:
        uow.session.execute(_theirs(IntakeRepeated, intake_id))
        lines = intakes.get(uow.session, intake_id).lines
    found = 0
    for one in _parts(lines, part):
        with begin() as uow:
            found += _rows(uow.session, REPEATED, {"intake": intake_id} | one)
    if not found:
        return
    with begin() as uow:
        here = select(IntakeRows.first_line).where(IntakeRows.intake_id == intake_id)
        batches = list(uow.session.scalars(here.order_by(IntakeRows.first_line)))
    for first in batches:
        with begin() as uow:
            given = {"intake": intake_id, "first": first}
            repeated = set(uow.session.scalars(REPEATED_OF, given))
            if repeated:
                _refuse(uow.session, intake_id, first, repeated, scales)


def note_missing(begin: Begin, intake_id: UUID, *, part: int = PART) -> None:
    """Whoever is in the register and not in the file, as the residence that ends with it."""
    with begin() as uow:
        row = intakes.get(uow.session, intake_id)
        uow.session.execute(_theirs(IntakeMissing, intake_id))
        given = {"intake": intake_id, "jurisdiction": row.jurisdiction_id, "day": row.as_of}
        if not holds_anybody(uow.session, row.jurisdiction_id):
            return
        parts = _parts(max(row.lines, row.people_before), part)
    missing = 0
    for one in parts:
        with begin() as uow:
            missing += _rows(uow.session, MISSING, given | one)
    with begin() as uow:
        intakes.get(uow.session, intake_id, locked=True).missing = missing


def count_phones(begin: Begin, intake_id: UUID) -> None:
    """Whose phone came with the file, of the lines that go in."""
    with begin() as uow:
        uow.session.execute(PHONES, {"intake": intake_id})


def _refuse(
    session: Session, intake_id: UUID, first: int, repeated: Collection[str], scales: Scales
) -> None:
    """Take the lines with these numbers out of what a batch becomes."""
    rows = session.get_one(IntakeRows, (intake_id, first), with_for_update=True)
    row = intakes.get(session, intake_id, locked=True)
    places, refused, numbers = [], list[Refused](), {number.encode() for number in repeated}
    for number, (line, what) in zip(rows.numbers.split("\n"), placed(rows.places), strict=True):
        trusted = what is not What.KEPT
        if trusted and number in repeated:
            refused.append(Refused(line, "register_no", Reason.REPEATED))
            setattr(row, TALLIED[what], getattr(row, TALLIED[what]) - 1)
            row.refused += 1
            places.append(place(line, What.KEPT))
        else:
            places.append(place(line, what))
    told = delete(IntakeLine).where(
        IntakeLine.intake_id == intake_id, IntakeLine.line.in_([one.line for one in refused])
    )
    lost = {person.bytes for person in session.scalars(told.returning(IntakeLine.person_id))}
    lost |= {one[0] for _, one in fields(rows.people) if one[2] in numbers if one[0] is not None}
    known = known_people(session, row.jurisdiction_id, repeated)
    row.weights = intakes.weighed(row, _undone(rows.residences, lost, known.values(), scales))
    rows.places = packed(places)
    rows.people = only(rows.people, lambda person: person[0] not in lost)
    rows.residences = only(rows.residences, lambda residence: residence[1] not in lost)
    intakes.write_faults(session, intake_id, [(one, False) for one in refused])
    intakes.touch(session, intake_id)


def _undone(
    residences: bytes, lost: Collection[bytes], known: Iterable[Known], scales: Scales
) -> Weights:
    """The opposite of what these people's rows had changed."""
    held, weights = {one.person_id.bytes: one for one in known}, Weights()
    for _, row in fields(residences):
        if row[1] not in lost:
            continue
        district, facts, phone = told_in(row)
        before = held.get(row[1] or b"")
        counted = scales.known(before) if before else ()
        weights.subtract(scales.weigh(counted, scales.of(district, facts)))
        if before is not None:
            weights[Change.PHONE.value] -= phone != before.phone_index
    return weights


def _parts(lines: int, part: int) -> list[dict[str, int]]:
    """The parts of so many numbers, of about `part` at most."""
    count = 1 << (lines // part).bit_length()
    return [{"mask": count - 1, "part": at} for at in range(count)]


def _theirs(table: type[IntakeRepeated | IntakeMissing], intake_id: UUID) -> Any:
    return delete(table).where(table.intake_id == intake_id)


def _rows(session: Session, statement: Any, given: dict[str, Any]) -> int:
    count: int = session.connection().execute(statement, given).rowcount
    return count
