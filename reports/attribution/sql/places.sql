-- Each credited touchpoint's place among those of its claim (time, then id), with what the models'
-- integer weights need: places, running sums and totals.
-- Grain: claim, touchpoint.
SELECT m.claim AS claim, m.day AS day, m.kind_id AS kind_id, m.value_fen AS value_fen,
       m.touchpoint_id AS touchpoint_id, m.boost_id AS boost_id, m.listing_id AS listing_id,
       m.level_id AS level_id, m.is_named_click AS is_named_click, m.is_click AS is_click,
       ROW_NUMBER() OVER so_far AS i,
       COUNT(*) OVER whole AS n,
       SUM(m.is_click) OVER so_far AS clicks_so_far,
       SUM(m.is_click) OVER whole AS clicks,
       d.weight AS weight,
       CAST(SUM(d.weight) OVER so_far AS BIGINT) AS weight_so_far,
       CAST(SUM(d.weight) OVER whole AS BIGINT) AS weight_total
FROM matches AS m
JOIN decay AS d ON d.hours = m.age_us // 3600000000
WINDOW so_far AS (PARTITION BY m.claim ORDER BY m.age_us DESC, m.touchpoint_id
                  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
       whole AS (PARTITION BY m.claim ORDER BY m.age_us DESC, m.touchpoint_id
                 ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
