-- The days of the refunds whose numbers a batch of conversions changes: those that name an order of
-- the batch, by its own id or by the id of the order it is a line of; and those that name the order
-- of a refund of the batch, from the day of that refund on. What a corrected row said before counts.
-- Grain: store, day. Params: $files, of all sources of one marketplace; $batch, $source.
WITH conversions AS (
    SELECT c.source AS source, c.batch_id AS batch_id, c.version AS version, c.kind AS kind,
           c.store_id AS store_id, c.event_id AS event_id, c.order_id AS order_id,
           c.refund_of AS refund_of, c.day AS day
    FROM read_parquet($files, hive_partitioning = true, union_by_name = true) AS c
    WHERE c.kind IS NOT NULL
), corrected AS (
    SELECT c.store_id AS store_id, c.event_id AS event_id
    FROM conversions AS c
    WHERE c.batch_id = $batch AND c.version > 1
), sent AS (
    SELECT c.store_id AS store_id, c.event_id AS event_id, c.order_id AS order_id,
           c.refund_of AS refund_of, c.kind AS kind, c.day AS day
    FROM conversions AS c
    LEFT JOIN corrected AS k
        ON k.store_id = c.store_id AND k.event_id = c.event_id AND c.source = $source
    WHERE c.batch_id = $batch OR k.event_id IS NOT NULL
), takings AS (
    SELECT s.store_id AS store_id, s.refund_of AS name, s.day AS since
    FROM sent AS s
    WHERE s.kind = 'refund' AND s.refund_of IS NOT NULL
), taken_back AS (
    SELECT o.store_id AS store_id, o.event_id AS event_id, o.order_id AS order_id, t.since AS since
    FROM takings AS t
    JOIN conversions AS o ON o.store_id = t.store_id AND o.event_id = t.name
    WHERE o.kind <> 'refund'
    UNION ALL
    SELECT o.store_id AS store_id, o.event_id AS event_id, o.order_id AS order_id, t.since AS since
    FROM takings AS t
    JOIN conversions AS o ON o.store_id = t.store_id AND o.order_id = t.name
    WHERE o.kind <> 'refund'
), names AS (
    SELECT s.store_id AS store_id, s.event_id AS name, DATE '1970-01-01' AS since
    FROM sent AS s WHERE s.kind <> 'refund'
    UNION ALL
    SELECT s.store_id AS store_id, s.order_id AS name, DATE '1970-01-01' AS since
    FROM sent AS s WHERE s.kind <> 'refund'
    UNION ALL
    SELECT t.store_id AS store_id, t.name AS name, t.since AS since FROM takings AS t
    UNION ALL
    SELECT b.store_id AS store_id, b.event_id AS name, b.since AS since FROM taken_back AS b
    UNION ALL
    SELECT b.store_id AS store_id, b.order_id AS name, b.since AS since FROM taken_back AS b
)
SELECT DISTINCT r.store_id AS store_id, r.day AS day
FROM conversions AS r
JOIN names AS n ON n.store_id = r.store_id AND n.name = r.refund_of
WHERE r.kind = 'refund' AND r.day >= n.since
