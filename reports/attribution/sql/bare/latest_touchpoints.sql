-- The touchpoints that came more than once, and the row that holds the last version of each.
-- Grain: touchpoint.
SELECT t.event_id AS event_id, MAX(t.row) AS row
FROM staged_touchpoints AS t
GROUP BY t.event_id
HAVING COUNT(*) > 1
