-- On which days the orders are and the refunds that name them, where a batch has one of the two: by
-- the order's own id or by the id of the order it is a line of.
-- Grain: store, day of the order, day of the refund. Params: $files, of all sources of one
-- marketplace; $batch.
WITH conversions AS (
    SELECT c.batch_id AS batch_id, c.kind AS kind, c.store_id AS store_id, c.event_id AS event_id,
           c.order_id AS order_id, c.refund_of AS refund_of, c.day AS day
    FROM read_parquet($files, hive_partitioning = true, union_by_name = true) AS c
    WHERE c.kind IS NOT NULL
), orders AS (
    SELECT c.batch_id AS batch_id, c.store_id AS store_id, c.event_id AS name, c.day AS day
    FROM conversions AS c WHERE c.kind <> 'refund'
    UNION ALL
    SELECT c.batch_id AS batch_id, c.store_id AS store_id, c.order_id AS name, c.day AS day
    FROM conversions AS c WHERE c.kind <> 'refund' AND c.order_id IS NOT NULL
)
SELECT DISTINCT o.store_id AS store_id, o.day AS ordered_day, r.day AS refunded_day
FROM orders AS o
JOIN conversions AS r ON r.store_id = o.store_id AND r.refund_of = o.name
WHERE r.kind = 'refund' AND (r.batch_id = $batch OR o.batch_id = $batch)
