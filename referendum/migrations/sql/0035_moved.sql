ALTER TABLE deadline
    ADD COLUMN overridden_to DATE,
    ADD COLUMN overridden_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN overridden_number VARCHAR,
    ADD COLUMN overridden_date DATE,
    ADD COLUMN noticed JSONB DEFAULT '{}' NOT NULL;
-- When they were set is not kept: no hold that is over by now moves them once more.
UPDATE deadline SET overridden_to = day, overridden_at = referendum_now()
 WHERE overridden_by IS NOT NULL;

CREATE TABLE shift (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    cause VARCHAR NOT NULL,
    about UUID NOT NULL,
    title_ko VARCHAR,
    title_en VARCHAR,
    reason VARCHAR NOT NULL,
    document_number VARCHAR,
    document_date DATE,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    entry_id UUID NOT NULL,
    CONSTRAINT pk_shift PRIMARY KEY (id),
    CONSTRAINT fk_shift_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id)
        REFERENCES jurisdiction (id),
    CONSTRAINT fk_shift_entry_id_record_entry FOREIGN KEY(entry_id) REFERENCES record_entry (id)
);
CREATE INDEX ix_shift_about ON shift (about);

CREATE TABLE deadline_moved (
    measure_id UUID NOT NULL,
    shift_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    before DATE NOT NULL,
    after DATE NOT NULL,
    districts_before JSONB NOT NULL,
    districts_after JSONB NOT NULL,
    sum_ko VARCHAR NOT NULL,
    sum_en VARCHAR NOT NULL,
    CONSTRAINT pk_deadline_moved PRIMARY KEY (measure_id, shift_id, name),
    CONSTRAINT fk_deadline_moved_measure_id_measure FOREIGN KEY(measure_id)
        REFERENCES measure (id),
    CONSTRAINT fk_deadline_moved_shift_id_shift FOREIGN KEY(shift_id) REFERENCES shift (id)
);
CREATE INDEX ix_deadline_moved_shift_id ON deadline_moved (shift_id);
