-- The refunds whose order line nobody knows, and those that ask for more than is left of their order,
-- with how much more. A value that is known of no row stays null. Grain: one row.
WITH refunded AS (
    SELECT c.value_fen AS value_fen, r.claim AS claim, r.excess_fen AS excess_fen
    FROM conversions AS c
    LEFT JOIN refunds AS r ON r.claim = c.conversion
    WHERE c.kind = 'refund'
)
SELECT COUNT(CASE WHEN f.claim IS NULL THEN 1 END) AS lost,
       SUM(CASE WHEN f.claim IS NULL THEN f.value_fen END) AS lost_fen,
       COUNT(CASE WHEN f.excess_fen > 0 THEN 1 END) AS exceeding,
       COALESCE(SUM(CASE WHEN f.excess_fen > 0 THEN f.excess_fen END), 0) AS excess_fen
FROM refunded AS f
