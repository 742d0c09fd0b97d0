-- The touchpoints of tangled claims. Grain: claim, touchpoint.
SELECT w.claim AS claim, w.day AS day, w.kind_id AS kind_id, w.value_fen AS value_fen,
       w.level_id AS level_id, w.touchpoint_id AS touchpoint_id, w.listing_id AS listing_id,
       w.boost_id AS boost_id, w.touched_day AS touched_day, w.user_group AS user_group,
       w.sampling_ratio AS sampling_ratio, w.is_click AS is_click, w.weight AS weight,
       w.is_named_click AS is_named_click, w.age_us AS age_us
FROM weighed AS w
JOIN several AS s ON s.claim = w.claim
WHERE s.is_tangled = 1
