-- The entries of touchpoints by their key; see reports.events.sheets. Grain: row of a file.
-- Params: $files.
SELECT sheet_entry(t.event_id, epoch_us(t.occurred_at)) AS entry
FROM read_parquet($files, hive_partitioning = false) AS t
