-- What a drafter may add to a text: easy-read versions, an estimate of the cost, where it lies.
ALTER TABLE measure ADD COLUMN easy jsonb not null default '{}';
ALTER TABLE measure ADD COLUMN cost jsonb;
ALTER TABLE measure ADD COLUMN place jsonb;
-- Easy-read texts and names of places are found, too.
DROP INDEX ix_measure_search;
CREATE INDEX ix_measure_search on measure using gin (referendum_grams(title_ko || ' ' || coalesce(title_en, '') || ' ' || question_ko || ' ' || coalesce(question_en, '') || ' ' || reason || ' ' || body || ' ' || coalesce(easy ->> 'title_ko', '') || ' ' || coalesce(easy ->> 'title_en', '') || ' ' || coalesce(easy ->> 'question_ko', '') || ' ' || coalesce(easy ->> 'question_en', '') || ' ' || coalesce(easy ->> 'reason', '') || ' ' || coalesce(easy ->> 'body', '') || ' ' || coalesce(place ->> 'ko', '') || ' ' || coalesce(place ->> 'en', '')));
