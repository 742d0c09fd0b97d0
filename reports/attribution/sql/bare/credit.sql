-- credit.parquet. Grain: store, conversion, touchpoint, model; only the models asked for, and only
-- touchpoints that have a weight under them.
SELECT c.store_id AS store_id, c.event_id AS conversion_id, r.touchpoint_id AS touchpoint_id,
       r.model AS model, r.listing_id AS listing_id, r.note_id AS note_id, v.level AS level,
       CAST(r.micro AS BIGINT) AS credit_micro, r.fen AS value_fen
FROM credit AS r
JOIN conversions AS c ON c.conversion = r.claim
JOIN levels AS v ON v.level_id = r.level_id
ORDER BY c.store_id, c.event_id, r.model, r.touchpoint_id
