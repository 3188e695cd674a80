-- A number's row is found by a keyed hash of its own from now on, which cannot be had from the
-- register's. Only numbers with a code on its way keep theirs, for as long as that code lives.
delete from phone_lock l
 where not exists (select from challenge c
                    where c.id = l.challenge_id and c.used_at is null
                      and c.expires_at > clock_timestamp());
alter table phone_lock rename column phone_index to number_index;
alter table phone_lock add column challenges uuid[];
alter table phone_lock add column browsers bytea[];
alter table phone_lock add column addresses bytea[];
alter table phone_lock add column misses integer[];
alter table phone_lock add column answered boolean[];
alter table phone_lock add column lifted_at timestamp with time zone;
update phone_lock l
   set sends = array[coalesce(l.sends[cardinality(l.sends)], c.created_at)],
       challenges = array[c.id], browsers = array[c.browser], addresses = array[null]::bytea[],
       misses = array[c.wrong], answered = array[false]
  from challenge c where c.id = l.challenge_id;
alter table phone_lock alter column sends drop default;
alter table phone_lock alter column challenges set not null;
alter table phone_lock alter column browsers set not null;
alter table phone_lock alter column addresses set not null;
alter table phone_lock alter column misses set not null;
alter table phone_lock alter column answered set not null;
alter table phone_lock drop column challenge_id;
alter table phone_lock drop column consecutive_wrong;
alter table phone_lock drop column next_try_at;
alter table phone_lock drop column locked_at;

alter table challenge rename column phone_index to number_index;
alter table challenge add column next_try_at timestamp with time zone;
alter table code_send alter column prefix drop not null;

-- Failures are counted for a name from where they come. What was counted for a name alone, whoever
-- had typed it, is let go of: those names are open again.
drop table sign_in_lock;
create table sign_in_lock (
    name_index bytea not null,
    asker_index bytea not null,
    failed integer default 0 not null,
    failed_at timestamp with time zone not null,
    locked_until timestamp with time zone,
    constraint pk_sign_in_lock primary key (name_index, asker_index)
);
create index ix_sign_in_lock_failed_at on sign_in_lock (failed_at);
alter table session_row add column missed integer default 0 not null;
alter table session_row add column paused_until timestamp with time zone;
