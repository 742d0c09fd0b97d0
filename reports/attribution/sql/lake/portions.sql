-- What credit turns into rows: credit summed over claims and touchpoints, the models side by side.
-- What has no known value stands apart from what has.
-- Grain: day, listing, boost, kind, level, whether the value is known.
SELECT CAST(NULL AS INTEGER) AS claim, CAST(NULL AS VARCHAR) AS touchpoint_id,
       CAST(NULL AS VARCHAR) AS note_id, s.day AS day, s.kind_id AS kind_id,
       b.boost_id AS boost_id, s.listing_id AS listing_id, s.level_id AS level_id,
       SUM(s.last_touch_micro) AS last_touch_micro,
       SUM(s.first_touch_micro) AS first_touch_micro,
       SUM(s.linear_micro) AS linear_micro,
       SUM(s.time_decay_micro) AS time_decay_micro,
       SUM(s.position_based_micro) AS position_based_micro,
       SUM(s.last_touch_fen) AS last_touch_fen,
       SUM(s.first_touch_fen) AS first_touch_fen,
       SUM(s.linear_fen) AS linear_fen,
       SUM(s.time_decay_fen) AS time_decay_fen,
       SUM(s.position_based_fen) AS position_based_fen
FROM splits AS s
JOIN known_listings AS l ON l.listing_id = s.listing_id
LEFT JOIN known_boosts AS b ON b.external_id = s.boost_id AND b.merchant_id = l.merchant_id
GROUP BY s.day, s.kind_id, b.boost_id, s.listing_id, s.level_id, s.has_value
