-- Each touchpoint by itself: for files, which know no samples. See lake/stretches.
-- Grain: claim, touchpoint.
SELECT m.claim AS claim, m.day AS day, m.kind_id AS kind_id, m.value_fen AS value_fen,
       m.level_id AS level_id, m.touchpoint_id AS touchpoint_id, m.listing_id AS listing_id,
       m.boost_id AS boost_id, m.touched_day AS touched_day, NULL AS user_group,
       NULL AS sampling_ratio, 1 AS touches, m.is_click AS clicks, d.weight AS weight,
       m.is_named_click AS is_named_click, m.age_us AS least_age_us,
       0 AS is_joint
FROM matches AS m
JOIN decay AS d ON d.hours = m.age_us // 3600000000
