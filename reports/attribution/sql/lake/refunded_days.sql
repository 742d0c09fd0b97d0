-- The days of the orders with these names, and of the refunds that name them. is_refund: only the
-- refunds are there, so that nobody's touchpoints are asked for.
-- Grain: day. Reads order_names. Params: $files, all of conversions.
SELECT o.day AS day, MIN(CASE WHEN o.kind = 'refund' THEN 1 ELSE 0 END) AS is_refund
FROM read_parquet($files, hive_partitioning = true) AS o
LEFT JOIN order_names AS e ON e.store_id = o.store_id AND e.name = o.event_id
LEFT JOIN order_names AS n ON n.store_id = o.store_id AND n.name = o.order_id
LEFT JOIN order_names AS r ON r.store_id = o.store_id AND r.name = o.refund_of
WHERE o.kind IS NOT NULL
  AND (e.name IS NOT NULL OR n.name IS NOT NULL OR r.name IS NOT NULL)
GROUP BY o.day
