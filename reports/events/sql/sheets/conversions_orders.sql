-- The entries of what a refund can take back, by each name that it may use: the event_id, and the
-- order_id where there is one. Versions that no longer hold have theirs, too: a day too many costs
-- time and nothing else. Grain: row of a file and name. Params: $files.
WITH orders AS (
    SELECT c.store_id AS store_id, c.event_id AS event_id, c.order_id AS order_id,
           epoch_us(c.occurred_at) AS at_us
    FROM read_parquet($files, hive_partitioning = false) AS c
    WHERE c.kind IN ('order', 'presale_deposit')
)
SELECT sheet_entry(CONCAT(o.store_id, chr(31), o.event_id), o.at_us) AS entry
FROM orders AS o
UNION ALL
SELECT sheet_entry(CONCAT(o.store_id, chr(31), o.order_id), o.at_us) AS entry
FROM orders AS o
WHERE o.order_id IS NOT NULL
