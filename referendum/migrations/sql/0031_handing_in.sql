-- What was handed over, as the representatives have it on their receipt. A petition that was handed in
-- before has none, and is held to no list.
CREATE TABLE handing_in (
    id UUID NOT NULL,
    petition_id UUID NOT NULL,
    number INTEGER NOT NULL,
    received_on DATE NOT NULL,
    registered_by VARCHAR NOT NULL,
    registered_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    sheets INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    digest BYTEA NOT NULL,
    record_entry_id UUID NOT NULL,
    CONSTRAINT pk_handing_in PRIMARY KEY (id),
    CONSTRAINT uq_handing_in_number UNIQUE (petition_id, number),
    CONSTRAINT fk_handing_in_petition_id_petition FOREIGN KEY(petition_id) REFERENCES petition (id),
    CONSTRAINT fk_handing_in_record_entry_id_record_entry FOREIGN KEY(record_entry_id)
        REFERENCES record_entry (id)
);
CREATE TABLE registered_sheet (
    petition_id UUID NOT NULL,
    sheet VARCHAR NOT NULL,
    lines INTEGER NOT NULL,
    handing_in_id UUID NOT NULL,
    CONSTRAINT pk_registered_sheet PRIMARY KEY (petition_id, sheet),
    CONSTRAINT ck_registered_sheet_lines CHECK (lines > 0),
    CONSTRAINT fk_registered_sheet_petition_id_petition FOREIGN KEY(petition_id)
        REFERENCES petition (id),
    CONSTRAINT fk_registered_sheet_handing_in_id_handing_in FOREIGN KEY(handing_in_id)
        REFERENCES handing_in (id)
);
