-- Whoever certified one verdict again, as what was proposed first came to nothing, is counted once.
DELETE FROM attestation older USING attestation newer
    WHERE older.measure_id = newer.measure_id AND older.subject = newer.subject
      AND older.verdict_sha256 = newer.verdict_sha256 AND older.officer_id = newer.officer_id
      AND (older.certified_at, older.id) < (newer.certified_at, newer.id);
ALTER TABLE attestation DROP CONSTRAINT uq_attestation_once;
ALTER TABLE attestation ADD CONSTRAINT uq_attestation_once UNIQUE (measure_id, subject, verdict_sha256, officer_id);
ALTER TABLE attestation DROP COLUMN proposal_id;
