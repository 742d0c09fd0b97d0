-- What credit turns into rows: each touchpoint of each claim, with its note. Splits are held, on disk
-- where they must be: touchpoints are more.
-- Grain: claim, touchpoint.
SELECT s.claim AS claim, s.touchpoint_id AS touchpoint_id, t.note_id AS note_id, s.day AS day,
       s.kind_id AS kind_id, s.boost_id AS boost_id, s.listing_id AS listing_id,
       s.level_id AS level_id,
       s.last_touch_micro AS last_touch_micro, s.first_touch_micro AS first_touch_micro,
       s.linear_micro AS linear_micro, s.time_decay_micro AS time_decay_micro,
       s.position_based_micro AS position_based_micro,
       s.last_touch_fen AS last_touch_fen, s.first_touch_fen AS first_touch_fen,
       s.linear_fen AS linear_fen, s.time_decay_fen AS time_decay_fen,
       s.position_based_fen AS position_based_fen
FROM touchpoints AS t
JOIN splits AS s ON s.touchpoint_id = t.touchpoint_id
