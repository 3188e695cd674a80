-- Who is away, and who deputises; and when a deputy acted as such.
CREATE TABLE absence (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    staff_id UUID NOT NULL,
    deputy_id UUID NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    roles JSONB NOT NULL,
    entered_by UUID NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    consent_asked_at TIMESTAMP WITH TIME ZONE,
    consented_by UUID,
    waits INTERVAL NOT NULL,
    certifies_from TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    ended_by UUID,
    CONSTRAINT pk_absence PRIMARY KEY (id),
    CONSTRAINT ck_absence_two_people CHECK (deputy_id <> staff_id),
    CONSTRAINT ck_absence_in_order CHECK (starts_at < ends_at),
    CONSTRAINT ck_absence_another_consents CHECK (consented_by is null or consented_by not in (entered_by, staff_id, deputy_id)),
    CONSTRAINT fk_absence_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id),
    CONSTRAINT fk_absence_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id),
    CONSTRAINT fk_absence_deputy_id_staff FOREIGN KEY(deputy_id) REFERENCES staff (id),
    CONSTRAINT fk_absence_entered_by_staff FOREIGN KEY(entered_by) REFERENCES staff (id),
    CONSTRAINT fk_absence_consented_by_staff FOREIGN KEY(consented_by) REFERENCES staff (id),
    CONSTRAINT fk_absence_ended_by_staff FOREIGN KEY(ended_by) REFERENCES staff (id)
);
CREATE INDEX ix_absence_staff_id ON absence (staff_id);
CREATE INDEX ix_absence_deputy_id ON absence (deputy_id);
CREATE TABLE deputising (
    id UUID NOT NULL,
    absence_id UUID NOT NULL,
    deputy_id UUID NOT NULL,
    taken_up_at TIMESTAMP WITH TIME ZONE NOT NULL,
    laid_down_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_deputising PRIMARY KEY (id),
    CONSTRAINT fk_deputising_absence_id_absence FOREIGN KEY(absence_id) REFERENCES absence (id),
    CONSTRAINT fk_deputising_deputy_id_staff FOREIGN KEY(deputy_id) REFERENCES staff (id)
);
CREATE INDEX ix_deputising_deputy_id ON deputising (deputy_id, taken_up_at);
CREATE UNIQUE INDEX uq_deputising_open ON deputising (deputy_id) WHERE laid_down_at is null;
ALTER TABLE proposal ADD COLUMN deputising_for VARCHAR;
ALTER TABLE attestation ADD COLUMN deputising_for VARCHAR;
