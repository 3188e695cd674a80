-- Nobody has said so yet: pages name no desk until an administrator writes it down.
CREATE TABLE contact (
    jurisdiction_id UUID NOT NULL,
    authority VARCHAR NOT NULL,
    name_ko VARCHAR NOT NULL,
    name_en VARCHAR DEFAULT '' NOT NULL,
    address_ko VARCHAR NOT NULL,
    address_en VARCHAR DEFAULT '' NOT NULL,
    telephone VARCHAR NOT NULL,
    hours_ko VARCHAR NOT NULL,
    hours_en VARCHAR DEFAULT '' NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_contact PRIMARY KEY (jurisdiction_id, authority),
    CONSTRAINT fk_contact_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id)
        REFERENCES jurisdiction (id)
);
