-- The city's projects, every change of them, votes that were not called, and a measure's project.
CREATE TABLE project (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    number INTEGER NOT NULL,
    code VARCHAR NOT NULL,
    name_ko VARCHAR NOT NULL,
    name_en VARCHAR,
    kind VARCHAR NOT NULL,
    department VARCHAR NOT NULL,
    total BIGINT,
    yearly BIGINT,
    stage VARCHAR NOT NULL,
    districts JSONB,
    decision_on DATE,
    summary VARCHAR NOT NULL,
    listed BOOLEAN DEFAULT true NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_project PRIMARY KEY (id),
    CONSTRAINT uq_project_code UNIQUE (jurisdiction_id, code),
    CONSTRAINT uq_project_public_number UNIQUE (jurisdiction_id, number),
    CONSTRAINT ck_project_total CHECK (total > 0),
    CONSTRAINT ck_project_yearly CHECK (yearly >= 0 and yearly <= total),
    CONSTRAINT ck_project_yearly_of_a_total CHECK (yearly is null or total is not null),
    CONSTRAINT fk_project_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id)
);

CREATE TABLE project_import (
    id UUID NOT NULL,
    jurisdiction_id UUID NOT NULL,
    number INTEGER NOT NULL,
    imported_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    imported_by VARCHAR NOT NULL,
    file_sha256 VARCHAR NOT NULL,
    added INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    absent INTEGER NOT NULL,
    CONSTRAINT pk_project_import PRIMARY KEY (id),
    CONSTRAINT uq_project_import_number UNIQUE (jurisdiction_id, number),
    CONSTRAINT fk_project_import_jurisdiction_id_jurisdiction FOREIGN KEY(jurisdiction_id) REFERENCES jurisdiction (id)
);

CREATE TABLE project_change (
    id UUID NOT NULL,
    project_id UUID NOT NULL,
    act VARCHAR NOT NULL,
    fields JSONB NOT NULL,
    import_id UUID,
    reason VARCHAR,
    by VARCHAR NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_project_change PRIMARY KEY (id),
    CONSTRAINT ck_project_change_act CHECK (act in ('added', 'changed', 'unlisted', 'relisted')),
    CONSTRAINT ck_project_change_explained CHECK (import_id is not null or reason is not null),
    CONSTRAINT fk_project_change_project_id_project FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_project_change_import_id_project_import FOREIGN KEY(import_id) REFERENCES project_import (id)
);
CREATE INDEX ix_project_change_project_id ON project_change (project_id, at);

CREATE TABLE not_called (
    id UUID NOT NULL,
    project_id UUID NOT NULL,
    delegation_id UUID NOT NULL,
    delegation_number INTEGER NOT NULL,
    reason VARCHAR NOT NULL,
    document_number VARCHAR NOT NULL,
    document_day DATE NOT NULL,
    total BIGINT,
    decided_on DATE NOT NULL,
    call_by DATE,
    by VARCHAR NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    entry_id UUID NOT NULL,
    CONSTRAINT pk_not_called PRIMARY KEY (id),
    CONSTRAINT uq_not_called_once UNIQUE (project_id, delegation_id),
    CONSTRAINT fk_not_called_project_id_project FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_not_called_entry_id_record_entry FOREIGN KEY(entry_id) REFERENCES record_entry (id)
);

ALTER TABLE measure ADD COLUMN project_id UUID
    CONSTRAINT fk_measure_project_id_project REFERENCES project (id);
CREATE INDEX ix_measure_project_id ON measure (project_id);
