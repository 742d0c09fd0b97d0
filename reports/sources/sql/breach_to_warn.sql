-- What merchants have not been told of yet, of the first merchants who were told nothing today.
-- Grain: merchant, slice. Params: today; most, of merchants.
, news AS (
    SELECT c.merchant_id AS merchant_id, c.slice_id AS slice_id, c.source_id AS source_id, c.due_on AS due_on
    FROM concerned AS c
    LEFT JOIN reports_warned AS w ON w.merchant_id = c.merchant_id AND w.slice_id = c.slice_id
    LEFT JOIN reports_breach AS t
        ON t.merchant_id = c.merchant_id AND t.said_on = %(today)s AND NOT t.is_over
    WHERE w.id IS NULL AND t.id IS NULL
), first AS (
    SELECT DISTINCT n.merchant_id AS merchant_id FROM news AS n ORDER BY n.merchant_id LIMIT %(most)s
)
SELECT n.merchant_id, n.slice_id, n.source_id, n.due_on
FROM news AS n
JOIN first AS f ON f.merchant_id = n.merchant_id
ORDER BY n.merchant_id, n.source_id, n.due_on, n.slice_id
