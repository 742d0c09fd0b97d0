-- The touchpoints each claim credits, at level product if there is one there, else at level store;
-- a valid click joins them and sets the level. Only what is at level store asks for the level of its
-- claim: a null key finds nothing, at no cost.
-- level_id: 0 store, 1 product, 2 click_id, as the table levels says.
-- Grain: claim, touchpoint. Variables: window_us, of this window; candidates hold the widest.
WITH named AS (
    SELECT k.claim AS claim, k.touchpoint_id AS touchpoint_id
    FROM clicks AS k
    WHERE k.age_us <= getvariable('window_us')
)
SELECT c.claim AS claim, c.day AS day, c.kind_id AS kind_id, c.value_fen AS value_fen,
       c.touchpoint_id AS touchpoint_id, c.boost_id AS boost_id, c.listing_id AS listing_id,
       c.age_us AS age_us, c.touched_day AS touched_day, c.is_click AS is_click,
       CAST(CASE WHEN k.touchpoint_id = c.touchpoint_id THEN 1 ELSE 0 END AS TINYINT)
           AS is_named_click,
       CAST(CASE WHEN k.claim IS NOT NULL THEN 2 WHEN c.is_product = 1 THEN 1 ELSE 0 END
            AS TINYINT) AS level_id
FROM candidates AS c
LEFT JOIN named AS k ON k.claim = c.claim
LEFT JOIN product_ages AS o ON o.claim = CASE WHEN c.is_product = 0 THEN c.claim END
WHERE c.age_us <= getvariable('window_us') AND (c.user_by_click = 0 OR k.claim IS NOT NULL)
  AND (c.is_product = 1 OR o.claim IS NULL OR o.age_us > getvariable('window_us')
       OR k.touchpoint_id = c.touchpoint_id)
