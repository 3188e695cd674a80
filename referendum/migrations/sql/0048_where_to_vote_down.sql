drop table street;
alter table polling_day drop constraint ck_polling_day_early_before_it_opens;
alter table polling_day drop column early_until;
alter table polling_day drop column early_from;
alter table station drop column address;
