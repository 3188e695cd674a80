-- Their places are kept: how many there are of each kind is counted from them.
UPDATE register_intake i SET facts = jsonb_build_object(
    'whole', i.facts -> 'lines', 'lines', i.facts -> 'refused', 'count', i.facts -> 'refused',
    'faults', i.facts -> 'first', 'commonest', (
        SELECT jsonb_build_array(jsonb_build_object(
            'column', f.column_name, 'reason', f.reason, 'count', count(*)))
          FROM register_intake_fault f WHERE f.intake_id = i.id AND NOT f.noted
         GROUP BY f.column_name, f.reason ORDER BY count(*) DESC, min(f.line) LIMIT 1))
 WHERE i.refusal = 'register-mostly-broken' AND i.facts ? 'first';
