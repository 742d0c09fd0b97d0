-- What merchants say themselves of events that the marketplace tells of, too: the same id in the same
-- store, on whatever day. The marketplace's rows count. An event never leaves a source, so any
-- version of its row says that the marketplace has it.
-- Grain: source, store_id of the lake, event_id. Params: $files, those of the marketplaces' sources.
SELECT DISTINCT c.source AS source, c.store_id AS store_id, c.event_id AS event_id
FROM read_parquet($files, hive_partitioning = true) AS m
JOIN sources AS p ON p.code = m.source
JOIN lake_conversions AS c ON c.store_id = m.store_id AND c.event_id = m.event_id
JOIN sources AS o ON o.code = c.source AND o.marketplace = p.marketplace
WHERE m.kind IS NOT NULL AND p.merchant_id IS NULL AND o.merchant_id IS NOT NULL
