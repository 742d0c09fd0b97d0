-- Every touchpoint a claim may credit, with each listing it may credit it to: the same user's,
-- inside the window, on a note that had at that moment a live listing of the claim's store.
-- The note's store comes first: user and store together find few claims, even where many share a
-- user id. Only what found a claim is looked up among the listings.
-- touched_day: days since 1970-01-01 in Asia/Shanghai.
-- is_named: the touchpoint names this listing; null where the listing is alone (shelves), so that
-- the name cannot matter.
-- Grain: claim, touchpoint, listing. Params: $window_us.
WITH seekers AS (
    SELECT c.claim AS claim, c.day AS day, c.kind_id AS kind_id, c.value_fen AS value_fen,
           c.converted_at AS converted_at, c.store_id AS store_id, c.product_id AS product_id,
           COALESCE(c.user_id, u.user_id) AS user_id,
           CAST(c.user_id IS NULL AS TINYINT) AS user_by_click
    FROM claims AS c
    LEFT JOIN click_users AS u ON u.claim = c.claim
)
SELECT s.claim AS claim, s.day AS day, s.kind_id AS kind_id, s.value_fen AS value_fen,
       s.user_by_click AS user_by_click, t.touchpoint_id AS touchpoint_id,
       t.boost_id AS boost_id, s.converted_at - t.touched_at AS age_us,
       shanghai_day(t.touched_at) AS touched_day,
       CAST(t.kind = 'click' AS TINYINT) AS is_click, l.listing_id AS listing_id,
       CAST(CASE WHEN l.is_alone THEN NULL WHEN l.listing_id = t.listing_id THEN 1 ELSE 0 END
            AS TINYINT) AS is_named,
       CAST(CASE WHEN l.product_id = s.product_id THEN 1 ELSE 0 END AS TINYINT) AS is_product
FROM touchpoints AS t
JOIN note_stores AS n ON n.note_id = t.note_id
JOIN seekers AS s ON s.user_id = t.user_id AND s.store_id = n.store_id
JOIN shelves AS l ON l.note_id = n.note_id AND l.store_id = n.store_id
WHERE t.touched_at < s.converted_at AND t.touched_at >= s.converted_at - $window_us
  AND l.live_from <= t.touched_at AND t.touched_at < l.live_to
