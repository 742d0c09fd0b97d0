-- Where in the lake the orders are that the conversions read so far take back: any version, since a
-- day too many costs little. Grain: row of the lake. Params: $files, all of conversions.
SELECT o.source AS source, o.event_id AS event_id, o.day AS day
FROM read_parquet($files, hive_partitioning = true) AS o
WHERE o.event_id IN (SELECT r.refund_of FROM lake_conversions AS r)
