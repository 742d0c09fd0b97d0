-- All names of the orders and refunds that one of their names ties to kin_names. Versions that no
-- longer hold are read as well: a name too many costs little, none is forgotten.
-- Grain: store_id of the lake, name. Params: $files, of the lake.
WITH named AS (
    SELECT c.store_id AS store_id, c.event_id AS id, c.event_id AS name
    FROM read_parquet($files, hive_partitioning = true, union_by_name = true) AS c
    WHERE c.kind IN ('order', 'presale_deposit')
    UNION ALL
    SELECT c.store_id AS store_id, c.event_id AS id, c.order_id AS name
    FROM read_parquet($files, hive_partitioning = true, union_by_name = true) AS c
    WHERE c.kind IN ('order', 'presale_deposit') AND c.order_id IS NOT NULL
    UNION ALL
    SELECT c.store_id AS store_id, c.event_id AS id, COALESCE(c.refund_of, c.order_id) AS name
    FROM read_parquet($files, hive_partitioning = true, union_by_name = true) AS c
    WHERE c.kind = 'refund' AND COALESCE(c.refund_of, c.order_id) IS NOT NULL
), tied AS (
    SELECT DISTINCT n.store_id AS store_id, n.id AS id
    FROM named AS n
    JOIN kin_names AS k ON k.store_id = n.store_id AND k.name = n.name
)
SELECT DISTINCT n.store_id AS store_id, n.name AS name
FROM named AS n
JOIN tied AS t ON t.store_id = n.store_id AND t.id = n.id
