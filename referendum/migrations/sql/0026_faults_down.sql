UPDATE register_intake SET facts = jsonb_build_object(
    'lines', facts -> 'whole', 'refused', facts -> 'lines', 'first', (
        SELECT jsonb_agg(fault) FROM jsonb_array_elements(facts -> 'faults')
          WITH ORDINALITY one (fault, place) WHERE place <= 5))
 WHERE refusal = 'register-mostly-broken' AND facts ? 'faults';
