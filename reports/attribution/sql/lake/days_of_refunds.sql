-- The days of the refunds that change with some conversions: refunds that name one of them, and
-- refunds that name the same order as one of them does. Grain: day.
-- Params: $refunds, $changed: files of the lake. Versions that no longer hold are read as well: a day
-- too many is computed again, none is forgotten.
WITH names AS (
    SELECT c.store_id AS store_id, c.event_id AS name
    FROM read_parquet($changed, hive_partitioning = true) AS c
    UNION
    SELECT c.store_id AS store_id, c.order_id AS name
    FROM read_parquet($changed, hive_partitioning = true) AS c
    UNION
    SELECT c.store_id AS store_id, c.refund_of AS name
    FROM read_parquet($changed, hive_partitioning = true) AS c
)
SELECT DISTINCT r.day AS day
FROM read_parquet($refunds, hive_partitioning = true) AS r
JOIN names AS n ON n.store_id = r.store_id AND n.name = r.refund_of
WHERE r.kind = 'refund'
