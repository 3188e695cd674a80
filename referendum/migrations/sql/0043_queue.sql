CREATE TABLE assignment (
    subject_id UUID NOT NULL,
    authority VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    turn INTEGER NOT NULL,
    jurisdiction_id UUID NOT NULL,
    after_step INTEGER NOT NULL,
    holder UUID,
    by UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_assignment PRIMARY KEY (subject_id, authority, name, turn),
    CONSTRAINT fk_assignment_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id)
        REFERENCES jurisdiction (id)
);
CREATE INDEX ix_assignment_holder ON assignment (holder);

CREATE TABLE shift_read (
    staff_id UUID NOT NULL,
    shift_id UUID NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_shift_read PRIMARY KEY (staff_id, shift_id),
    CONSTRAINT fk_shift_read_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id),
    CONSTRAINT fk_shift_read_shift_id_shift FOREIGN KEY(shift_id) REFERENCES shift (id)
);

CREATE TABLE mail_choice (
    staff_id UUID NOT NULL,
    language VARCHAR NOT NULL,
    daily BOOLEAN DEFAULT true NOT NULL,
    CONSTRAINT pk_mail_choice PRIMARY KEY (staff_id),
    CONSTRAINT fk_mail_choice_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
);

CREATE TABLE reminder (
    id UUID NOT NULL,
    staff_id UUID NOT NULL,
    about VARCHAR NOT NULL,
    day DATE NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    tries INTEGER DEFAULT 0 NOT NULL,
    carrier VARCHAR,
    sent_at TIMESTAMP WITH TIME ZONE,
    failed_at TIMESTAMP WITH TIME ZONE,
    dropped_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_reminder PRIMARY KEY (id),
    CONSTRAINT uq_reminder_day UNIQUE (staff_id, about, day),
    CONSTRAINT fk_reminder_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
);
