-- ConversionFact of all buckets: each has added up what is of its users.
-- Grain: its dimensions, whether the value is known. Params: $files.
SELECT f."on" AS "on",
       f.merchant_id AS merchant_id,
       f.store_id AS store_id,
       f.store_kind AS store_kind,
       f.kind AS kind,
       f.level AS level,
       f.window_days AS window_days,
       f.user_group AS user_group,
       f.sampling_ratio AS sampling_ratio,
       CAST(SUM(f.conversions) AS BIGINT) AS conversions,
       CAST(SUM(f.value_fen) AS DECIMAL(38, 0)) AS value_fen,
       CAST(SUM(f.numbers) AS BIGINT) AS numbers,
       CAST(SUM(f.units) AS BIGINT) AS units,
       CAST(SUM(f.without_units) AS BIGINT) AS without_units,
       CAST(SUM(f.newcomers) AS BIGINT) AS newcomers,
       CAST(SUM(f.maybe_newcomers) AS BIGINT) AS maybe_newcomers
FROM read_parquet($files) AS f
GROUP BY f."on", f.merchant_id, f.store_id, f.store_kind, f.kind, f.level, f.window_days,
         f.user_group, f.sampling_ratio, f.value_fen IS NULL
ORDER BY f."on", f.merchant_id
