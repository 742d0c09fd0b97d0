-- TouchFact of all buckets: each has added up what is of its users.
-- Grain: its dimensions. Params: $files.
SELECT f."on" AS "on",
       f.merchant_id AS merchant_id,
       f.note_id AS note_id,
       f.boost_id AS boost_id,
       f.kind AS kind,
       f.listing_ids AS listing_ids,
       f.user_group AS user_group,
       f.sampling_ratio AS sampling_ratio,
       CAST(SUM(f.touchpoints) AS BIGINT) AS touchpoints
FROM read_parquet($files) AS f
GROUP BY f."on", f.merchant_id, f.note_id, f.boost_id, f.kind, f.listing_ids, f.user_group,
         f.sampling_ratio
ORDER BY f."on", f.merchant_id
