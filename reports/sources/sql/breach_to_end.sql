-- Mark what merchants were told is overdue and is closed now, of the first merchants of whom there is
-- some; give it back. Grain: merchant, slice. Params: moment; most, of merchants.
WITH ended AS (
    SELECT w.id AS id, w.merchant_id AS merchant_id, s.source_id AS source_id, s."on" AS due_on
    FROM reports_warned AS w
    JOIN reports_slice AS s ON s.id = w.slice_id
    WHERE w.over_at IS NULL AND s.over_at IS NOT NULL
), first AS (
    SELECT DISTINCT e.merchant_id AS merchant_id FROM ended AS e ORDER BY e.merchant_id LIMIT %(most)s
)
UPDATE reports_warned AS w
SET over_at = %(moment)s
FROM ended AS e
JOIN first AS f ON f.merchant_id = e.merchant_id
WHERE w.id = e.id AND w.over_at IS NULL
RETURNING e.merchant_id, w.slice_id, e.source_id, e.due_on
