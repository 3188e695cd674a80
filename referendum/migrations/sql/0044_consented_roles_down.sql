-- The version before lets every role but these two count at once: what it cannot have wait is taken away.
UPDATE staff SET roles = coalesce(
        (SELECT jsonb_agg(role ORDER BY role) FROM jsonb_array_elements_text(roles) AS role
          WHERE role IN ('administrator', 'certifier') OR NOT consent_roles ? role), '[]')
 WHERE consent_roles <> '[]';
UPDATE staff SET consent_asked_at = NULL, consent_asked_by = NULL
 WHERE NOT roles ?| array['administrator', 'certifier'];
ALTER TABLE staff DROP COLUMN consent_roles;
