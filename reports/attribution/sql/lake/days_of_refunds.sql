-- The days of the refunds of some orders. Grain: day.
-- Params: $refunds, $orders: files of the lake. Versions that no longer hold are read as well: a day
-- too many is computed again, none is forgotten.
SELECT DISTINCT r.day AS day
FROM read_parquet($orders, hive_partitioning = true) AS o
JOIN read_parquet($refunds, hive_partitioning = true) AS r
    ON r.source = o.source AND r.refund_of = o.event_id
WHERE r.kind = 'refund'
