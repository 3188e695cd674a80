alter table notice add column address_index bytea;

alter table record_checkpoint add column sealed_at timestamp with time zone
    default referendum_now() not null;

drop index ix_session_row_idle_until;
create index ix_session_row_expires_at on session_row (expires_at);
delete from session_row where whose is not null;
alter table session_row drop constraint ck_session_row_one_subject;
alter table session_row drop column whose;
alter table session_row add column person_id uuid;
alter table session_row add constraint fk_session_row_person_id_person
    foreign key (person_id) references person (id);
alter table session_row add column revoked_at timestamp with time zone;
alter table session_row add constraint ck_session_row_one_subject
    check ((person_id is null) <> (staff_id is null));

delete from challenge;
alter table challenge drop column meant;
alter table challenge drop column bound;
alter table challenge add column purpose character varying not null;
alter table challenge add column subject uuid;
alter table challenge add column browser bytea not null;
alter table challenge add column person_id uuid;
alter table challenge add constraint fk_challenge_person_id_person
    foreign key (person_id) references person (id);
alter table challenge add column ambiguous boolean default false not null;
alter table challenge add column language character varying not null;

drop function masked(uuid, uuid);
