-- The touchpoints that came more than once, and the row that holds the last version of each.
-- No others: the join that uses them holds this side in memory (ADR 0034).
-- Grain: touchpoint.
SELECT t.event_id AS event_id, MAX(t.row) AS row
FROM staged_touchpoints AS t
GROUP BY t.event_id
HAVING COUNT(*) > 1
