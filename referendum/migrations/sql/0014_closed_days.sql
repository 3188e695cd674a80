-- Days on which nobody may sign stand on the petition's own row, as its halts do. Null where they
-- were not written yet: the first to sign has them written.
alter table petition add column closed_days jsonb;
alter table petition alter column closed_days set default '[]';
