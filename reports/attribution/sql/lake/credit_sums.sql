-- Credit summed over claims and touchpoints, the models side by side. What has no known value
-- stands apart from what has. Grain: day, listing, boost, kind, level, has_value.
SELECT r.day AS day, r.listing_id AS listing_id, b.boost_id AS boost_id,
       r.kind_id AS kind_id, r.level_id AS level_id, r.has_value AS has_value,
       SUM(r.last_touch_micro) AS last_touch_micro,
       SUM(r.first_touch_micro) AS first_touch_micro,
       SUM(r.linear_micro) AS linear_micro,
       SUM(r.time_decay_micro) AS time_decay_micro,
       SUM(r.position_based_micro) AS position_based_micro,
       SUM(r.last_touch_fen) AS last_touch_fen,
       SUM(r.first_touch_fen) AS first_touch_fen,
       SUM(r.linear_fen) AS linear_fen,
       SUM(r.time_decay_fen) AS time_decay_fen,
       SUM(r.position_based_fen) AS position_based_fen
FROM credit AS r
JOIN known_listings AS l ON l.listing_id = r.listing_id
LEFT JOIN known_boosts AS b ON b.external_id = r.boost_id AND b.merchant_id = l.merchant_id
GROUP BY r.day, r.listing_id, b.boost_id, r.kind_id, r.level_id, r.has_value
