-- Every touchpoint a claim may credit: the same user's, inside the window, on a note that had at
-- that moment a live listing of the claim's store; and the valid click of another user.
-- is_product: one of those listings is of the claim's product. Such a touchpoint makes the level
-- product, so the listing it would credit at level store is never asked for.
-- Grain: claim, touchpoint. Params: $window_us.
WITH seekers AS (
    SELECT c.claim AS claim, c.converted_at AS converted_at, c.store_id AS store_id,
           c.product_id AS product_id, COALESCE(c.user_id, k.user_id) AS user_id,
           CAST(CASE WHEN c.user_id IS NULL THEN 1 ELSE 0 END AS TINYINT) AS user_by_click
    FROM claims AS c
    LEFT JOIN clicks AS k ON k.claim = c.claim
), crowded AS (
    SELECT l.note_id AS note_id, l.store_id AS store_id
    FROM listings AS l
    GROUP BY l.note_id, l.store_id
    HAVING COUNT(*) > 1
), shelves AS (
    SELECT l.listing_id AS listing_id, l.note_id AS note_id, l.store_id AS store_id,
           l.product_id AS product_id, l.live_from AS live_from, l.live_to AS live_to,
           CAST(CASE WHEN r.note_id IS NULL THEN 1 ELSE 0 END AS TINYINT) AS is_alone
    FROM listings AS l
    LEFT JOIN crowded AS r ON r.note_id = l.note_id AND r.store_id = l.store_id
), live AS (
    SELECT s.claim AS claim, s.user_by_click AS user_by_click, t.touchpoint_id AS touchpoint_id,
           t.boost_id AS boost_id, s.converted_at - t.touched_at AS age_us,
           l.listing_id AS listing_id, l.is_alone AS is_alone,
           CAST(CASE WHEN t.kind = 'click' THEN 1 ELSE 0 END AS TINYINT) AS is_click,
           CASE WHEN l.listing_id = t.listing_id THEN 1 ELSE 0 END AS is_named,
           CAST(CASE WHEN l.product_id = s.product_id THEN 1 ELSE 0 END AS TINYINT) AS is_product
    FROM touchpoints AS t
    JOIN shelves AS l ON l.note_id = t.note_id
    JOIN seekers AS s ON s.user_id = t.user_id AND s.store_id = l.store_id
    WHERE t.touched_at < s.converted_at AND t.touched_at >= s.converted_at - $window_us
      AND l.live_from <= t.touched_at AND (l.live_to IS NULL OR t.touched_at < l.live_to)
)
SELECT v.claim AS claim, v.user_by_click AS user_by_click, v.touchpoint_id AS touchpoint_id,
       v.boost_id AS boost_id, v.is_click AS is_click, v.age_us AS age_us,
       v.is_product AS is_product, v.listing_id AS listing_id
FROM live AS v
WHERE v.is_alone = 1
UNION ALL
SELECT v.claim AS claim, v.user_by_click AS user_by_click, v.touchpoint_id AS touchpoint_id,
       v.boost_id AS boost_id, v.is_click AS is_click, v.age_us AS age_us,
       MAX(v.is_product) AS is_product,
       COALESCE(MIN(CASE WHEN v.is_product = 1 AND v.is_named = 1 THEN v.listing_id END),
                MIN(CASE WHEN v.is_product = 1 THEN v.listing_id END),
                MIN(CASE WHEN v.is_named = 1 THEN v.listing_id END),
                MIN(v.listing_id)) AS listing_id
FROM live AS v
WHERE v.is_alone = 0
GROUP BY v.claim, v.user_by_click, v.touchpoint_id, v.boost_id, v.is_click, v.age_us
UNION ALL
SELECT k.claim AS claim, CAST(0 AS TINYINT) AS user_by_click, k.touchpoint_id AS touchpoint_id,
       k.boost_id AS boost_id, CAST(1 AS TINYINT) AS is_click, k.age_us AS age_us,
       CAST(0 AS TINYINT) AS is_product, k.listing_id AS listing_id
FROM clicks AS k
WHERE k.is_of_other_user = 1
