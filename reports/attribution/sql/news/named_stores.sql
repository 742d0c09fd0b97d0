-- The stores that the conversions of a batch name, by day; the days that corrected ones left, too.
-- Grain: store, day. Params: $files, of the batch's days; $batch.
SELECT DISTINCT c.store_id AS store_id, c.day AS day
FROM read_parquet($files, hive_partitioning = true, union_by_name = true) AS c
WHERE c.batch_id = $batch
