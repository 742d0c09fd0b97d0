-- The stores that the conversions of a batch name, by day, the days that corrected ones left, and
-- the days that other sources tell of the same orders, of which one counts.
-- Grain: store, day. Params: $files, of all sources of one marketplace; $batch, $source.
WITH sent AS (
    SELECT DISTINCT c.store_id AS store_id, c.event_id AS event_id
    FROM read_parquet($files, hive_partitioning = true, union_by_name = true) AS c
    WHERE c.batch_id = $batch
)
SELECT DISTINCT c.store_id AS store_id, c.day AS day
FROM read_parquet($files, hive_partitioning = true, union_by_name = true) AS c
JOIN sent AS s ON s.store_id = c.store_id AND s.event_id = c.event_id
WHERE c.batch_id = $batch OR c.source <> $source
