-- A city reads its districts in an order of its own, which no alphabet gives.
ALTER TABLE district ADD COLUMN position integer NOT NULL DEFAULT 0;

-- Elsewhere they keep the order in which they stood.
UPDATE district SET position = placed.position
FROM (
    SELECT id, row_number() OVER (
        PARTITION BY jurisdiction_id ORDER BY borough_en, code, valid_from
    ) AS position
    FROM district
) AS placed
WHERE placed.id = district.id;

-- 고양시: as its own lists have them.
UPDATE district SET position = listed.position
FROM unnest(ARRAY[
    'jugyo', 'wonsin', 'heungdo', 'seongsa-1', 'seongsa-2', 'hyoja',
    'samsong-1', 'samsong-2', 'changneung', 'goyang', 'gwansan', 'neunggok',
    'hwajeong-1', 'hwajeong-2', 'haengju', 'haengsin-1', 'haengsin-2', 'haengsin-3',
    'haengsin-4', 'hwajeon', 'daedeok', 'siksa', 'jungsan-1', 'jungsan-2',
    'jeongbalsan', 'pungsan', 'baekseok-1', 'baekseok-2', 'madu-1', 'madu-2',
    'janghang-1', 'janghang-2', 'gobong', 'ilsan-1', 'ilsan-2', 'ilsan-3',
    'tanhyeon-1', 'tanhyeon-2', 'juyeop-1', 'juyeop-2', 'daehwa', 'songpo',
    'deogi', 'gajwa'
]) WITH ORDINALITY AS listed (code, position), jurisdiction
WHERE district.code = listed.code
  AND district.jurisdiction_id = jurisdiction.id AND jurisdiction.code = 'kr-goyang';
