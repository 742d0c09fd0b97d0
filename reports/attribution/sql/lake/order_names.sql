-- All names by which refunds may name the orders that refund_names name, by event_id or order_id: the
-- refunds of an order are taken together, and each has its own way to name it. Any version of the
-- rows, since a name too many costs little.
-- Grain: store_id of the lake, name. Params: $files, all of conversions.
WITH named AS (
    SELECT o.store_id AS store_id, o.event_id AS event_id, o.order_id AS order_id
    FROM read_parquet($files, hive_partitioning = true) AS o
    LEFT JOIN refund_names AS e ON e.store_id = o.store_id AND e.name = o.event_id
    LEFT JOIN refund_names AS n ON n.store_id = o.store_id AND n.name = o.order_id
    WHERE (e.name IS NOT NULL OR n.name IS NOT NULL) AND o.kind IS NOT NULL
)
SELECT r.store_id AS store_id, r.name AS name
FROM refund_names AS r
UNION
SELECT o.store_id AS store_id, o.event_id AS name
FROM named AS o
UNION
SELECT o.store_id AS store_id, o.order_id AS name
FROM named AS o
WHERE o.order_id IS NOT NULL
