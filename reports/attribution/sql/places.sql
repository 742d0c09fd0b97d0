-- Each stretch's place among those of its claim (time, then id), with what the models' integer weights
-- need: running sums and totals of touchpoints, clicks and weights. Every sum of a window costs much, so
-- there are two, of three numbers each: a touchpoint adds 2^92, a click 2^56, a weight itself. Up to a
-- thousand million touchpoints, of at most 2^20 each, no weights come near a click and no clicks near a
-- touchpoint: touchpoints are what a double keeps of sum / 2^92, clicks what it keeps of the rest / 2^56.
-- A claim is joint or not: as a key of the windows, what is asked of joint orders alone is computed of
-- them alone.
-- Grain: claim, stretch. Reads stretches.
WITH packed AS (
    SELECT s.claim AS claim, s.day AS day, s.kind_id AS kind_id, s.value_fen AS value_fen,
           s.level_id AS level_id, s.touchpoint_id AS touchpoint_id, s.listing_id AS listing_id,
           s.boost_id AS boost_id, s.touched_day AS touched_day, s.user_group AS user_group,
           s.sampling_ratio AS sampling_ratio, s.least_age_us AS least_age_us,
           s.is_named_click AS is_named_click, s.is_joint AS is_joint, s.touches AS touches,
           s.clicks AS own_clicks, s.weight AS weight,
           CAST(4951760157141521099596496896 AS HUGEINT) * s.touches
               + CAST(72057594037927936 AS HUGEINT) * s.clicks + s.weight AS packed
    FROM stretches AS s
), summed AS (
    SELECT p.claim AS claim, p.day AS day, p.kind_id AS kind_id, p.value_fen AS value_fen,
           p.level_id AS level_id, p.touchpoint_id AS touchpoint_id, p.listing_id AS listing_id,
           p.boost_id AS boost_id, p.touched_day AS touched_day, p.user_group AS user_group,
           p.sampling_ratio AS sampling_ratio, p.least_age_us AS least_age_us,
           p.is_named_click AS is_named_click, p.is_joint AS is_joint, p.touches AS touches,
           p.own_clicks AS own_clicks, p.weight AS weight,
           SUM(CAST(p.packed AS HUGEINT)) OVER so_far AS so_far,
           SUM(CAST(p.packed AS HUGEINT)) OVER whole AS total
    FROM packed AS p
    WINDOW so_far AS (PARTITION BY p.claim, p.is_joint ORDER BY p.least_age_us DESC, p.touchpoint_id
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
           whole AS (PARTITION BY p.claim, p.is_joint ORDER BY p.least_age_us DESC, p.touchpoint_id
                     ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
), counted AS (
    SELECT s.claim AS claim, s.day AS day, s.kind_id AS kind_id, s.value_fen AS value_fen,
           s.level_id AS level_id, s.touchpoint_id AS touchpoint_id, s.listing_id AS listing_id,
           s.boost_id AS boost_id, s.touched_day AS touched_day, s.user_group AS user_group,
           s.sampling_ratio AS sampling_ratio, s.least_age_us AS least_age_us,
           s.is_named_click AS is_named_click, s.is_joint AS is_joint, s.touches AS touches,
           s.own_clicks AS own_clicks, s.weight AS weight, s.so_far AS so_far, s.total AS total,
           CAST(FLOOR(CAST(s.so_far AS DOUBLE) / 4951760157141521099596496896) AS BIGINT) AS i,
           CAST(FLOOR(CAST(s.total AS DOUBLE) / 4951760157141521099596496896) AS BIGINT) AS n
    FROM summed AS s
), told AS (
    SELECT c.claim AS claim, c.day AS day, c.kind_id AS kind_id, c.value_fen AS value_fen,
           c.level_id AS level_id, c.touchpoint_id AS touchpoint_id, c.listing_id AS listing_id,
           c.boost_id AS boost_id, c.touched_day AS touched_day, c.user_group AS user_group,
           c.sampling_ratio AS sampling_ratio, c.least_age_us AS least_age_us,
           c.is_named_click AS is_named_click, c.is_joint AS is_joint, c.touches AS touches,
           c.own_clicks AS own_clicks, c.weight AS weight, c.i AS i, c.n AS n, c.so_far AS so_far,
           c.total AS total,
           CAST(FLOOR(CAST(c.so_far - CAST(4951760157141521099596496896 AS HUGEINT) * c.i AS DOUBLE)
                      / 72057594037927936) AS BIGINT) AS clicks_so_far,
           CAST(FLOOR(CAST(c.total - CAST(4951760157141521099596496896 AS HUGEINT) * c.n AS DOUBLE)
                      / 72057594037927936) AS BIGINT) AS clicks
    FROM counted AS c
)
SELECT t.claim AS claim, t.day AS day, t.kind_id AS kind_id, t.value_fen AS value_fen,
       t.level_id AS level_id, t.touchpoint_id AS touchpoint_id, t.listing_id AS listing_id,
       t.boost_id AS boost_id, t.touched_day AS touched_day, t.user_group AS user_group,
           t.sampling_ratio AS sampling_ratio,
       t.least_age_us AS least_age_us, t.is_named_click AS is_named_click, t.is_joint AS is_joint,
       t.touches AS touches, t.own_clicks AS own_clicks, t.weight AS weight, t.i AS i, t.n AS n,
       t.clicks_so_far AS clicks_so_far, t.clicks AS clicks,
       CAST(t.so_far - CAST(4951760157141521099596496896 AS HUGEINT) * t.i
            - CAST(72057594037927936 AS HUGEINT) * t.clicks_so_far AS BIGINT) AS weight_so_far,
       CAST(t.total - CAST(4951760157141521099596496896 AS HUGEINT) * t.n
            - CAST(72057594037927936 AS HUGEINT) * t.clicks AS BIGINT) AS weight_total
FROM told AS t
