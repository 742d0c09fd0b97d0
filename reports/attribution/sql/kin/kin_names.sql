-- What the refunds that were read so far name. Grain: store_id of the lake, name.
SELECT r.store_id AS store_id, r.name AS name
FROM refund_names AS r
