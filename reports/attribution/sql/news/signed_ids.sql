-- The ids of our own clicks that a batch has; `entry` is their place in sheets of keys (see
-- sheet_key), by which files of others that may have them are found.
-- Grain: event_id. Reads stored_touchpoints, of the batch's days and of its source. Params: $batch.
SELECT t.event_id AS event_id, sheet_key(t.event_id) AS entry
FROM stored_touchpoints AS t
WHERE t.batch_id = $batch AND t.signed IS NOT NULL AND t.kind IS NOT NULL
GROUP BY t.event_id
ORDER BY entry
