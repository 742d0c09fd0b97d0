-- What each model gives a stretch, as running sums of integer weights: of the total, what lies between
-- before and after. The models that give all to one touchpoint say whether this has it.
-- Grain: claim, stretch.
SELECT p.claim AS claim, p.day AS day, p.kind_id AS kind_id, p.value_fen AS value_fen,
       p.touchpoint_id AS touchpoint_id, p.boost_id AS boost_id, p.listing_id AS listing_id,
       p.level_id AS level_id, p.is_joint AS is_joint, p.least_age_us AS least_age_us,
       p.touched_day AS touched_day, p.user_group AS user_group,
       p.sampling_ratio AS sampling_ratio,
       CASE WHEN p.level_id = 2 THEN p.is_named_click
            WHEN p.clicks > 0
                THEN CASE WHEN p.own_clicks > 0 AND p.clicks_so_far = p.clicks THEN 1 ELSE 0 END
            WHEN p.i = p.n THEN 1 ELSE 0 END AS is_last,
       CASE WHEN p.i = p.touches THEN 1 ELSE 0 END AS is_first,
       p.i - p.touches AS linear_before, p.i AS linear_after, p.n AS linear_total,
       p.weight_so_far - p.weight AS decay_before, p.weight_so_far AS decay_after,
       p.weight_total AS decay_total,
       CASE WHEN p.n <= 2 OR p.i = p.touches THEN p.i - p.touches
            ELSE 2 * (p.n - 2) + p.i - p.touches - 1 END AS position_before,
       CASE WHEN p.n <= 2 THEN p.i WHEN p.i = p.n THEN 5 * (p.n - 2)
            ELSE 2 * (p.n - 2) + p.i - 1 END AS position_after,
       CASE WHEN p.n <= 2 THEN p.n ELSE 5 * (p.n - 2) END AS position_total
FROM places AS p
