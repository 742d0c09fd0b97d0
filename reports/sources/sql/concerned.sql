-- Which merchants wait for which slices that are overdue and still open: those of their stores, and
-- those of sources that owe for all of them. Grain: merchant, slice.
SELECT b.merchant_id AS merchant_id, s.id AS slice_id, s.source_id AS source_id, s."on" AS due_on
FROM open_breaches AS s
JOIN begun_stores AS b ON b.store_id = s.store_id
UNION ALL
SELECT m.merchant_id AS merchant_id, s.id AS slice_id, s.source_id AS source_id, s."on" AS due_on
FROM open_breaches AS s
JOIN (
    SELECT b.merchant_id AS merchant_id, min(b.first_on) AS first_on FROM begun_stores AS b GROUP BY b.merchant_id
) AS m ON m.first_on <= s."on"
WHERE s.store_id IS NULL
