"""Matching lines with the frozen roll: the statements of the automatic pass, a piece at a time.

All is decided line by line here, whatever else its signer has signed: which of several stands is
for `publishing`, when all are staged. So pieces may be cut anywhere and decided by several hands at
once. What a hand keeps from one piece to the next on its own connection (everybody's names under
the petition's key) is temporary: on disk it would join lines to people without any key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from signatures import petitions
from signatures.closing import ClosedDays
from signatures.off_roll import why_off_roll
from signatures.petitions import PetitionKeys
from signatures.tables import Petition
from thresholds.electorate import Electorate

WORKPLACE: Final = text("""
create temporary table if not exists taken_up (
    arrival bigint, line_id uuid, number integer, commitment bytea, origin text, written_in uuid,
    status text, reason text, person_id uuid, district_id uuid
);
create temporary table if not exists due (
    arrival bigint, line_id uuid, number integer, origin text, written_in uuid, commitment bytea,
    name_index bytea, signed_on date, fault text, unreadable boolean
);
create temporary table if not exists closed (since date, until date, district_id uuid);
create temporary table if not exists known (person_id uuid, name_index bytea, district_id uuid);
truncate taken_up, due, closed, known
""")

ROOM: Final = text("set local work_mem = '64MB'")
"""For sorting a city's names in memory and not on disk: a bound, however many they are."""

CLOSED: Final = text("""
insert into closed
select * from unnest(cast(:since as date[]), cast(:until as date[]), cast(:districts as uuid[]))
""")

NEWEST: Final = text("""
select coalesce(max(number), 0) from register_version where jurisdiction_id = :jurisdiction
""")
"""An import that is under way stages lines of a version that is not there yet."""

KNOWN: Final = text("""
insert into known
select names.person_id, hmac_padded(:inner, :outer, encode(name_index, 'hex')), e.district_id
  from (select r.person_id, r.name_index
          from residence r join person p on p.id = r.person_id
         where p.jurisdiction_id = :jurisdiction and r.version_from <= :newest
         union all
        select f.person_id, f.name_index
          from former_name f join person p on p.id = f.person_id
         where p.jurisdiction_id = :jurisdiction and f.version_from <= :newest) as names
  left join roll_entry e on e.roll_id = :roll and e.person_id = names.person_id
 where name_index is not null
""")
"""Every name that anybody bore in any version that is there: a roll is older than the register
of today. One on its way is seen by nobody. Who moved or was renamed may be there twice, which is
told apart where it matters (`shared`). Where the roll has its bearer is found here once, and there
is no index: a piece reads it from end to end, which for so many lines is the shortest way."""

DUE: Final = text("""
insert into due
select w.arrival, w.line_id, w.number, l.origin, l.district_id as written_in, l.commitment,
       l.name_index, l.signed_on,
       case when jsonb_array_length(l.missing) > 0 then 'missing_field'
            when l.signed_on < :begins or l.signed_on > :ends or l.signed_on > l.received_on
                 or exists (select from closed c
                             where l.signed_on >= c.since and l.signed_on < c.until
                               and (c.district_id is null or c.district_id = l.district_id))
                 then 'out_of_period'
        end,
       l.signed_on is null or l.name_index is null
  from waiting_line w join line l on l.petition_id = w.petition_id and l.id = w.line_id
 where w.petition_id = :petition and w.reason = 'unexamined'
   and w.arrival > :after and w.arrival <= :last
""")
"""Still to be decided of a piece: what is wrong with a line on its face."""

BY_HASH: Final = text("set local enable_nestloop = off")
EITHER_WAY: Final = text("set local enable_nestloop = on")
"""Nobody counts what a piece has left for the next statement: guessed at one line, the planner
would go through everybody's names again for each."""

TAKEN_UP: Final = text("""
insert into taken_up
with paired as materialized (
    select d.*, k.person_id, k.district_id
      from due d
      left join known k
        on k.name_index = d.name_index and d.fault is null and not d.unreadable
),
shared as materialized (
    select line_id from paired group by line_id having count(*) > 1
),
fitting as (
    select line_id,
           count(*) as candidates,
           count(*) filter (where on_roll) as entitled,
           count(*) filter (where here) as neighbours,
           (array_agg(person_id) filter (where on_roll))[1] as one,
           (array_agg(district_id) filter (where on_roll))[1] as one_in,
           (array_agg(person_id) filter (where here))[1] as neighbour,
           (array_agg(district_id) filter (where here))[1] as neighbour_in,
           (array_agg(person_id))[1] as stranger
      from (select distinct line_id, person_id, district_id, district_id is not null as on_roll,
                            district_id = written_in as here
              from paired where line_id in (select line_id from shared)) as candidate
     group by line_id
),
found as (
    select arrival, line_id, number, origin, written_in, commitment, signed_on, fault, unreadable,
           case when person_id is not null then 1 end as candidates,
           district_id is not null as fits, person_id, district_id
      from paired where line_id not in (select line_id from shared)
     union all
    select d.arrival, d.line_id, number, origin, written_in, commitment, signed_on, fault,
           unreadable, candidates, entitled = 1 or neighbours = 1 as fits,
           case when entitled = 1 then one when neighbours = 1 then neighbour
                when candidates = 1 then stranger end as person_id,
           case when entitled = 1 then one_in when neighbours = 1 then neighbour_in end
               as district_id
      from due d join fitting f on f.line_id = d.line_id
),
judged as materialized (
    select f.*, fits and written_in is null
                and exists (select from closed c
                             where f.signed_on >= c.since and f.signed_on < c.until
                               and c.district_id = f.district_id) as barred
      from found f
)
select arrival, line_id, number, commitment, origin, written_in,
       case when fault is not null or barred then 'void'
            when fits then 'valid' when candidates = 1 then 'void' else 'open' end,
       case when fault is not null then fault
            when barred then 'out_of_period'
            when fits or candidates = 1 then null
            when unreadable then 'unreadable'
            when candidates is null then 'unidentifiable' else 'ambiguous' end,
       case when not coalesce(barred, false) then person_id end,
       case when not coalesce(barred, false) then district_id end
  from judged
""")
"""One on the roll; or one there in the district written; or one in the register, off the roll.

Where no district is written it is the one in which the roll has the person that may be closed.
Hardly any line has more than one candidate; only those that have are gathered and counted.
"""

STRANGERS: Final = text(
    "select distinct person_id from taken_up where status = 'void' and person_id is not null"
)

OFF_ROLL: Final = text("""
update taken_up t set reason = why.reason
  from unnest(cast(:people as uuid[]), cast(:reasons as text[])) as why(person_id, reason)
 where t.status = 'void' and t.person_id = why.person_id
""")

STAGED: Final = text("""
insert into examined_line (petition_id, examination_id, arrival, line_id, number, commitment,
                           origin, written_in, status, reason, person_key, district_id)
select :petition, :examination, arrival, line_id, number, commitment, origin, written_in, status,
       reason,
       case when person_id is not null
            then hmac_padded(:inner, :outer, person_id::text) end, district_id
  from taken_up order by arrival
""")


@dataclass(frozen=True, slots=True)
class Matching:
    """The means of one pass over one petition; temporary tables are those of its connection."""

    petition: Petition
    keys: PetitionKeys
    electorate: Electorate
    closed_days: Sequence[ClosedDays]

    def prepare(self, session: Session) -> None:
        """Find everybody's name."""
        session.execute(WORKPLACE)
        session.execute(ROOM)
        session.execute(CLOSED, _columns(self.closed_days))
        here = {"jurisdiction": self.petition.jurisdiction_id}
        newest = session.scalar(NEWEST, here)
        everybody = {**here, "newest": newest, "roll": self.petition.roll_id}
        session.execute(KNOWN, {**everybody, **_pads(self.keys.name.pads)})
        session.execute(text("analyze known, closed"))

    def stage(self, session: Session, examination: UUID, *, after: int, last: int) -> None:
        """Decide the lines beyond `after` up to the arrival `last`."""
        begins, ends = petitions.signing_days(self.petition)
        piece = {"petition": self.petition.id, "after": after, "last": last}
        session.execute(ROOM)
        session.execute(text("truncate due, taken_up"))
        session.execute(DUE, {**piece, "begins": begins, "ends": ends})
        session.execute(BY_HASH)
        session.execute(TAKEN_UP)
        session.execute(EITHER_WAY)
        self._say_why_off_roll(session)
        pads = _pads(self.keys.person.pads)
        session.execute(STAGED, {**pads, "petition": self.petition.id, "examination": examination})

    def _say_why_off_roll(self, session: Session) -> None:
        """The rule itself says why, not a second telling of it in SQL."""
        people: Sequence[UUID] = session.scalars(STRANGERS).all()
        if people:
            why = why_off_roll(session, self.petition.roll_id, people, self.electorate)
            reasons = [reason.value for reason in why.values()]
            session.execute(OFF_ROLL, {"people": list(why), "reasons": reasons})


def _columns(closed: Sequence[ClosedDays]) -> dict[str, list[Any]]:
    return {
        "since": [one.first for one in closed],
        "until": [one.until for one in closed],
        "districts": [one.district for one in closed],
    }


def _pads(pads: tuple[bytes, bytes]) -> dict[str, bytes]:
    return {"inner": pads[0], "outer": pads[1]}
