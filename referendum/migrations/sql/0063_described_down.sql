drop index ix_measure_search;
create index ix_measure_search on measure using gin (referendum_grams(title_ko || ' ' || coalesce(title_en, '') || ' ' || question_ko || ' ' || coalesce(question_en, '') || ' ' || reason || ' ' || body));
alter table measure drop column place;
alter table measure drop column cost;
alter table measure drop column easy;
