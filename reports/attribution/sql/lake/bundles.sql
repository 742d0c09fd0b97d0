-- What of a claim's touchpoints makes one fact: those of one listing, boost, day and sample. A reader
-- looks at a note, likes it and clicks within a minute: one bundle of three touchpoints.
-- Grain: claim, listing, boost, touched day, ratio.
SELECT w.claim AS claim, w.day AS day, w.kind_id AS kind_id, w.value_fen AS value_fen,
       w.level_id AS level_id, w.listing_id AS listing_id, w.boost_id AS boost_id,
       w.touched_day AS touched_day, w.user_group AS user_group,
       w.sampling_ratio AS sampling_ratio, COUNT(*) AS touches,
       CAST(SUM(w.is_click) AS BIGINT) AS clicks, CAST(SUM(w.weight) AS BIGINT) AS weight,
       MAX(w.is_named_click) AS is_named_click, MIN(w.age_us) AS least_age_us,
       MAX(w.age_us) AS most_age_us
FROM weighed AS w
GROUP BY w.claim, w.day, w.kind_id, w.value_fen, w.level_id, w.listing_id, w.boost_id,
         w.touched_day, w.user_group, w.sampling_ratio
