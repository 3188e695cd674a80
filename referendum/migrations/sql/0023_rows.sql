-- Files on their way: what becomes of a line is made once, in the form in which it is written.
DROP TABLE register_intake_line;
CREATE TABLE register_intake_line (
    intake_id UUID NOT NULL,
    register_no VARCHAR NOT NULL,
    line INTEGER NOT NULL,
    what VARCHAR NOT NULL,
    person_id UUID,
    registered_from DATE,
    former BYTEA[],
    known_id UUID,
    known_ends DATE,
    CONSTRAINT pk_register_intake_line PRIMARY KEY (intake_id, register_no)
);
CREATE INDEX ix_register_intake_line_telling ON register_intake_line (intake_id, line)
    WHERE what in ('changed', 'kept') or former is not null;

CREATE TABLE register_intake_rows (
    intake_id UUID NOT NULL,
    first_line INTEGER NOT NULL,
    last_line INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    people BYTEA NOT NULL,
    residences BYTEA NOT NULL,
    CONSTRAINT pk_register_intake_rows PRIMARY KEY (intake_id, first_line)
);
-- Most of a row is hashes and what is sealed: it does not get smaller, and is read whole.
ALTER TABLE register_intake_rows ALTER COLUMN people SET STORAGE EXTERNAL;
ALTER TABLE register_intake_rows ALTER COLUMN residences SET STORAGE EXTERNAL;

-- That a residence is somebody's, in a district of their place, is looked up in sets, and nobody is
-- locked for it.
ALTER TABLE residence DROP CONSTRAINT fk_residence_person_id_person;
CREATE FUNCTION residence_of_somebody() RETURNS trigger LANGUAGE plpgsql AS $$
declare
    nobodys boolean;
begin
    select person.id is null into nobodys
      from added
      left join person on person.id = added.person_id
      left join district on district.id = added.district_id
                        and district.jurisdiction_id = person.jurisdiction_id
     where district.id is null
     limit 1;
    if nobodys then
        raise foreign_key_violation using
            message = 'a residence is of a person who is not there',
            constraint = 'fk_residence_person_id_person', table = 'residence';
    elsif found then
        raise foreign_key_violation using
            message = 'a residence is in a district that is none of its person''s place',
            constraint = 'fk_residence_district_id_district', table = 'residence';
    end if;
    return null;
end
$$;
CREATE TRIGGER residence_of_somebody AFTER INSERT ON residence
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION residence_of_somebody();
CREATE FUNCTION residence_stays_whose_it_is() RETURNS trigger LANGUAGE plpgsql AS $$
begin
    raise foreign_key_violation using
        message = 'a residence does not become somebody else''s',
        constraint = 'fk_residence_person_id_person', table = 'residence';
end
$$;
CREATE TRIGGER residence_stays_whose_it_is BEFORE UPDATE OF person_id ON residence
    FOR EACH ROW WHEN (old.person_id is distinct from new.person_id)
    EXECUTE FUNCTION residence_stays_whose_it_is();

-- Keyed hashes are looked up as they stand, and a million of them lie anywhere: no order is kept.
DROP INDEX ix_residence_name_index;
DROP INDEX ix_residence_phone_index;
CREATE INDEX ix_residence_name_index ON residence USING hash (name_index);
CREATE INDEX ix_residence_phone_index ON residence USING hash (phone_index)
    WHERE phone_index is not null;
