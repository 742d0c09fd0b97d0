-- CreditFact: what claims give to each listing on each day of touches, the models side by side, as the two
-- sums of it say (whole, parted). Null is what a model gives nothing; an unknown value is null, too.
-- Summed by ids first: names are looked up for a fifth of the rows, one name for an id. A join
-- to all listings before, which has no room beside the touchpoints, would write these to the disk.
-- Kinds are numbered in the order of their names, levels against it.
-- Grain: its dimensions, whether the value is known. Params: $first_day, $last_day, $window_days.
WITH summed AS (
    SELECT COALESCE(w.day, p.day) AS day, COALESCE(w.touched_day, p.touched_day) AS touched_day,
           COALESCE(w.listing_id, p.listing_id) AS listing_id,
           COALESCE(w.boost_id, p.boost_id) AS boost_id, COALESCE(w.kind_id, p.kind_id) AS kind_id,
           COALESCE(w.level_id, p.level_id) AS level_id,
           COALESCE(w.has_value, p.has_value) AS has_value,
           COALESCE(w.user_group, p.user_group) AS user_group,
           COALESCE(w.sampling_ratio, p.sampling_ratio) AS sampling_ratio,
           LEAST(w.least_age_us, p.least_age_us) AS least_age_us,
           COALESCE(w.micro + p.last_touch_micro, w.micro, p.last_touch_micro) AS last_touch_micro,
           COALESCE(w.micro + p.first_touch_micro, w.micro, p.first_touch_micro) AS first_touch_micro,
           COALESCE(w.micro + p.linear_micro, w.micro, p.linear_micro) AS linear_micro,
           COALESCE(w.micro + p.time_decay_micro, w.micro, p.time_decay_micro) AS time_decay_micro,
           COALESCE(w.micro + p.position_based_micro, w.micro, p.position_based_micro)
               AS position_based_micro,
           COALESCE(w.fen + p.last_touch_fen, w.fen, p.last_touch_fen) AS last_touch_fen,
           COALESCE(w.fen + p.first_touch_fen, w.fen, p.first_touch_fen) AS first_touch_fen,
           COALESCE(w.fen + p.linear_fen, w.fen, p.linear_fen) AS linear_fen,
           COALESCE(w.fen + p.time_decay_fen, w.fen, p.time_decay_fen) AS time_decay_fen,
           COALESCE(w.fen + p.position_based_fen, w.fen, p.position_based_fen) AS position_based_fen,
           p.last_touch_by_note AS last_touch_by_note,
           p.last_touch_among_notes AS last_touch_among_notes,
           p.last_touch_by_listing AS last_touch_by_listing,
           p.last_touch_among_listings AS last_touch_among_listings,
           p.first_touch_by_note AS first_touch_by_note,
           p.first_touch_among_notes AS first_touch_among_notes,
           p.first_touch_by_listing AS first_touch_by_listing,
           p.first_touch_among_listings AS first_touch_among_listings
    FROM whole AS w
    FULL JOIN parted AS p
        ON p.day = w.day AND p.touched_day = w.touched_day AND p.listing_id = w.listing_id
        AND p.kind_id = w.kind_id AND p.level_id = w.level_id AND p.has_value = w.has_value
        AND p.boost_id IS NOT DISTINCT FROM w.boost_id
        AND p.user_group IS NOT DISTINCT FROM w.user_group
        AND p.sampling_ratio IS NOT DISTINCT FROM w.sampling_ratio
)
SELECT s.day AS day, s.touched_day AS touched_day, l.merchant_id AS merchant_id,
       l.listing AS listing_id, l.note AS note_id, b.boost_id AS boost_id,
       l.placement AS placement, l.store_kind AS store_kind, k.kind AS kind, v.level AS level,
       $window_days AS window_days, s.user_group AS user_group,
       s.sampling_ratio AS sampling_ratio,
       s.least_age_us AS least_age_us,
       CAST(s.last_touch_micro AS BIGINT) AS last_touch_micro,
       CAST(s.first_touch_micro AS BIGINT) AS first_touch_micro,
       CAST(s.linear_micro AS BIGINT) AS linear_micro,
       CAST(s.time_decay_micro AS BIGINT) AS time_decay_micro,
       CAST(s.position_based_micro AS BIGINT) AS position_based_micro,
       CAST(s.last_touch_fen AS DECIMAL(38, 0)) AS last_touch_fen,
       CAST(s.first_touch_fen AS DECIMAL(38, 0)) AS first_touch_fen,
       CAST(s.linear_fen AS DECIMAL(38, 0)) AS linear_fen,
       CAST(s.time_decay_fen AS DECIMAL(38, 0)) AS time_decay_fen,
       CAST(s.position_based_fen AS DECIMAL(38, 0)) AS position_based_fen,
       CAST(NULLIF(s.last_touch_by_note, 0) AS INTEGER) AS last_touch_assists_by_note,
       CAST(NULLIF(s.last_touch_among_notes, 0) AS INTEGER) AS last_touch_assists_among_notes,
       CAST(NULLIF(s.last_touch_by_listing, 0) AS INTEGER) AS last_touch_assists_by_listing,
       CAST(NULLIF(s.last_touch_among_listings, 0) AS INTEGER) AS last_touch_assists_among_listings,
       CAST(NULLIF(s.first_touch_by_note, 0) AS INTEGER) AS first_touch_assists_by_note,
       CAST(NULLIF(s.first_touch_among_notes, 0) AS INTEGER) AS first_touch_assists_among_notes,
       CAST(NULLIF(s.first_touch_by_listing, 0) AS INTEGER) AS first_touch_assists_by_listing,
       CAST(NULLIF(s.first_touch_among_listings, 0) AS INTEGER) AS first_touch_assists_among_listings
FROM summed AS s
JOIN known_listings AS l ON l.listing_id = s.listing_id
LEFT JOIN known_boosts AS b ON b.external_id = s.boost_id AND b.merchant_id = l.merchant_id
JOIN kinds AS k ON k.kind_id = s.kind_id
JOIN levels AS v ON v.level_id = s.level_id
WHERE s.day BETWEEN $first_day AND $last_day
ORDER BY s.day, l.merchant_id, l.listing, b.boost_id, s.touched_day, s.kind_id, s.level_id DESC,
         s.has_value, s.user_group
