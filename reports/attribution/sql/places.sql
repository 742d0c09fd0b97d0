-- Each credited touchpoint's place among those of its claim (time, then id), with what the models'
-- integer weights need: places, running sums and totals. Every sum of a window costs much, so there
-- are two. No two touchpoints of a claim tie, so CUME_DIST is i / n, and n is i / CUME_DIST, rounded.
-- Clicks and weights share the sums: a click adds 2^62, which no sum of weights comes near, so the
-- clicks are what a double keeps of sum / 2^62, and the weights are the rest.
-- A claim is joint or not: as a key of the windows, what is asked of joint orders alone is computed of
-- them alone.
-- Grain: claim, touchpoint.
WITH sums AS (
    SELECT m.claim AS claim, m.day AS day, m.kind_id AS kind_id, m.value_fen AS value_fen,
           m.touchpoint_id AS touchpoint_id, m.boost_id AS boost_id, m.listing_id AS listing_id,
           m.level_id AS level_id, m.is_joint AS is_joint,
           m.is_named_click AS is_named_click, m.is_click AS is_click,
           m.age_us AS age_us, m.touched_day AS touched_day,
           d.weight AS weight,
           CAST(ROW_NUMBER() OVER placed AS BIGINT) AS i,
           CUME_DIST() OVER placed AS cume_dist,
           SUM(CAST(d.weight + 4611686018427387904 * m.is_click AS HUGEINT)) OVER so_far AS so_far,
           SUM(CAST(d.weight + 4611686018427387904 * m.is_click AS HUGEINT)) OVER whole AS total
    FROM matches AS m
    JOIN decay AS d ON d.hours = m.age_us // 3600000000
    WINDOW placed AS (PARTITION BY m.claim, m.is_joint ORDER BY m.age_us DESC, m.touchpoint_id),
           so_far AS (PARTITION BY m.claim, m.is_joint ORDER BY m.age_us DESC, m.touchpoint_id
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
           whole AS (PARTITION BY m.claim, m.is_joint ORDER BY m.age_us DESC, m.touchpoint_id
                     ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
), counted AS (
    SELECT s.claim AS claim, s.day AS day, s.kind_id AS kind_id, s.value_fen AS value_fen,
           s.touchpoint_id AS touchpoint_id, s.boost_id AS boost_id, s.listing_id AS listing_id,
           s.level_id AS level_id, s.is_joint AS is_joint,
           s.is_named_click AS is_named_click, s.is_click AS is_click,
           s.age_us AS age_us, s.touched_day AS touched_day,
           s.weight AS weight, s.i AS i, CAST(ROUND(s.i / s.cume_dist) AS BIGINT) AS n,
           s.so_far AS so_far, s.total AS total,
           CAST(FLOOR(CAST(s.so_far AS DOUBLE) / 4611686018427387904) AS BIGINT) AS clicks_so_far,
           CAST(FLOOR(CAST(s.total AS DOUBLE) / 4611686018427387904) AS BIGINT) AS clicks
    FROM sums AS s
)
SELECT c.claim AS claim, c.day AS day, c.kind_id AS kind_id, c.value_fen AS value_fen,
       c.touchpoint_id AS touchpoint_id, c.boost_id AS boost_id, c.listing_id AS listing_id,
       c.level_id AS level_id, c.is_joint AS is_joint,
       c.is_named_click AS is_named_click, c.is_click AS is_click,
       c.age_us AS age_us, c.touched_day AS touched_day,
       c.i AS i, c.n AS n, c.clicks_so_far AS clicks_so_far, c.clicks AS clicks,
       c.weight AS weight,
       CAST(c.so_far - CAST(4611686018427387904 AS HUGEINT) * c.clicks_so_far AS BIGINT)
           AS weight_so_far,
       CAST(c.total - CAST(4611686018427387904 AS HUGEINT) * c.clicks AS BIGINT) AS weight_total
FROM counted AS c
