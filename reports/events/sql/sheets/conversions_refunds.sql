-- The entries of refunds, by what they take back: an event_id or an order_id of their store.
-- Grain: row of a file. Params: $files.
SELECT sheet_entry(CONCAT(c.store_id, chr(31), COALESCE(c.refund_of, c.order_id)),
                   epoch_us(c.occurred_at)) AS entry
FROM read_parquet($files, hive_partitioning = false) AS c
WHERE c.kind = 'refund' AND COALESCE(c.refund_of, c.order_id) IS NOT NULL
