-- The entries of conversions by their key; see reports.events.sheets. Grain: row of a file.
-- Params: $files.
SELECT sheet_entry(CONCAT(c.store_id, chr(31), c.event_id), epoch_us(c.occurred_at)) AS entry
FROM read_parquet($files, hive_partitioning = false) AS c
