-- ConversionFact: every conversion, matched or not. A refund counts one and its value, at most what
-- is left of its order, is negative; of which kind it is its order says, and one whose order line
-- nobody knows is of a kind of its own. What refunds ask for beyond their order is nobody's, and
-- stands apart. Conversions without a value have
-- rows of their own, because a sum would hide how many they are.
-- Those of a sample stand apart by the group of whoever they are of.
-- numbers: lines of one order number in a store on a day count as one order, with the first of them.
-- Grain: its dimensions, whether the value is known. Params: $first_day, $last_day, $window_days.
WITH matched AS (
    SELECT b.claim AS claim, MAX(b.level_id) AS level_id
    FROM bundles AS b
    GROUP BY b.claim
), meant AS (
    SELECT c.conversion AS claim, c.conversion AS conversion, c.day AS day,
           c.store_id AS store_id, c.is_here AS is_here, c.value_fen AS value_fen,
           CASE WHEN c.kind = 'refund' THEN 'unknown_refund' ELSE c.kind END AS kind
    FROM conversions AS c
    LEFT JOIN refunds AS r ON r.claim = c.conversion
    WHERE r.claim IS NULL
    UNION ALL
    SELECT c.conversion AS claim, c.conversion AS conversion, c.day AS day,
           c.store_id AS store_id, c.is_here AS is_here, r.value_fen AS value_fen,
           k.kind AS kind
    FROM conversions AS c
    JOIN refunds AS r ON r.claim = c.conversion
    JOIN kinds AS k ON k.kind_id = r.kind_id
    UNION ALL
    SELECT NULL AS claim, c.conversion AS conversion, c.day AS day,
           c.store_id AS store_id, c.is_here AS is_here, r.excess_fen AS value_fen,
           'excess_refund' AS kind
    FROM conversions AS c
    JOIN refunds AS r ON r.claim = c.conversion
    WHERE r.excess_fen > 0
), numbered AS (
    SELECT c.conversion AS claim,
           ROW_NUMBER() OVER (PARTITION BY c.store_id, c.day, c.order_id
                              ORDER BY c.converted_at, c.conversion) AS place
    FROM conversions AS c
    WHERE c.kind = 'order' AND c.order_id IS NOT NULL
), marked AS (
    SELECT c.conversion AS claim,
           CASE WHEN c.kind = 'order' THEN 1 ELSE 0 END AS is_line,
           CASE WHEN c.kind = 'order' AND COALESCE(n.place, 1) = 1 THEN 1 ELSE 0 END AS is_number,
           CASE WHEN c.kind = 'visit' THEN 1 ELSE 0 END AS is_visit,
           c.quantity AS quantity,
           CASE WHEN c.kind = 'visit' THEN c.is_new_visitor ELSE c.is_new_customer END AS is_new
    FROM conversions AS c
    LEFT JOIN numbered AS n ON n.claim = c.conversion
)
SELECT c.day AS day, s.merchant_id AS merchant_id, s.store AS store_id, s.kind AS store_kind,
       c.kind AS kind, COALESCE(v.level, '') AS level, $window_days AS window_days,
       u.user_group AS user_group, p.ratio AS sampling_ratio,
       COUNT(*) AS conversions,
       CAST(SUM(k.sign * CAST(c.value_fen AS HUGEINT)) AS DECIMAL(38, 0)) AS value_fen,
       CAST(COALESCE(SUM(a.is_number), 0) AS BIGINT) AS numbers,
       CAST(COALESCE(SUM(a.is_line * a.quantity), 0) AS BIGINT) AS units,
       CAST(COALESCE(SUM(CASE WHEN a.quantity IS NULL THEN a.is_line END), 0) AS BIGINT)
           AS without_units,
       CAST(COALESCE(SUM(CASE WHEN a.is_new THEN a.is_number + a.is_visit END), 0) AS BIGINT)
           AS newcomers,
       CAST(COALESCE(SUM(CASE WHEN a.is_new IS NULL THEN a.is_number + a.is_visit END), 0) AS BIGINT)
           AS maybe_newcomers
FROM meant AS c
JOIN kinds AS k ON k.kind = c.kind
JOIN stores AS s ON s.store_id = c.store_id
LEFT JOIN marked AS a ON a.claim = c.claim
LEFT JOIN matched AS m ON m.claim = c.claim
LEFT JOIN levels AS v ON v.level_id = m.level_id
LEFT JOIN sampled_conversions AS p ON p.conversion = c.conversion
LEFT JOIN units AS u ON u.claim = p.conversion
WHERE c.is_here = 1 AND c.day BETWEEN $first_day AND $last_day
GROUP BY c.day, s.merchant_id, s.store, s.kind, c.kind, COALESCE(v.level, ''),
         CASE WHEN c.value_fen IS NULL THEN 1 ELSE 0 END, u.user_group, p.ratio
ORDER BY c.day, s.merchant_id, s.store, c.kind, COALESCE(v.level, ''), value_fen, u.user_group
