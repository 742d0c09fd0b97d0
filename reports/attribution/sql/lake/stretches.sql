-- What is split: touchpoints of a claim that follow one another, with none of its others between them.
-- They have together what each would have, since what a touchpoint has is the difference of two running
-- sums. A bundle is one (touchpoint_id null); of tangled claims each touchpoint is.
-- is_joint: an order of several listings (joint_orders).
-- Claims of one bundle are not split (lake/whole).
-- Grain: claim, stretch.
SELECT b.claim AS claim, b.day AS day, b.kind_id AS kind_id, b.value_fen AS value_fen,
       b.level_id AS level_id, NULL AS touchpoint_id, b.listing_id AS listing_id,
       b.boost_id AS boost_id, b.touched_day AS touched_day, b.user_group AS user_group,
       b.sampling_ratio AS sampling_ratio, b.touches AS touches, b.clicks AS clicks,
       b.weight AS weight, b.is_named_click AS is_named_click, b.least_age_us AS least_age_us,
       CASE WHEN j.claim IS NULL THEN 0 ELSE 1 END AS is_joint
FROM bundles AS b
JOIN several AS s ON s.claim = b.claim
LEFT JOIN joint_orders AS j ON j.claim = b.claim
WHERE s.is_tangled = 0
UNION ALL
SELECT t.claim AS claim, t.day AS day, t.kind_id AS kind_id, t.value_fen AS value_fen,
       t.level_id AS level_id, t.touchpoint_id AS touchpoint_id, t.listing_id AS listing_id,
       t.boost_id AS boost_id, t.touched_day AS touched_day, t.user_group AS user_group,
       t.sampling_ratio AS sampling_ratio, 1 AS touches, t.is_click AS clicks,
       t.weight AS weight, t.is_named_click AS is_named_click, t.age_us AS least_age_us,
       CASE WHEN j.claim IS NULL THEN 0 ELSE 1 END AS is_joint
FROM tangled AS t
LEFT JOIN joint_orders AS j ON j.claim = t.claim
