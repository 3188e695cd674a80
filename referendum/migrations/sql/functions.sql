-- What every table's defaults may call: the one clock, and the keyed hash that SQL can compute.
create table if not exists clock_offset (
    single boolean not null default true constraint pk_clock_offset primary key,
    ahead interval not null default '0',
    constraint ck_clock_offset_one_row check (single)
);
insert into clock_offset default values on conflict do nothing;

create or replace function referendum_now() returns timestamptz
language sql volatile as $$
    select clock_timestamp() + coalesce((select ahead from clock_offset), interval '0')
$$;

-- HMAC-SHA-256 (RFC 2104), the padded keys given: what `kernel.sealing.Mac.pads` holds.
create or replace function hmac_padded(inner_pad bytea, outer_pad bytea, message text) returns bytea
language sql immutable parallel safe as $$
    select sha256(outer_pad || sha256(inner_pad || convert_to(message, 'UTF8')))
$$;
