alter table session_row drop column paused_until;
alter table session_row drop column missed;
drop table sign_in_lock;
create table sign_in_lock (
    username_index bytea not null,
    failed integer default 0 not null,
    locked_until timestamp with time zone,
    constraint pk_sign_in_lock primary key (username_index)
);
update code_send set prefix = '' where prefix is null;
alter table code_send alter column prefix set not null;
alter table challenge drop column next_try_at;
alter table challenge rename column number_index to phone_index;

alter table phone_lock add column challenge_id uuid;
alter table phone_lock add column consecutive_wrong integer default 0 not null;
alter table phone_lock add column next_try_at timestamp with time zone;
alter table phone_lock add column locked_at timestamp with time zone;
update phone_lock
   set challenge_id = challenges[cardinality(challenges)],
       consecutive_wrong = (select coalesce(sum(missed), 0) from unnest(misses) as missed);
alter table phone_lock alter column sends set default '{}';
alter table phone_lock drop column lifted_at;
alter table phone_lock drop column answered;
alter table phone_lock drop column misses;
alter table phone_lock drop column addresses;
alter table phone_lock drop column browsers;
alter table phone_lock drop column challenges;
alter table phone_lock rename column number_index to phone_index;
