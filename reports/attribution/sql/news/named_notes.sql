-- The notes and boosts that the touchpoints of a batch name, by day, and those that the events it
-- corrects named before. A click of ours soon after midnight names its note on the day before too:
-- somebody else may have it there, and counts no more (ADR 0114).
-- Grain: note, boost, day; may repeat. Params: $files, of the batch's days and of its source; $batch.
WITH corrected AS (
    SELECT t.event_id AS event_id
    FROM read_parquet($files, hive_partitioning = true, union_by_name = true) AS t
    WHERE t.batch_id = $batch AND t.version > 1
), soon AS (
    -- Ten minutes: clocks of apps and links are less apart. Our ids have 65 characters; files are
    -- older than the mark of those that we signed, and a day too many costs a look.
    SELECT t.note_id AS note_id, t.day AS day
    FROM read_parquet($files, hive_partitioning = true, union_by_name = true) AS t
    WHERE t.batch_id = $batch AND t.kind IS NOT NULL AND LENGTH(t.event_id) = 65
      AND shanghai_day(epoch_us(t.occurred_at) - 600000000) < shanghai_day(epoch_us(t.occurred_at))
)
SELECT DISTINCT t.note_id AS note_id, t.boost_id AS boost_id, t.day AS day
FROM read_parquet($files, hive_partitioning = true, union_by_name = true) AS t
WHERE t.kind IS NOT NULL
  AND (t.batch_id = $batch OR t.event_id IN (SELECT c.event_id FROM corrected AS c))
UNION ALL
SELECT DISTINCT s.note_id AS note_id, CAST(NULL AS VARCHAR) AS boost_id,
       CAST(s.day - INTERVAL 1 DAY AS DATE) AS day
FROM soon AS s
