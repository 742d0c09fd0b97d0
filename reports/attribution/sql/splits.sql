-- Each claim split over its stretches in whole millionths and whole fen, a column for each model:
-- floor(A * after / total) - floor(A * before / total), A positive, the sign put back afterwards.
-- A refund of an order of which B is taken back already takes the split of B + A less that of B, so
-- that all refunds of an order together take what was given (ADR 0106); B is 0 for all others.
-- Null is a stretch without weight under the model, or what is unknown. No total is above 2^20
-- for each touchpoint. So where value times touchpoints is up to 8 * 10^12, value times total stays
-- below 2^63; what is larger, and what has a B, is split in 128 bits.
-- Grain: claim, stretch.
WITH amounts AS (
    SELECT s.claim AS claim, s.day AS day, s.kind_id AS kind_id, s.touchpoint_id AS touchpoint_id,
           s.boost_id AS boost_id, s.listing_id AS listing_id, s.level_id AS level_id,
           s.is_joint AS is_joint, s.least_age_us AS least_age_us, s.touched_day AS touched_day,
           s.user_group AS user_group, s.sampling_ratio AS sampling_ratio, s.is_last AS is_last,
           s.is_first AS is_first, s.linear_before AS linear_before,
           s.linear_after AS linear_after, s.linear_total AS linear_total,
           s.decay_before AS decay_before, s.decay_after AS decay_after,
           s.decay_total AS decay_total, s.position_before AS position_before,
           s.position_after AS position_after, s.position_total AS position_total,
           k.sign AS sign, s.value_fen AS fen, COALESCE(r.before_fen, CAST(0 AS HUGEINT)) AS taken_fen,
           CASE WHEN r.before_fen > 0
                     OR CAST(s.value_fen AS DOUBLE) * s.linear_total > 8000000000000 THEN 1
                ELSE 0 END AS is_large
    FROM shares AS s
    JOIN kinds AS k ON k.kind_id = s.kind_id
    LEFT JOIN refunds AS r ON r.claim = CASE WHEN k.sign < 0 THEN s.claim END
)
SELECT a.claim AS claim, a.day AS day, a.kind_id AS kind_id, a.touchpoint_id AS touchpoint_id,
       a.boost_id AS boost_id, a.listing_id AS listing_id, a.level_id AS level_id,
       a.is_joint AS is_joint, a.least_age_us AS least_age_us, a.touched_day AS touched_day,
       a.user_group AS user_group, a.sampling_ratio AS sampling_ratio,
       CASE WHEN a.fen IS NULL THEN 0 ELSE 1 END AS has_value,
       CASE WHEN a.is_last = 1 THEN 1000000 END AS last_touch_micro,
       CASE WHEN a.is_first = 1 THEN 1000000 END AS first_touch_micro,
       (1000000 * a.linear_after) // a.linear_total
           - (1000000 * a.linear_before) // a.linear_total AS linear_micro,
       (1000000 * a.decay_after) // a.decay_total
           - (1000000 * a.decay_before) // a.decay_total AS time_decay_micro,
       (1000000 * a.position_after) // a.position_total
           - (1000000 * a.position_before) // a.position_total AS position_based_micro,
       CASE WHEN a.is_last = 1 THEN a.sign * a.fen END AS last_touch_fen,
       CASE WHEN a.is_first = 1 THEN a.sign * a.fen END AS first_touch_fen,
       a.sign * CASE WHEN a.is_large = 0
                     THEN (a.fen * a.linear_after) // a.linear_total
                         - (a.fen * a.linear_before) // a.linear_total
                     ELSE CAST(((a.taken_fen + a.fen) * a.linear_after) // a.linear_total
                         - ((a.taken_fen + a.fen) * a.linear_before) // a.linear_total
                         - (a.taken_fen * a.linear_after) // a.linear_total
                         + (a.taken_fen * a.linear_before) // a.linear_total AS BIGINT) END
           AS linear_fen,
       a.sign * CASE WHEN a.is_large = 0
                     THEN (a.fen * a.decay_after) // a.decay_total
                         - (a.fen * a.decay_before) // a.decay_total
                     ELSE CAST(((a.taken_fen + a.fen) * a.decay_after) // a.decay_total
                         - ((a.taken_fen + a.fen) * a.decay_before) // a.decay_total
                         - (a.taken_fen * a.decay_after) // a.decay_total
                         + (a.taken_fen * a.decay_before) // a.decay_total AS BIGINT) END
           AS time_decay_fen,
       a.sign * CASE WHEN a.is_large = 0
                     THEN (a.fen * a.position_after) // a.position_total
                         - (a.fen * a.position_before) // a.position_total
                     ELSE CAST(((a.taken_fen + a.fen) * a.position_after) // a.position_total
                         - ((a.taken_fen + a.fen) * a.position_before) // a.position_total
                         - (a.taken_fen * a.position_after) // a.position_total
                         + (a.taken_fen * a.position_before) // a.position_total AS BIGINT) END
           AS position_based_fen
FROM amounts AS a
