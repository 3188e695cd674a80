-- What one officer certified and no second one has by now belongs to no proposal: both certify anew.
ALTER TABLE attestation ADD COLUMN proposal_id UUID;
ALTER TABLE attestation ADD CONSTRAINT fk_attestation_proposal_id_proposal FOREIGN KEY (proposal_id) REFERENCES proposal (id);
ALTER TABLE attestation DROP CONSTRAINT uq_attestation_once;
ALTER TABLE attestation ADD CONSTRAINT uq_attestation_once UNIQUE (proposal_id, officer_id);
