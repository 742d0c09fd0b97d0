-- The conversions that came more than once, and the row that holds the last version of each.
-- No others: the join that uses them holds this side in memory (ADR 0034).
-- Grain: store_id, event_id.
SELECT c.store_id AS store_id, c.event_id AS event_id, MAX(c.row) AS row
FROM staged_conversions AS c
GROUP BY c.store_id, c.event_id
HAVING COUNT(*) > 1
