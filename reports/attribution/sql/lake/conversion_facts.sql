-- ConversionFact: every conversion, matched or not; a refund counts one and its value is negative.
-- A sum beyond 64 bits is unknown, as in credit_facts. Conversions without a value have rows of
-- their own, because a sum would hide how many they are.
-- Grain: its dimensions, whether the value is known. Params: $first_day, $last_day, $window_days.
WITH matched AS (
    SELECT m.claim AS claim, MAX(m.level_id) AS level_id
    FROM matches AS m
    GROUP BY m.claim
)
SELECT c.day AS day, s.merchant_id AS merchant_id, s.store AS store_id, s.kind AS store_kind,
       c.kind AS kind, COALESCE(v.level, '') AS level, $window_days AS window_days,
       COUNT(*) AS conversions,
       TRY_CAST(SUM(CASE WHEN c.kind = 'refund' THEN -c.value_fen ELSE c.value_fen END)
                AS BIGINT) AS value_fen
FROM conversions AS c
JOIN stores AS s ON s.store_id = c.store_id
LEFT JOIN matched AS m ON m.claim = c.conversion
LEFT JOIN levels AS v ON v.level_id = m.level_id
WHERE c.day BETWEEN $first_day AND $last_day
GROUP BY c.day, s.merchant_id, s.store, s.kind, c.kind, COALESCE(v.level, ''),
         CASE WHEN c.value_fen IS NULL THEN 1 ELSE 0 END
ORDER BY c.day, s.merchant_id, s.store, c.kind, COALESCE(v.level, ''), value_fen
