-- What refunds may name of the orders of a batch, and what its refunds name, in any version of them
-- in some files. Grain: store_id of the lake, name. Params: $files, $batch.
WITH rows AS (
    SELECT c.store_id AS store_id, c.event_id AS event_id, c.order_id AS order_id,
           c.refund_of AS refund_of, c.kind AS kind, c.batch_id AS batch_id
    FROM read_parquet($files, hive_partitioning = true, union_by_name = true) AS c
), sent AS (
    SELECT DISTINCT r.store_id AS store_id, r.event_id AS event_id
    FROM rows AS r
    WHERE r.batch_id = $batch
), versions AS (
    SELECT r.store_id AS store_id, r.event_id AS event_id, r.order_id AS order_id,
           r.refund_of AS refund_of, r.kind AS kind
    FROM rows AS r
    JOIN sent AS s ON s.store_id = r.store_id AND s.event_id = r.event_id
)
SELECT v.store_id AS store_id, v.event_id AS name
FROM versions AS v
UNION
SELECT v.store_id AS store_id, v.order_id AS name
FROM versions AS v
WHERE v.order_id IS NOT NULL
UNION
SELECT v.store_id AS store_id, v.refund_of AS name
FROM versions AS v
WHERE v.refund_of IS NOT NULL
