-- What waited for a second administrator before was managing accounts and certifying; the rest counted.
ALTER TABLE staff ADD COLUMN consent_roles JSONB DEFAULT '[]' NOT NULL;
UPDATE staff SET consent_roles = coalesce(
        (SELECT jsonb_agg(role ORDER BY role) FROM jsonb_array_elements_text(roles) AS role
          WHERE role IN ('administrator', 'certifier')), '[]')
 WHERE consent_asked_at IS NOT NULL;
UPDATE staff SET consent_asked_at = NULL, consent_asked_by = NULL WHERE consent_roles = '[]';
