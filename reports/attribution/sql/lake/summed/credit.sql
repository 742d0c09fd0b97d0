-- CreditFact of all buckets: each has added up what is of its users.
-- Grain: its dimensions, whether the value is known. Params: $files.
SELECT f."on" AS "on",
       f.touched_on AS touched_on,
       f.merchant_id AS merchant_id,
       f.listing_id AS listing_id,
       f.note_id AS note_id,
       f.boost_id AS boost_id,
       f.placement AS placement,
       f.store_kind AS store_kind,
       f.kind AS kind,
       f.level AS level,
       f.window_days AS window_days,
       f.user_group AS user_group,
       f.sampling_ratio AS sampling_ratio,
       MIN(f.least_age_us) AS least_age_us,
       CAST(SUM(f.last_touch_micro) AS BIGINT) AS last_touch_micro,
       CAST(SUM(f.first_touch_micro) AS BIGINT) AS first_touch_micro,
       CAST(SUM(f.linear_micro) AS BIGINT) AS linear_micro,
       CAST(SUM(f.time_decay_micro) AS BIGINT) AS time_decay_micro,
       CAST(SUM(f.position_based_micro) AS BIGINT) AS position_based_micro,
       CAST(SUM(f.last_touch_fen) AS DECIMAL(38, 0)) AS last_touch_fen,
       CAST(SUM(f.first_touch_fen) AS DECIMAL(38, 0)) AS first_touch_fen,
       CAST(SUM(f.linear_fen) AS DECIMAL(38, 0)) AS linear_fen,
       CAST(SUM(f.time_decay_fen) AS DECIMAL(38, 0)) AS time_decay_fen,
       CAST(SUM(f.position_based_fen) AS DECIMAL(38, 0)) AS position_based_fen
FROM read_parquet($files) AS f
GROUP BY f."on", f.touched_on, f.merchant_id, f.listing_id, f.note_id, f.boost_id, f.placement,
         f.store_kind, f.kind, f.level, f.window_days, f.user_group, f.sampling_ratio,
         f.linear_fen IS NULL
ORDER BY f."on", f.merchant_id
