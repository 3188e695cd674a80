ALTER TABLE measure ADD COLUMN attachments jsonb NOT NULL DEFAULT '[]';

CREATE TABLE attached_file (
    id UUID NOT NULL,
    measure_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    size INTEGER NOT NULL,
    sha256 VARCHAR NOT NULL,
    width INTEGER,
    height INTEGER,
    content BYTEA NOT NULL,
    preview BYTEA,
    brought_by VARCHAR NOT NULL,
    brought_at TIMESTAMP WITH TIME ZONE DEFAULT referendum_now() NOT NULL,
    CONSTRAINT pk_attached_file PRIMARY KEY (id),
    CONSTRAINT ck_attached_file_kind CHECK (kind in ('pdf', 'png', 'jpeg')),
    CONSTRAINT ck_attached_file_size CHECK (size > 0),
    CONSTRAINT ck_attached_file_previewed CHECK ((kind = 'pdf') = (preview is null)),
    CONSTRAINT fk_attached_file_measure_id_measure FOREIGN KEY(measure_id) REFERENCES measure (id)
);
CREATE INDEX ix_attached_file_measure_id ON attached_file (measure_id);
