-- The notes and boosts that the touchpoints of a batch name, by day, and those that the events it
-- corrects named before.
-- Grain: note, boost, day. Params: $files, of the batch's days and of its source; $batch.
WITH corrected AS (
    SELECT t.event_id AS event_id
    FROM read_parquet($files, hive_partitioning = true, union_by_name = true) AS t
    WHERE t.batch_id = $batch AND t.version > 1
)
SELECT DISTINCT t.note_id AS note_id, t.boost_id AS boost_id, t.day AS day
FROM read_parquet($files, hive_partitioning = true, union_by_name = true) AS t
WHERE t.kind IS NOT NULL
  AND (t.batch_id = $batch OR t.event_id IN (SELECT c.event_id FROM corrected AS c))
