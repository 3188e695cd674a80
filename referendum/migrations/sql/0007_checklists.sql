-- What the initiators answered for each subject that the law keeps out.
alter table measure add column checklist jsonb not null default '{}';
