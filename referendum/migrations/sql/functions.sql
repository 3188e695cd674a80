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

-- What is compared when somebody searches: one form of each sign, small letters, no spaces, no
-- marks. Korean is written with spaces or without ("작은 도서관", "작은도서관") and means the same.
create or replace function referendum_plain(said text) returns text
language sql immutable parallel safe as $$
    select regexp_replace(
        lower(normalize(said, NFKC)), '[\s!-/:-@\[-`{-~·…“”‘’「」『』〈〉《》、。]+', '', 'g'
    )
$$;

-- Every two signs that stand beside each other in it, and with which sign each word begins: what an
-- index is asked first. No dictionary and no extension is needed, and no particle can hide a word.
-- Named with its schema: an index is built where no other names are known. Dear, as it is: else a
-- planner would rather read every text than ask the index.
create or replace function referendum_grams(said text) returns text[]
language sql immutable parallel safe cost 10000 as $$
    select coalesce(array_agg(distinct gram collate "C"), '{}')
      from (
        select pair[1] as gram from regexp_matches(public.referendum_plain(said), '..', 'g') as pair
        union all
        select pair[1] from regexp_matches(substr(public.referendum_plain(said), 2), '..', 'g') as pair
        union all
        select '^' || left(public.referendum_plain(word), 1)
          from regexp_split_to_table(normalize(said, NFKC), '\s+') as word
         where public.referendum_plain(word) <> ''
      ) as found
$$;
