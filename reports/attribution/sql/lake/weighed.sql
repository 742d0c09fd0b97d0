-- Credited touchpoints with their weight by age, told apart as facts are. A boost that is none of the
-- listing's merchant is no boost. What is seen only in a sample stands apart by the group of the claim's
-- person: both the claim and the touch are seen of the smaller of their ratios.
-- Grain: claim, touchpoint. Reads matches, strange_boosts, sampled_conversions, sampled_touches, units.
SELECT m.claim AS claim, m.day AS day, m.kind_id AS kind_id, m.value_fen AS value_fen,
       m.level_id AS level_id, m.touchpoint_id AS touchpoint_id, m.listing_id AS listing_id,
       CASE WHEN x.boost_id IS NULL THEN m.boost_id END AS boost_id,
       m.touched_day AS touched_day, u.user_group AS user_group,
       CASE WHEN t.ratio < c.ratio OR c.ratio IS NULL THEN t.ratio ELSE c.ratio END
           AS sampling_ratio,
       m.is_click AS is_click, d.weight AS weight, m.is_named_click AS is_named_click,
       m.age_us AS age_us
FROM matches AS m
JOIN decay AS d ON d.hours = m.age_us // 3600000000
LEFT JOIN sampled_conversions AS c ON c.conversion = m.claim
LEFT JOIN sampled_touches AS t ON t.touchpoint_id = m.touchpoint_id
LEFT JOIN units AS u
    ON u.claim = CASE WHEN c.ratio IS NOT NULL OR t.ratio IS NOT NULL THEN m.claim END
LEFT JOIN strange_boosts AS x ON x.boost_id = m.boost_id AND x.listing_id = m.listing_id
