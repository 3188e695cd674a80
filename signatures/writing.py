"""The statements that write where lines stand, and no others do.

A change of a line is rows that agree: the decision (kept for ever), the state (what holds), the
standing signature (whom it counts for), whether the line waits for anything, and what the change
adds to the counts. They are written from the same list in one statement, whether the list has a
line or a million; so their SQL stands here once. A signature given online now is written by
`FRESH`, a pass by `ENTERED`, all else by `CHANGE`.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import text

from referendum.kernel import record
from referendum.kernel.wire import sent

NOWHERE: Final = UUID(int=0)
"""The district of a line where none is known, as the counts have it."""

STOOD: Final = """
stood as (
    insert into standing_signature (petition_id, person_key, line_id, district_id, origin, since)
    select distinct on (petition_id, person_key)
           petition_id, person_key, line_id, district_id, origin, received_on
      from claims where status = 'valid'
     order by petition_id, person_key, arrival
        on conflict (petition_id, person_key) do nothing
    returning petition_id, line_id
)"""
"""Who comes first stands; the constraint decides, and no look beforehand."""

SETTLED: Final = """
settled as (
    select w.petition_id, w.line_id, w.place, w.arrival, w.number, w.origin, w.received_on,
           w.version, case when late then 'void' else w.status end as status,
           case when late then 'duplicate' else w.reason end as reason,
           w.person_key, w.district_id, w.decided_by, w.decided_at, w.note,
           w.was_status, w.was_reason, w.was_district
      from (select *, status = 'valid' and line_id not in (select line_id from stood) as late
              from wanted) as w
)"""
"""`not in` is hashed, however few rows the planner believes to have been written."""

DECIDED: Final = """
decided as (
    insert into line_decision (petition_id, line_id, version, status, reason, person_key,
                               district_id, decided_by, decided_at, note)
    select petition_id, line_id, version, status, reason, person_key, district_id, decided_by,
           decided_at, note
      from settled
)"""

COUNTED: Final = """
counted as (
    insert into petition_tally_delta (petition_id, district_id, origin, status, reason, lines)
    select petition_id, coalesce(district_id, cast(:nowhere as uuid)), origin, status,
           coalesce(reason, ''), sum(lines)
      from (select petition_id, district_id, origin, status, reason, 1 as lines from settled
             where status <> 'struck'
            union all
            select petition_id, was_district, origin, was_status, was_reason, -1 from settled
             where was_status <> 'struck') as moved
     group by 1, 2, 3, 4, 5 having sum(lines) <> 0
)"""

WAITS: Final = """
ready as (
    delete from waiting_line w using settled s
     where w.petition_id = s.petition_id and w.arrival = s.arrival
       and s.status <> 'open' and s.reason is distinct from 'duplicate'
),
waits as (
    insert into waiting_line (petition_id, arrival, line_id, number, reason, person_key)
    select petition_id, arrival, line_id, number, reason, person_key
      from settled where status = 'open' or reason = 'duplicate'
        on conflict on constraint pk_waiting_line
        do update set reason = excluded.reason, person_key = excluded.person_key
)"""
"""What is open waits for an officer or a pass; a duplicate, for the line that stands instead."""

GIVEN: Final = """
    select cast(:petition as uuid) as petition_id, given.*, :by as decided_by,
           cast(:at as timestamptz) as decided_at
      from unnest(cast(:lines as uuid[]), cast(:versions as integer[]), cast(:statuses as text[]),
                  cast(:reasons as text[]), cast(:people as bytea[]), cast(:districts as uuid[]),
                  cast(:notes as bytea[])) with ordinality
           as given(line_id, version, status, reason, person_key, district_id, note, place)"""
"""A list of changes as it is handed over: a column each."""


DISTURBED: Final = """
disturbed as (
    update examination x set disturbed = disturbed + 1
     where x.petition_id = (select petition_id from given limit 1)
       and x.ended_at is null and x.published_at is null
       and (x.staged_at is null
            or exists (select from wanted w join examined_line e
                           on e.petition_id = w.petition_id and e.arrival = w.arrival)
            or exists (select from wanted w join examined_line e
                           on e.petition_id = w.petition_id
                          and e.person_key in (w.person_key, w.was_person)
                          and (e.status = 'valid' or e.reason = 'duplicate')))
)"""
"""A pass that is not published yet has to look again at what is changed beside it."""


def change(source: str, *, counted: bool = True) -> str:
    """The statement that changes lines which are there, from the list that `source` selects.

    Its columns are those of `GIVEN`. A change whose version is not the next of its line is made
    nowhere: it comes back without `made`. What stood and changes must have been taken away
    (`UNSEAT`) by a statement before: one statement cannot free a key and give it again. What was
    `counted` when a pass was published is not counted again when it is entered.
    """
    beside = f"{COUNTED},{DISTURBED}," if counted else ""
    return f"""
with given as ({source}),
wanted as (
    select g.petition_id, g.line_id, g.place, s.arrival, s.number, s.origin, s.received_on,
           g.version, g.status, g.reason, g.person_key,
           coalesce(g.district_id, s.district_id) as district_id, g.decided_by,
           g.decided_at, g.note, s.status as was_status, s.reason as was_reason,
           s.district_id as was_district, s.person_key as was_person
      from given g
      join line_state s on s.petition_id = g.petition_id and s.line_id = g.line_id
       and s.version = g.version - 1
),
claims as (select * from wanted),
{STOOD},
{SETTLED},
{DECIDED},
{WAITS},
{beside}
stated as (
    update line_state l
       set version = s.version, status = s.status, reason = s.reason, person_key = s.person_key,
           district_id = s.district_id
      from settled s
     where l.petition_id = s.petition_id and l.line_id = s.line_id and l.version = s.version - 1
    returning l.line_id, l.version, l.status, l.reason, l.person_key, l.district_id, s.place
)
select line_id, version, status, reason, person_key, district_id from stated order by place
"""  # noqa: S608  # no outside text


CHANGE: Final = change(GIVEN)

UNSEAT: Final = """
delete from standing_signature
 where petition_id = :petition and line_id = any(cast(:lines as uuid[]))
"""

ENTERED: Final = text("""
with ends as (
    select min(number) as first, max(number) as last
      from examined_line where petition_id = :petition and arrival > :after and arrival <= :last
),
stated as (
    update line_state l
       set version = 1, status = e.status, reason = e.reason, person_key = e.person_key,
           district_id = coalesce(e.district_id, l.district_id)
      from examined_line e
     where e.petition_id = :petition and e.arrival > :after and e.arrival <= :last
       and l.petition_id = :petition and l.number between (select first from ends)
                                                      and (select last from ends)
       and l.number = e.number and l.line_id = e.line_id and l.version = 0
    returning l.petition_id, l.line_id, l.status, l.reason, l.person_key, l.district_id, l.origin,
              l.received_on
),
decided as (
    insert into line_decision (petition_id, line_id, version, status, reason, person_key,
                               district_id, decided_by, decided_at)
    select petition_id, line_id, 1, status, reason, person_key, district_id, :by,
           cast(:at as timestamptz)
      from stated order by line_id
),
stood as (
    insert into standing_signature (petition_id, person_key, line_id, district_id, origin, since)
    select petition_id, person_key, line_id, district_id, origin, received_on
      from stated where status = 'valid' order by person_key
),
gone as (
    delete from examined_line
     where petition_id = :petition and arrival > :after and arrival <= :last
    returning arrival, status, reason, person_key
),
ready as (
    delete from waiting_line w using gone g
     where w.petition_id = :petition and w.arrival > :after and w.arrival <= :last
       and w.arrival = g.arrival and g.status <> 'open' and g.reason is distinct from 'duplicate'
),
waits as (
    update waiting_line w set reason = g.reason, person_key = g.person_key
      from gone g
     where w.petition_id = :petition and w.arrival > :after and w.arrival <= :last
       and w.arrival = g.arrival and (g.status = 'open' or g.reason = 'duplicate')
)
select (select count(*) from stated) as entered, (select count(*) from gone) as gone
""")
"""A piece of a published pass, by arrival. Nothing in it is joined but line and line, each by its
place: whatever the planner believes of tables that grow under it, it reads the piece and no more.
In the order of their keys, so that a piece fills a page of an index before it comes to the next.
Who stands was settled when the pass was published: another who stands is a defect, and an error.
"""

OPEN_TO: Final = """
held as materialized (
    select * from petition where id in (select petition_id from asked) order by id for share
),
timed as materialized (select held.*, referendum_now() as now from held),
given as (
    select a.* from asked a join timed t on t.id = a.petition_id
     where t.closed_at is null and t.halted is null and t.opens_at <= t.now and t.now < t.closes_at
       and cast(t.now at time zone t.zone as date) = a.received_on
       and t.closed_days is not null
       and not exists (
           select from jsonb_to_recordset(t.closed_days)
                    as barred(first date, until date, district uuid)
            where coalesce(barred.district, a.district_id) = a.district_id
              and barred.first <= a.received_on and a.received_on < barred.until)
       and (t.online_days is null or exists (
           select from jsonb_to_recordset(t.online_days) as online(first date, until date)
            where online.first <= a.received_on
              and (online.until is null or a.received_on < online.until)))
)"""
"""Those of a list of signatures whose petition takes them now, as its row says under the lock.

What decides (halted, ended, barred, designated) stands on the petition's row, written under its
exclusive lock: a statement that waited for the row reads its newest version, and of it alone.
"""

FRESH: Final = f"""
with asked as (
    select * from unnest(
        cast(:petitions as uuid[]), cast(:measures as uuid[]), cast(:lines as uuid[]),
        cast(:people as bytea[]), cast(:districts as uuid[]), cast(:days as date[]),
        cast(:sealed as bytea[]), cast(:assurances as text[]), cast(:texts as bytea[]),
        cast(:commitments as bytea[]), cast(:consents as jsonb[]), cast(:entries as uuid[]),
        cast(:leaves as bytea[]), cast(:moments as timestamptz[])
    ) with ordinality as asked(
        petition_id, measure_id, line_id, person_key, district_id, received_on, sealed, assurance,
        text_sha256, commitment, consents, entry_id, leaf, decided_at, place)
),
{OPEN_TO},
claims as (select given.*, 'online' as origin, 'valid' as status, place as arrival from given),
{STOOD},
first as (
    select g.line_id, s.line_id as standing, s.origin
      from given g join standing_signature s
        on s.petition_id = g.petition_id and s.person_key = g.person_key
),
news as (
    select g.* from given g
      left join stood s on s.petition_id = g.petition_id and s.line_id = g.line_id
      left join first f on f.line_id = g.line_id
     where s.line_id is not null or f.origin <> 'online'
),
entry as (
    select entry_id as id, cast('signature.recorded' as text) as act, measure_id, leaf from news
),
{record.ENTERED},
kept as (
    insert into line (petition_id, id, origin, person_key, district_id, signed_on, sealed, missing,
                      assurance, text_sha256, commitment, consents, record_entry_id, received_on)
    select petition_id, line_id, 'online', person_key, district_id, received_on, sealed,
           cast('[]' as jsonb), assurance, text_sha256, commitment, consents, entry_id, received_on
      from news
    returning petition_id, id, arrival
),
wanted as (
    select n.petition_id, n.line_id, n.place, k.arrival, cast(null as integer) as number,
           'online' as origin, n.received_on, 1 as version, 'valid' as status,
           cast(null as text) as reason, n.person_key,
           n.district_id, 'itself' as decided_by, n.decided_at, cast(null as bytea) as note,
           cast(null as text) as was_status, cast(null as text) as was_reason,
           cast(null as uuid) as was_district
      from news n join kept k on k.petition_id = n.petition_id and k.id = n.line_id
),
{SETTLED},
{DECIDED},
{WAITS},
{COUNTED},
stated as (
    insert into line_state (petition_id, line_id, arrival, version, status, reason, person_key,
                            district_id, origin, received_on)
    select petition_id, line_id, arrival, version, status, reason, person_key, district_id, origin,
           received_on
      from settled
)
select a.line_id, g.line_id is not null as taken, s.line_id is not null as stands, f.standing,
       f.origin as standing_origin
  from asked a
  left join given g on g.line_id = a.line_id
  left join stood s on s.petition_id = g.petition_id and s.line_id = g.line_id
  left join first f on f.line_id = g.line_id
 order by a.place
"""  # noqa: S608  # no outside text
"""Signatures that are given online now, one or many, each with its entry of the record.

A row to each, in the order given: it is not `taken` where the petition takes no signature of that
day and district (any more); it `stands`; or it is kept beside a standing one of another
origin; or the signer's own online signature stands already, and nothing at all is written. Where
neither it stands nor another is named, somebody was first at this same moment: ask again, and the
next statement sees them. Two by one person in a list come out like that too, without a row.
"""

FRESH_SENT: Final = sent(FRESH)

BROUGHT: Final = """
with arrived as (
    insert into line_state (petition_id, line_id, arrival, number, version, status, reason,
                            district_id, origin, received_on)
    select petition_id, id, arrival, :before + row_number() over (order by arrival), 0, 'open',
           'unexamined', district_id, origin, received_on
      from unnest(cast(:lines as uuid[])) as brought(line_id) cross join lateral (
           select * from line where petition_id = :petition and id = line_id limit 1) as line
    returning petition_id, line_id, arrival, number, district_id, origin
),
waits as (
    insert into waiting_line (petition_id, arrival, line_id, number, reason)
    select petition_id, arrival, line_id, number, 'unexamined' from arrived order by arrival
),
counted as (
    insert into petition_tally_delta (petition_id, district_id, origin, status, reason, lines)
    select petition_id, coalesce(district_id, cast(:nowhere as uuid)), origin, 'open',
           'unexamined', count(*)
      from arrived group by 1, 2, 3
)
select count(*) from arrived
"""
"""Lines that were brought and that nobody has looked at, with the numbers that follow.

Each is found by its key: a petition that grows is believed to be empty, and would be read whole
for every piece of what is brought."""

NUMBERED: Final = """
with last as (
    select coalesce(max(number), 0) as number from line_state
     where petition_id = :petition and number is not null
),
next as materialized (
    select line_id, arrival, row_number() over (order by arrival) as further
      from (select line_id, arrival from line_state
             where petition_id = :petition and number is null
             order by arrival limit :size) as waiting
)
update line_state l set number = last.number + next.further
  from next, last
 where l.petition_id = :petition and l.number is null
   and l.arrival <= (select max(arrival) from next)
   and l.arrival = next.arrival and l.line_id = next.line_id
"""
"""`FORWARD` goes before it: what is joined are the lines without a number, and no others."""

FORWARD: Final = (
    "set local enable_seqscan = off; set local enable_nestloop = off; set local work_mem = '32MB'"
)
"""Nobody has counted a table that grows under a pass. Left alone the planner believes in one line,
and goes through a piece again for each of its lines."""

MOVED: Final = text("""
insert into petition_tally_delta (petition_id, district_id, origin, status, reason, lines)
select :petition, district_id, origin, status, reason, sum(lines)
  from unnest(cast(:districts as uuid[]), cast(:origins as text[]), cast(:statuses as text[]),
              cast(:reasons as text[]), cast(:lines as integer[]))
       as moved(district_id, origin, status, reason, lines)
 group by 2, 3, 4, 5 having sum(lines) <> 0
""")
"""What a pass adds to cells and takes from them, all at once when it is published."""
