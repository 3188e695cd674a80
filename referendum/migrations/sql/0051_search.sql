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

create index ix_measure_search on measure using gin (referendum_grams(title_ko || ' ' || coalesce(title_en, '') || ' ' || question_ko || ' ' || coalesce(question_en, '') || ' ' || reason || ' ' || body));
create index ix_project_search on project using gin (referendum_grams(name_ko || ' ' || coalesce(name_en, '') || ' ' || summary));
