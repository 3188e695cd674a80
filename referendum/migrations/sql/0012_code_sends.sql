-- One row decides for a number: when codes went to it, and which challenge is its latest.
alter table phone_lock add column sends timestamp with time zone[] default '{}' not null;
alter table phone_lock add column challenge_id uuid;

insert into phone_lock (phone_index, sends)
select phone_index, array_agg(at order by at)
  from code_send
 where phone_index is not null and at > clock_timestamp() - interval '1 day'
 group by phone_index
on conflict (phone_index) do update set sends = excluded.sends;

insert into phone_lock (phone_index, challenge_id)
select distinct on (phone_index) phone_index, id
  from challenge
 order by phone_index, superseded_at is null desc, created_at desc
on conflict (phone_index) do update set challenge_id = excluded.challenge_id;

drop index ix_challenge_live;
alter table challenge drop column superseded_at;

-- A send is its own outbox row: due, claimed, settled.
alter table code_send add column due_at timestamp with time zone;
update code_send set due_at = at;
alter table code_send alter column due_at set not null;
alter table code_send drop constraint pk_code_send;
alter table code_send drop constraint uq_code_send_challenge_number;
alter table code_send drop column id;
alter table code_send add constraint pk_code_send primary key (challenge_id, number);
drop index ix_code_send_phone;
alter table code_send drop column phone_index;
create index ix_code_send_open on code_send (due_at) where sent_at is null and failed_at is null;
delete from outbox_message where task = 'identity.send_code';

create table code_spending (
    minute timestamp with time zone not null,
    codes integer not null,
    constraint pk_code_spending primary key (minute)
);
insert into code_spending (minute, codes)
select date_trunc('minute', at), count(*)
  from code_send
 where at > clock_timestamp() - interval '1 hour' and (sent_at is not null or carrier is not null)
 group by 1;

-- Their rows change soon after they are written: with room left, on the same page.
alter table challenge set (fillfactor = 70);
alter table code_send set (fillfactor = 70);
alter table phone_lock set (fillfactor = 70);
