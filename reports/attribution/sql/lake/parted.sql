-- Claims of several bundles, summed as facts are, the models side by side. Null is what a model gives
-- nothing; a value is null, too, where no value is known, which stands apart. least_age_us is of the youngest
-- of the touches. An assist is counted in the row of the touch that stands for it (assists).
-- What a model gives to one touch alone is counted, as assists are: sums take more memory.
-- Grain: dimensions of facts by ids, whether the value is known. Reads given.
SELECT g.day AS day, g.touched_day AS touched_day, g.listing_id AS listing_id,
       g.boost_id AS boost_id, g.kind_id AS kind_id, g.level_id AS level_id,
       g.has_value AS has_value, g.user_group AS user_group, g.sampling_ratio AS sampling_ratio,
       MIN(g.least_age_us) AS least_age_us,
       1000000 * NULLIF(COUNT(g.last_touch_micro), 0) AS last_touch_micro,
       1000000 * NULLIF(COUNT(g.first_touch_micro), 0) AS first_touch_micro,
       SUM(g.linear_micro) AS linear_micro,
       SUM(g.time_decay_micro) AS time_decay_micro,
       SUM(g.position_based_micro) AS position_based_micro,
       SUM(g.last_touch_fen) AS last_touch_fen, SUM(g.first_touch_fen) AS first_touch_fen,
       SUM(g.linear_fen) AS linear_fen, SUM(g.time_decay_fen) AS time_decay_fen,
       SUM(g.position_based_fen) AS position_based_fen,
       COUNT(g.last_touch_by_note) AS last_touch_by_note,
       COUNT(g.last_touch_among_notes) AS last_touch_among_notes,
       COUNT(g.last_touch_by_listing) AS last_touch_by_listing,
       COUNT(g.last_touch_among_listings) AS last_touch_among_listings,
       COUNT(g.first_touch_by_note) AS first_touch_by_note,
       COUNT(g.first_touch_among_notes) AS first_touch_among_notes,
       COUNT(g.first_touch_by_listing) AS first_touch_by_listing,
       COUNT(g.first_touch_among_listings) AS first_touch_among_listings
FROM given AS g
GROUP BY g.day, g.touched_day, g.listing_id, g.boost_id, g.kind_id, g.level_id, g.has_value,
         g.user_group, g.sampling_ratio
