-- Which merchants wait for which slices that are overdue and still open: those of their stores, and
-- those of sources that owe for all of them. Nobody waits for what is suspended (unasked), and nobody
-- all of whose stores are suspended waits for what a source owes for all. Grain: merchant, slice.
SELECT b.merchant_id AS merchant_id, s.id AS slice_id, s.source_id AS source_id, s."on" AS due_on
FROM open_breaches AS s
JOIN begun_stores AS b ON b.store_id = s.store_id
LEFT JOIN unasked AS a ON a.source_id = s.source_id AND a.due_on = s."on" AND a.store_id IS NULL
LEFT JOIN unasked AS u ON u.source_id = s.source_id AND u.due_on = s."on" AND u.store_id = s.store_id
WHERE a.source_id IS NULL AND u.source_id IS NULL
UNION ALL
SELECT DISTINCT b.merchant_id AS merchant_id, s.id AS slice_id, s.source_id AS source_id, s."on" AS due_on
FROM open_breaches AS s
JOIN begun_stores AS b ON b.first_on <= s."on"
LEFT JOIN unasked AS a ON a.source_id = s.source_id AND a.due_on = s."on" AND a.store_id IS NULL
LEFT JOIN unasked AS u ON u.source_id = s.source_id AND u.due_on = s."on" AND u.store_id = b.store_id
WHERE s.store_id IS NULL AND a.source_id IS NULL AND u.source_id IS NULL
