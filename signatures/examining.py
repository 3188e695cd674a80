"""Examination: an automatic pass over the frozen roll, then one officer for each line left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from referendum.kernel.people import Officer
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from signatures import petitions
from signatures.lines import Reason, Status
from signatures.petitions import PetitionKeys
from signatures.sheets import CHUNK, Root
from signatures.standing import why_off_roll
from signatures.tables import Petition
from thresholds.electorate import Electorate

NO_CLOSED_DAYS: Final[Sequence[tuple[date, date]]] = ()

PATIENCE: Final = "set local statement_timeout = '15min'"
"""One statement here reads every line of a petition: 820,000 of them have been handed in."""

TAKEN_UP: Final = text("""
create temporary table taken_up on commit drop as
select l.id as line_id, l.number, l.commitment, l.name_index, l.district_id as written_in,
       l.signed_on, l.origin, l.received_on,
       null::text as status, null::text as reason,
       null::uuid as person_id, null::uuid as district_id, null::bytea as person_key,
       jsonb_array_length(l.missing) > 0 as incomplete
  from line l
 where l.petition_id = :petition
   and not exists (select from line_decision d
                    where d.petition_id = l.petition_id and d.line_id = l.id)
""")
"""Lines without any decision. What was once decided is never examined again by the pass."""

ON_THEIR_FACE: Final = text("""
update taken_up
   set status = 'void',
       reason = case when incomplete then 'missing_field' else 'out_of_period' end
 where incomplete or signed_on < :first or signed_on > :last
    or exists (select from unnest(cast(:closed_from as date[]), cast(:closed_to as date[]))
                       as closed(since, until)
                where signed_on >= closed.since and signed_on < closed.until)
""")

KNOWN: Final = text("""
create temporary table known on commit drop as
select distinct person_id,
       hmac_padded(:inner, :outer, encode(name_index, 'hex')) as name_index
  from (select r.person_id, r.name_index from residence r
         union select f.person_id, f.name_index from former_name f) as names
  join person p on p.id = names.person_id
 where p.jurisdiction_id = :jurisdiction
""")
"""Every name that anybody bore in any version: a roll is older than the register of today."""

CANDIDATES: Final = text("""
create temporary table candidate on commit drop as
select t.line_id, k.person_id, e.district_id, e.person_id is not null as on_roll,
       e.district_id = t.written_in as here
  from taken_up t
  join known k on k.name_index = t.name_index
  left join roll_entry e on e.roll_id = :roll and e.person_id = k.person_id
 where t.status is null
""")

IDENTIFIED: Final = text("""
with fitting as (
    select line_id,
           count(*) as candidates,
           count(*) filter (where on_roll) as entitled,
           count(*) filter (where here) as neighbours,
           (array_agg(person_id) filter (where on_roll))[1] as one,
           (array_agg(district_id) filter (where on_roll))[1] as one_in,
           (array_agg(person_id) filter (where here))[1] as neighbour,
           (array_agg(district_id) filter (where here))[1] as neighbour_in,
           (array_agg(person_id))[1] as stranger
      from candidate group by line_id
)
update taken_up t
   set person_id = case when entitled = 1 then one
                        when neighbours = 1 then neighbour
                        when candidates = 1 then stranger end,
       district_id = case when entitled = 1 then one_in
                          when neighbours = 1 then neighbour_in end,
       status = case when entitled = 1 or neighbours = 1 then 'valid'
                     when candidates = 1 then 'void'
                     else 'open' end,
       reason = case when entitled = 1 or neighbours = 1 or candidates = 1 then null
                     else 'ambiguous' end
  from fitting f
 where f.line_id = t.line_id
""")
"""One on the roll; or one there in the district written; or one in the register, off the roll."""

UNIDENTIFIABLE: Final = text("""
update taken_up set status = 'open', reason = 'unidentifiable' where status is null
""")

OFF_ROLL: Final = text("""
update taken_up t set reason = why.reason
  from unnest(cast(:people as uuid[]), cast(:reasons as text[])) as why(person_id, reason)
 where t.status = 'void' and t.person_id = why.person_id
""")

NAMED: Final = text("""
update taken_up set person_key = hmac_padded(:inner, :outer, person_id::text)
 where person_id is not null
""")

STAND: Final = text("""
insert into standing_signature (petition_id, person_key, line_id, district_id, origin, since)
select distinct on (person_key)
       :petition, person_key, line_id, district_id, origin, received_on
  from taken_up where status = 'valid' order by person_key, number
on conflict (petition_id, person_key) do nothing
""")

DUPLICATES: Final = text("""
update taken_up t set status = 'void', reason = 'duplicate'
 where status = 'valid'
   and not exists (select from standing_signature s
                    where s.petition_id = :petition and s.line_id = t.line_id)
""")

DECIDED: Final = text("""
insert into line_decision (petition_id, line_id, version, status, reason, person_key,
                           district_id, decided_by, decided_at)
select :petition, line_id, 1, status, reason, person_key, district_id, :by, :at from taken_up
""")


@dataclass(frozen=True, slots=True)
class ExaminationReport:
    """What one automatic pass decided: `examined` is the sum of all the rest."""

    examined: int
    valid: int
    void: Mapping[Reason, int] = field(default_factory=lambda: MappingProxyType({}))
    open: Mapping[Reason, int] = field(default_factory=lambda: MappingProxyType({}))


def examine(
    uow: UnitOfWork,
    vault: Vault,
    petition_id: UUID,
    *,
    electorate: Electorate,
    by: Officer,
    closed_days: Sequence[tuple[date, date]] = NO_CLOSED_DAYS,
) -> ExaminationReport:
    """Decide every line that nobody has decided on, as far as the roll can.

    `closed_days` are the spans (half-open) in which signatures may not be asked for, as before
    elections. Of several lines by one person the first received stands.
    """
    petition = petitions.get_at_desk(uow.session, petition_id, by)
    keys = PetitionKeys.open(uow.session, vault, petition)
    _pass(uow.session, petition, keys, electorate, closed_days)
    decided = {"petition": petition.id, "by": by.mark, "at": uow.now()}
    uow.session.execute(DECIDED, decided)
    report = _report(uow.session)
    if report.examined:
        _record(uow, petition, report, by)
    uow.session.execute(text("drop table candidate, known, taken_up"))
    return report


def _pass(
    session: Session,
    petition: Petition,
    keys: PetitionKeys,
    electorate: Electorate,
    closed_days: Sequence[tuple[date, date]],
) -> None:
    first, last = petitions.signing_days(petition)
    period = {
        "first": first,
        "last": last,
        "closed_from": [since for since, _ in closed_days],
        "closed_to": [until for _, until in closed_days],
    }
    here = {"petition": petition.id}
    session.execute(text(PATIENCE))
    session.execute(TAKEN_UP, here)
    session.execute(ON_THEIR_FACE, period)
    session.execute(KNOWN, {"jurisdiction": petition.jurisdiction_id, **_pads(keys.name.pads)})
    session.execute(text("analyze taken_up, known"))
    session.execute(CANDIDATES, {"roll": petition.roll_id})
    session.execute(IDENTIFIED)
    session.execute(UNIDENTIFIABLE)
    _say_why_off_roll(session, petition, electorate)
    session.execute(NAMED, _pads(keys.person.pads))
    session.execute(STAND, here)
    session.execute(DUPLICATES, here)


def _pads(pads: tuple[bytes, bytes]) -> dict[str, bytes]:
    return {"inner": pads[0], "outer": pads[1]}


def _say_why_off_roll(session: Session, petition: Petition, electorate: Electorate) -> None:
    """The rule itself says why, not a second telling of it in SQL."""
    strangers = text(
        "select distinct person_id from taken_up where status = 'void' and person_id is not null"
    )
    people = list(session.scalars(strangers))
    for at in range(0, len(people), CHUNK):
        why = why_off_roll(session, petition.roll_id, people[at : at + CHUNK], electorate)
        reasons = [reason.value for reason in why.values()]
        session.execute(OFF_ROLL, {"people": list(why), "reasons": reasons})


def _report(session: Session) -> ExaminationReport:
    counts = session.execute(
        text("select status, reason, count(*) from taken_up group by status, reason")
    ).all()
    return ExaminationReport(
        examined=sum(count for _, _, count in counts),
        valid=sum(count for status, _, count in counts if status == Status.VALID),
        void={Reason(why): count for status, why, count in counts if status == Status.VOID},
        open={Reason(why): count for status, why, count in counts if status == Status.OPEN},
    )


def _record(uow: UnitOfWork, petition: Petition, report: ExaminationReport, by: Officer) -> None:
    """One entry for the whole pass; its root binds each line to what was decided on it."""
    decided = uow.session.execute(
        text("select commitment, status, reason from taken_up order by number").execution_options(
            yield_per=CHUNK
        )
    )
    root = root_of_decisions(decided)
    facts: dict[str, Any] = {
        "petition": str(petition.id),
        "count": report.examined,
        "valid": report.valid,
        "void": {reason.value: count for reason, count in report.void.items()},
        "open": {reason.value: count for reason, count in report.open.items()},
        "merkle_root": root.value.hex(),
    }
    uow.record("lines.examined", by=by, measure=petition.measure_id, facts=facts)


def root_of_decisions(decided: Iterable[Any]) -> Root:
    """RFC 9162 over `commitment || "status:reason"`, in the order in which lines came in."""
    root = Root()
    leaves: list[bytes] = []
    for commitment, status, reason in decided:
        leaves.append(bytes(commitment) + f"{status}:{reason or ''}".encode())
        if len(leaves) == CHUNK:
            root.take(leaves)
            leaves = []
    root.take(leaves)
    return root
