-- Nobody has entered an address, early hours or streets before: all of it may be missing.
alter table station add column address varchar;
alter table polling_day add column early_from timestamptz;
alter table polling_day add column early_until timestamptz;
alter table polling_day add constraint ck_polling_day_early_before_it_opens check (
    (early_from is null) = (early_until is null)
    and early_from < early_until and early_until <= opens_at
);

create table street (
    id uuid not null,
    jurisdiction_id uuid not null,
    name varchar not null,
    key varchar not null,
    first_number integer,
    last_number integer,
    district_id uuid not null,
    station integer,
    constraint pk_street primary key (id),
    constraint fk_street_jurisdiction_id_jurisdiction
        foreign key (jurisdiction_id) references jurisdiction (id),
    constraint fk_street_district_id_district foreign key (district_id) references district (id),
    constraint ck_street_numbers check (
        (first_number is null) = (last_number is null) and first_number <= last_number
    )
);
create index ix_street_jurisdiction_id_key on street (jurisdiction_id, key);
