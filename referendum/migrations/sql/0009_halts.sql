-- What halts a petition stands on its own row: whoever signs reads it under their lock.
alter table petition add column halted jsonb;

update petition set halted = lying.halted
from (
    select distinct on (measure_id)
        measure_id, jsonb_build_object('kind', kind, 'document', document_number) as halted
    from hold
    where lifted_at is null
    order by measure_id, from_at
) as lying
where lying.measure_id = petition.measure_id;

-- A measure that was withdrawn or annulled while it collected ended its petition at that moment.
update petition set closed_at = ended.at
from (
    select distinct on (measure_id) measure_id, at
    from step_taken
    where source = 'collecting'
    order by measure_id, sequence
) as ended
where ended.measure_id = petition.measure_id and petition.closed_at is null;
