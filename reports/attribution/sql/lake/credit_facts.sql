-- CreditFact: what claims give to each listing on each day of touches, the models side by side. Null is
-- what a model gives nothing; a value is null, too, where no value is known, which stands apart.
-- least_age_us is of the youngest of the touches. What is seen only in a sample stands apart by the group
-- of the claim's person: both the claim and the touch are seen of the smaller of their ratios.
-- An assist is counted in the row of the touch that stands for it (assists); null is none.
-- Summed by ids first: names are looked up for a fifth of the rows, one name for an id. A join
-- to all listings before, which has no room beside the sorted touchpoints, would write these to the disk.
-- Boosts that are none of the merchant's are no boost before that.
-- Grain: its dimensions, whether the value is known. Params: $first_day, $last_day, $window_days.
WITH summed AS (
    SELECT s.day AS day, s.touched_day AS touched_day, s.listing_id AS listing_id,
           CASE WHEN x.boost_id IS NULL THEN s.boost_id END AS boost_id,
           s.kind_id AS kind_id, s.level_id AS level_id,
           s.has_value AS has_value, u.user_group AS user_group,
           CASE WHEN t.ratio < c.ratio OR c.ratio IS NULL THEN t.ratio ELSE c.ratio END
               AS sampling_ratio,
           MIN(s.age_us) AS least_age_us,
           SUM(s.last_touch_micro) AS last_touch_micro,
           SUM(s.first_touch_micro) AS first_touch_micro,
           SUM(s.linear_micro) AS linear_micro,
           SUM(s.time_decay_micro) AS time_decay_micro,
           SUM(s.position_based_micro) AS position_based_micro,
           SUM(s.last_touch_fen) AS last_touch_fen,
           SUM(s.first_touch_fen) AS first_touch_fen,
           SUM(s.linear_fen) AS linear_fen,
           SUM(s.time_decay_fen) AS time_decay_fen,
           SUM(s.position_based_fen) AS position_based_fen,
           SUM(s.last_touch_by_note) AS last_touch_by_note,
           SUM(s.last_touch_among_notes) AS last_touch_among_notes,
           SUM(s.last_touch_by_listing) AS last_touch_by_listing,
           SUM(s.last_touch_among_listings) AS last_touch_among_listings,
           SUM(s.first_touch_by_note) AS first_touch_by_note,
           SUM(s.first_touch_among_notes) AS first_touch_among_notes,
           SUM(s.first_touch_by_listing) AS first_touch_by_listing,
           SUM(s.first_touch_among_listings) AS first_touch_among_listings
    FROM given AS s
    LEFT JOIN sampled_conversions AS c ON c.conversion = s.claim
    LEFT JOIN sampled_touches AS t ON t.touchpoint_id = s.touchpoint_id
    LEFT JOIN units AS u
        ON u.claim = CASE WHEN c.ratio IS NOT NULL OR t.ratio IS NOT NULL THEN s.claim END
    LEFT JOIN strange_boosts AS x ON x.boost_id = s.boost_id AND x.listing_id = s.listing_id
    WHERE s.day BETWEEN $first_day AND $last_day
    GROUP BY s.day, s.touched_day, s.listing_id, s.kind_id, s.level_id, s.has_value, u.user_group,
             CASE WHEN x.boost_id IS NULL THEN s.boost_id END,
             CASE WHEN t.ratio < c.ratio OR c.ratio IS NULL THEN t.ratio ELSE c.ratio END
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
       CAST(s.last_touch_by_note AS INTEGER) AS last_touch_assists_by_note,
       CAST(s.last_touch_among_notes AS INTEGER) AS last_touch_assists_among_notes,
       CAST(s.last_touch_by_listing AS INTEGER) AS last_touch_assists_by_listing,
       CAST(s.last_touch_among_listings AS INTEGER) AS last_touch_assists_among_listings,
       CAST(s.first_touch_by_note AS INTEGER) AS first_touch_assists_by_note,
       CAST(s.first_touch_among_notes AS INTEGER) AS first_touch_assists_among_notes,
       CAST(s.first_touch_by_listing AS INTEGER) AS first_touch_assists_by_listing,
       CAST(s.first_touch_among_listings AS INTEGER) AS first_touch_assists_among_listings
FROM summed AS s
JOIN known_listings AS l ON l.listing_id = s.listing_id
LEFT JOIN known_boosts AS b ON b.external_id = s.boost_id AND b.merchant_id = l.merchant_id
JOIN kinds AS k ON k.kind_id = s.kind_id
JOIN levels AS v ON v.level_id = s.level_id
ORDER BY s.day, l.merchant_id, l.listing, b.boost_id, s.touched_day, k.kind, v.level, s.has_value,
         s.user_group
