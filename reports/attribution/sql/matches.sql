-- The touchpoints each claim credits, at level product if there is one there, else at level store;
-- a valid click joins them and sets the level.
-- Grain: claim, touchpoint. Params: $window_us, of this window; pairs and clicks hold the widest.
WITH named AS (
    SELECT k.claim AS claim, k.touchpoint_id AS touchpoint_id, k.note_id AS note_id,
           k.listing_id AS listing_id, k.age_us AS age_us
    FROM clicks AS k
    WHERE k.age_us <= $window_us
), near AS (
    SELECT p.claim AS claim, p.touchpoint_id AS touchpoint_id, p.note_id AS note_id,
           p.kind AS kind, p.age_us AS age_us, p.is_product AS is_product,
           p.product_listing_id AS product_listing_id, p.store_listing_id AS store_listing_id
    FROM pairs AS p
    LEFT JOIN named AS k ON k.claim = p.claim
    WHERE p.age_us <= $window_us AND (p.user_by_click = 0 OR k.claim IS NOT NULL)
), levels AS (
    SELECT n.claim AS claim, MAX(n.is_product) AS is_product
    FROM near AS n
    GROUP BY n.claim
), found AS (
    SELECT n.claim AS claim, n.touchpoint_id AS touchpoint_id, n.note_id AS note_id,
           n.kind AS kind, n.age_us AS age_us, n.is_product AS is_product,
           CASE WHEN n.is_product = 1 THEN n.product_listing_id ELSE n.store_listing_id END
               AS listing_id
    FROM near AS n
    JOIN levels AS lv ON lv.claim = n.claim AND lv.is_product = n.is_product
)
SELECT f.claim AS claim, f.touchpoint_id AS touchpoint_id, f.note_id AS note_id,
       f.listing_id AS listing_id, f.kind AS kind, f.age_us AS age_us,
       CASE WHEN k.claim IS NOT NULL THEN 'click_id' WHEN f.is_product = 1 THEN 'product'
            ELSE 'store' END AS level,
       CASE WHEN k.touchpoint_id = f.touchpoint_id THEN 1 ELSE 0 END AS is_named_click
FROM found AS f
LEFT JOIN named AS k ON k.claim = f.claim
UNION ALL
SELECT k.claim AS claim, k.touchpoint_id AS touchpoint_id, k.note_id AS note_id,
       k.listing_id AS listing_id, 'click' AS kind, k.age_us AS age_us, 'click_id' AS level,
       1 AS is_named_click
FROM named AS k
LEFT JOIN found AS f ON f.claim = k.claim AND f.touchpoint_id = k.touchpoint_id
WHERE f.claim IS NULL
