"""Matching lines with the frozen roll: the statements of the automatic pass, a chunk at a time.

Chunks follow the order in which lines came in. So of several lines by one person the first meets
the standing signature's key first, wherever the chunks are cut, and all else is decided line by
line: the size of a chunk changes nothing of what is decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from signatures import petitions, states
from signatures.closing import ClosedDays
from signatures.petitions import PetitionKeys
from signatures.standing import why_off_roll
from signatures.tables import Petition
from thresholds.electorate import Electorate

DUE: Final = text("""
create temporary table due on commit drop as
select l.id as line_id, l.arrival, l.commitment, l.name_index, l.district_id as written_in,
       l.signed_on, jsonb_array_length(l.missing) > 0 as incomplete
  from line_state s
  join line l on l.petition_id = s.petition_id and l.id = s.line_id
 where s.petition_id = :petition and s.reason = 'unexamined'
""")
"""Lines without any decision. What was once decided is never examined again by the pass."""

WORKPLACE: Final = text("""
create temporary table taken_up on commit drop as
select due.*, null::text as status, null::text as reason, null::uuid as person_id,
       null::uuid as district_id, null::bytea as person_key
  from due with no data;
create temporary table candidate (
    line_id uuid, person_id uuid, district_id uuid, on_roll boolean, here boolean
) on commit drop
""")

TAKEN_UP: Final = text("""
insert into taken_up select * from due where arrival > :after order by arrival limit :size
""")

CLOSED: Final = text("""
create temporary table closed on commit drop as
select since, until, district_id
  from unnest(cast(:since as date[]), cast(:until as date[]), cast(:districts as uuid[]))
       as days(since, until, district_id)
""")

ON_THEIR_FACE: Final = text("""
update taken_up
   set status = 'void',
       reason = case when incomplete then 'missing_field' else 'out_of_period' end
 where incomplete or signed_on < :first or signed_on > :last
    or exists (select from closed c where signed_on >= c.since and signed_on < c.until
                  and (c.district_id is null or c.district_id = written_in))
""")

IN_CLOSED_DAYS: Final = text("""
update taken_up t
   set status = 'void', reason = 'out_of_period', person_id = null, district_id = null
 where status = 'valid' and written_in is null
   and exists (select from closed c where signed_on >= c.since and signed_on < c.until
                  and c.district_id = t.district_id)
""")
"""No district is written on them, so it is the one in which the roll has the person."""

KNOWN: Final = text("""
create temporary table known on commit drop as
select distinct person_id,
       hmac_padded(:inner, :outer, encode(name_index, 'hex')) as name_index
  from (select r.person_id, r.name_index, r.version_from from residence r
         union select f.person_id, f.name_index, f.version_from from former_name f) as names
  join person p on p.id = names.person_id
 where p.jurisdiction_id = :jurisdiction
   and names.version_from <= (select coalesce(max(v.number), 0) from register_version v
                               where v.jurisdiction_id = :jurisdiction)
""")
"""Every name that anybody bore in any version that is there: a roll is older than the register
of today. One on its way is seen by nobody."""

CANDIDATES: Final = text("""
insert into candidate
select t.line_id, k.person_id, e.district_id, e.person_id is not null,
       e.district_id = t.written_in
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

TAKEN: Final = """
    select cast(:petition as uuid) as petition_id, line_id, 1 as version, status, reason,
           person_key, district_id, cast(null as bytea) as note, arrival as place,
           :by as decided_by, cast(:at as timestamptz) as decided_at
      from taken_up"""
DECIDED: Final = text(states.change(TAKEN))

STRANGERS: Final = text(
    "select distinct person_id from taken_up where status = 'void' and person_id is not null"
)
COMMITMENTS: Final = text("select arrival, commitment from taken_up order by arrival")


class Taken(NamedTuple):
    """What the pass decided on one line."""

    arrival: int
    commitment: bytes
    status: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Matching:
    """One pass over one petition, in the caller's transaction."""

    session: Session
    petition: Petition
    keys: PetitionKeys
    electorate: Electorate
    closed_days: Sequence[ClosedDays]

    def prepare(self) -> int:
        """Find the lines that are due and everybody's name; gives how many lines there are."""
        self.session.execute(DUE, {"petition": self.petition.id})
        self.session.execute(text("create index on due (arrival)"))
        here = {"jurisdiction": self.petition.jurisdiction_id}
        self.session.execute(KNOWN, here | _pads(self.keys.name.pads))
        self.session.execute(text("create index on known (name_index)"))
        self.session.execute(WORKPLACE)
        self.session.execute(CLOSED, _columns(self.closed_days))
        self.session.execute(text("analyze due, known"))
        lines: int = self.session.execute(text("select count(*) from due")).scalar_one()
        return lines

    def chunks(self, *, size: int, by: str, at: datetime) -> Iterator[Sequence[Taken]]:
        """Decide chunk after chunk, in the order in which lines came in."""
        after = 0
        while decided := self._chunk(after, size, by=by, at=at):
            yield decided
            after = decided[-1].arrival

    def clear(self) -> None:
        """So that one transaction may examine again."""
        self.session.execute(text("drop table candidate, taken_up, known, due, closed"))

    def _chunk(self, after: int, size: int, *, by: str, at: datetime) -> Sequence[Taken]:
        here = {"petition": self.petition.id, "by": by, "at": at, "nowhere": states.NOWHERE}
        self.session.execute(text("truncate taken_up, candidate"))
        self.session.execute(TAKEN_UP, {"after": after, "size": size})
        self.session.execute(text("analyze taken_up"))
        self.session.execute(ON_THEIR_FACE, self._period())
        self.session.execute(CANDIDATES, {"roll": self.petition.roll_id})
        self.session.execute(IDENTIFIED)
        self.session.execute(IN_CLOSED_DAYS)
        self.session.execute(UNIDENTIFIABLE)
        self._say_why_off_roll()
        self.session.execute(NAMED, _pads(self.keys.person.pads))
        decided = self.session.execute(DECIDED, here).all()
        lines = self.session.execute(COMMITMENTS).all()
        return [
            Taken(line.arrival, line.commitment, made.status, made.reason)
            for line, made in zip(lines, decided, strict=True)
        ]

    def _period(self) -> dict[str, Any]:
        first, last = petitions.signing_days(self.petition)
        return {"first": first, "last": last}

    def _say_why_off_roll(self) -> None:
        """The rule itself says why, not a second telling of it in SQL."""
        people: Sequence[UUID] = self.session.scalars(STRANGERS).all()
        if people:
            why = why_off_roll(self.session, self.petition.roll_id, people, self.electorate)
            reasons = [reason.value for reason in why.values()]
            self.session.execute(OFF_ROLL, {"people": list(why), "reasons": reasons})


def _columns(closed: Sequence[ClosedDays]) -> dict[str, list[Any]]:
    return {
        "since": [one.first for one in closed],
        "until": [one.until for one in closed],
        "districts": [one.district for one in closed],
    }


def _pads(pads: tuple[bytes, bytes]) -> dict[str, bytes]:
    return {"inner": pads[0], "outer": pads[1]}
