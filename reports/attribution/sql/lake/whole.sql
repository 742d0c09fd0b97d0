-- Claims of one bundle, summed as facts are: every model gives all of a claim to it.
-- Grain: dimensions of facts by ids, whether the value is known..
SELECT b.day AS day, b.touched_day AS touched_day, b.listing_id AS listing_id,
       b.boost_id AS boost_id, b.kind_id AS kind_id, b.level_id AS level_id,
       CASE WHEN b.value_fen IS NULL THEN 0 ELSE 1 END AS has_value,
       b.user_group AS user_group, b.sampling_ratio AS sampling_ratio,
       MIN(b.least_age_us) AS least_age_us, 1000000 * COUNT(*) AS micro,
       SUM(k.sign * b.value_fen) AS fen
FROM bundles AS b
JOIN kinds AS k ON k.kind_id = b.kind_id
LEFT JOIN several AS s ON s.claim = b.claim
WHERE s.claim IS NULL
GROUP BY b.day, b.touched_day, b.listing_id, b.boost_id, b.kind_id, b.level_id,
         CASE WHEN b.value_fen IS NULL THEN 0 ELSE 1 END, b.user_group, b.sampling_ratio
