-- A person's id under a mask that is not kept, and from under it (`identity.masking`).
create function masked(whose uuid, mask uuid) returns uuid
language sql immutable parallel safe as $$
    select (lpad(to_hex(('x' || left(encode(uuid_send(whose), 'hex'), 16))::bit(64)::bigint
                        # ('x' || left(encode(uuid_send(mask), 'hex'), 16))::bit(64)::bigint),
                 16, '0')
            || lpad(to_hex(('x' || right(encode(uuid_send(whose), 'hex'), 16))::bit(64)::bigint
                           # ('x' || right(encode(uuid_send(mask), 'hex'), 16))::bit(64)::bigint),
                    16, '0'))::uuid
$$;

-- Codes that are on their way are asked for once more, and residents sign in once more: what their
-- rows said in the clear can be masked by nobody but who asks. Officers stay signed in.
delete from challenge;
-- Those that are left of before are found by the hash that the register has too.
delete from phone_lock;
alter table challenge drop column purpose;
alter table challenge drop column subject;
alter table challenge drop column browser;
alter table challenge drop column person_id;
alter table challenge drop column ambiguous;
alter table challenge drop column language;
alter table challenge add column bound bytea not null;
alter table challenge add column meant uuid not null;

delete from session_row where person_id is not null or revoked_at is not null;
alter table session_row drop constraint ck_session_row_one_subject;
alter table session_row drop column person_id;
alter table session_row drop column revoked_at;
alter table session_row add column whose uuid;
alter table session_row add constraint ck_session_row_one_subject
    check ((whose is null) <> (staff_id is null));
drop index ix_session_row_expires_at;
create index ix_session_row_idle_until on session_row (idle_until);

-- The first digits of a number are kept as a hash of the day; what was sent goes on to be counted
-- but for its range.
update code_send set prefix = null where prefix is not null;

-- The second of a checkpoint is that of the signatures in it.
alter table record_checkpoint drop column sealed_at;

-- Nobody looks for notices by a number.
alter table notice drop column address_index;

-- In which hour a district's lines changed last, and not in which second.
update petition_tally set folded_at = date_trunc('hour', folded_at);
