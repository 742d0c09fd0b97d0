-- The touchpoints each claim credits, at level product if there is one there, else at level store;
-- a valid click joins them and sets the level.
-- Grain: claim, touchpoint. Params: $window_us, of this window; pairs and clicks hold the widest.
WITH named AS (
    SELECT k.claim AS claim, k.touchpoint_id AS touchpoint_id
    FROM clicks AS k
    WHERE k.age_us <= $window_us
), of_product AS (
    SELECT DISTINCT p.claim AS claim
    FROM pairs AS p
    WHERE p.is_product = 1 AND p.age_us <= $window_us
)
SELECT p.claim AS claim, p.touchpoint_id AS touchpoint_id, p.boost_id AS boost_id,
       p.listing_id AS listing_id, p.is_click AS is_click, p.age_us AS age_us,
       CASE WHEN k.claim IS NOT NULL THEN 'click_id' WHEN p.is_product = 1 THEN 'product'
            ELSE 'store' END AS level,
       CAST(CASE WHEN k.touchpoint_id = p.touchpoint_id THEN 1 ELSE 0 END AS TINYINT)
           AS is_named_click
FROM pairs AS p
LEFT JOIN named AS k ON k.claim = p.claim
LEFT JOIN of_product AS o ON o.claim = p.claim
WHERE p.age_us <= $window_us AND (p.user_by_click = 0 OR k.claim IS NOT NULL)
  AND (p.is_product = 1 OR o.claim IS NULL OR k.touchpoint_id = p.touchpoint_id)
