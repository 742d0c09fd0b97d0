-- Every touchpoint a claim may credit: the same user's, inside the window, on a note that had at
-- that moment a live listing of the claim's store; with the listing it would credit at each level.
-- is_product: one of those listings is of the claim's product.
-- Grain: claim, touchpoint. Params: $window_us.
WITH seekers AS (
    SELECT c.claim AS claim, c.converted_at AS converted_at, c.store_id AS store_id,
           c.product_id AS product_id, COALESCE(c.user_id, k.user_id) AS user_id,
           CASE WHEN c.user_id IS NULL THEN 1 ELSE 0 END AS user_by_click
    FROM claims AS c
    LEFT JOIN clicks AS k ON k.claim = c.claim
), live AS (
    SELECT s.claim AS claim, s.user_by_click AS user_by_click, t.touchpoint_id AS touchpoint_id,
           t.note_id AS note_id, t.kind AS kind, s.converted_at - t.touched_at AS age_us,
           l.listing_id AS listing_id,
           CASE WHEN l.listing_id = t.listing_id THEN 1 ELSE 0 END AS is_named,
           CASE WHEN l.product_id = s.product_id THEN 1 ELSE 0 END AS is_product
    FROM touchpoints AS t
    JOIN listings AS l ON l.note_id = t.note_id
    JOIN seekers AS s ON s.user_id = t.user_id AND s.store_id = l.store_id
    WHERE t.touched_at < s.converted_at AND t.touched_at >= s.converted_at - $window_us
      AND l.live_from <= t.touched_at AND (l.live_to IS NULL OR t.touched_at < l.live_to)
)
SELECT v.claim AS claim, v.user_by_click AS user_by_click, v.touchpoint_id AS touchpoint_id,
       v.note_id AS note_id, v.kind AS kind, v.age_us AS age_us, MAX(v.is_product) AS is_product,
       COALESCE(MIN(CASE WHEN v.is_product = 1 AND v.is_named = 1 THEN v.listing_id END),
                MIN(CASE WHEN v.is_product = 1 THEN v.listing_id END)) AS product_listing_id,
       COALESCE(MIN(CASE WHEN v.is_named = 1 THEN v.listing_id END),
                MIN(v.listing_id)) AS store_listing_id
FROM live AS v
GROUP BY v.claim, v.user_by_click, v.touchpoint_id, v.note_id, v.kind, v.age_us
