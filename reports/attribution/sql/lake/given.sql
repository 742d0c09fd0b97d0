-- What claims give to stretches of touches, and beside it, as rows of their own, the touches that stand for
-- assists: a fact counts both, and no join has to find one by the other.
-- Grain: claim, stretch, whether it is what is given or an assist. Reads splits and assists.
SELECT s.claim AS claim, s.user_group AS user_group, s.sampling_ratio AS sampling_ratio,
       s.day AS day, s.touched_day AS touched_day, s.kind_id AS kind_id, s.boost_id AS boost_id,
       s.listing_id AS listing_id, s.level_id AS level_id, s.least_age_us AS least_age_us,
       s.has_value AS has_value, s.last_touch_micro AS last_touch_micro,
       s.first_touch_micro AS first_touch_micro, s.linear_micro AS linear_micro,
       s.time_decay_micro AS time_decay_micro, s.position_based_micro AS position_based_micro,
       s.last_touch_fen AS last_touch_fen, s.first_touch_fen AS first_touch_fen,
       s.linear_fen AS linear_fen, s.time_decay_fen AS time_decay_fen,
       s.position_based_fen AS position_based_fen,
       CAST(NULL AS INTEGER) AS last_touch_by_note, CAST(NULL AS INTEGER) AS last_touch_among_notes,
       CAST(NULL AS INTEGER) AS last_touch_by_listing,
       CAST(NULL AS INTEGER) AS last_touch_among_listings,
       CAST(NULL AS INTEGER) AS first_touch_by_note,
       CAST(NULL AS INTEGER) AS first_touch_among_notes,
       CAST(NULL AS INTEGER) AS first_touch_by_listing,
       CAST(NULL AS INTEGER) AS first_touch_among_listings
FROM splits AS s
UNION ALL
SELECT a.claim AS claim, a.user_group AS user_group, a.sampling_ratio AS sampling_ratio,
       a.day AS day, a.touched_day AS touched_day, a.kind_id AS kind_id, a.boost_id AS boost_id,
       a.listing_id AS listing_id, a.level_id AS level_id, a.least_age_us AS least_age_us,
       a.has_value AS has_value, NULL AS last_touch_micro, NULL AS first_touch_micro,
       NULL AS linear_micro, NULL AS time_decay_micro, NULL AS position_based_micro,
       NULL AS last_touch_fen, NULL AS first_touch_fen, NULL AS linear_fen, NULL AS time_decay_fen,
       NULL AS position_based_fen, a.last_touch_by_note AS last_touch_by_note,
       a.last_touch_among_notes AS last_touch_among_notes,
       a.last_touch_by_listing AS last_touch_by_listing,
       a.last_touch_among_listings AS last_touch_among_listings,
       a.first_touch_by_note AS first_touch_by_note,
       a.first_touch_among_notes AS first_touch_among_notes,
       a.first_touch_by_listing AS first_touch_by_listing,
       a.first_touch_among_listings AS first_touch_among_listings
FROM assists AS a
