-- Files on their way: the numbers of a batch stand together, and only what changes somebody or tells
-- of former names has a row of its own.
DROP TABLE register_intake_line;
CREATE TABLE register_intake_line (
    intake_id UUID NOT NULL,
    line INTEGER NOT NULL,
    changes BOOLEAN NOT NULL,
    person_id UUID NOT NULL,
    registered_from DATE NOT NULL,
    former BYTEA[],
    known_id UUID,
    known_ends DATE,
    CONSTRAINT pk_register_intake_line PRIMARY KEY (intake_id, line)
);

DROP TABLE register_intake_rows;
CREATE TABLE register_intake_rows (
    intake_id UUID NOT NULL,
    first_line INTEGER NOT NULL,
    last_line INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    numbers VARCHAR NOT NULL,
    places BYTEA NOT NULL,
    people BYTEA NOT NULL,
    residences BYTEA NOT NULL,
    CONSTRAINT pk_register_intake_rows PRIMARY KEY (intake_id, first_line)
);
-- Read again and again while a file is judged, or hashes and what is sealed, which get no smaller.
ALTER TABLE register_intake_rows ALTER COLUMN numbers SET STORAGE EXTERNAL;
ALTER TABLE register_intake_rows ALTER COLUMN places SET STORAGE EXTERNAL;
ALTER TABLE register_intake_rows ALTER COLUMN people SET STORAGE EXTERNAL;
ALTER TABLE register_intake_rows ALTER COLUMN residences SET STORAGE EXTERNAL;

CREATE TABLE register_intake_repeated (
    intake_id UUID NOT NULL,
    register_no VARCHAR NOT NULL,
    CONSTRAINT pk_register_intake_repeated PRIMARY KEY (intake_id, register_no)
);

-- Whose telephone it is, is asked only of those who bear a name.
DROP INDEX ix_residence_phone_index;
