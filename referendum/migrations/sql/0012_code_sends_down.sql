alter table challenge reset (fillfactor);
alter table code_send reset (fillfactor);
alter table phone_lock reset (fillfactor);
drop table code_spending;
drop index ix_code_send_open;
alter table code_send drop constraint pk_code_send;
alter table code_send add column id uuid default gen_random_uuid() not null;
alter table code_send alter column id drop default;
alter table code_send add constraint pk_code_send primary key (id);
alter table code_send add constraint uq_code_send_challenge_number unique (challenge_id, number);
alter table code_send add column phone_index bytea;
update code_send set phone_index = challenge.phone_index
  from challenge where challenge.id = code_send.challenge_id;
create index ix_code_send_phone on code_send (phone_index, at);
alter table code_send drop column due_at;
-- Older code sends what its outbox asks for: what was open has failed, and may be asked for again.
update code_send set failed_at = clock_timestamp() where sent_at is null and failed_at is null;
alter table challenge add column superseded_at timestamp with time zone;
update challenge set superseded_at = created_at
 where not exists (select 1 from phone_lock
                    where phone_lock.phone_index = challenge.phone_index
                      and phone_lock.challenge_id = challenge.id);
create index ix_challenge_live on challenge (phone_index) where superseded_at is null;
alter table phone_lock drop column challenge_id;
alter table phone_lock drop column sends;
