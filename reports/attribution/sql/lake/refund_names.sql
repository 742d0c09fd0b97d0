-- What the refunds that were read so far name. Grain: store_id of the lake, name.
SELECT DISTINCT r.store_id AS store_id, r.refund_of AS name
FROM lake_conversions AS r
WHERE r.kind = 'refund' AND r.refund_of IS NOT NULL
