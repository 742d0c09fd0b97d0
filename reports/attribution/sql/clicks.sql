-- The click a claim names, where the name is valid: a click inside the window on a note that had
-- at that moment a live listing of the claim's store.
-- Grain: claim. Params: $window_us.
WITH naming AS (
    SELECT c.claim AS claim, c.click_id AS click_id, c.store_id AS store_id,
           c.user_id AS user_id, c.converted_at AS converted_at
    FROM claims AS c
    WHERE c.click_id IS NOT NULL
), named AS (
    SELECT n.claim AS claim, n.store_id AS store_id, n.user_id AS claim_user_id,
           t.touchpoint_id AS touchpoint_id, t.user_id AS user_id, t.note_id AS note_id,
           t.boost_id AS boost_id, t.listing_id AS named_id, t.touched_at AS touched_at,
           n.converted_at - t.touched_at AS age_us
    FROM touchpoints AS t
    JOIN naming AS n ON n.click_id = t.touchpoint_id
    WHERE t.kind = 'click'
      AND t.touched_at < n.converted_at AND t.touched_at >= n.converted_at - $window_us
)
SELECT n.claim AS claim, n.touchpoint_id AS touchpoint_id, n.user_id AS user_id,
       CASE WHEN n.user_id <> n.claim_user_id THEN 1 ELSE 0 END AS is_of_other_user,
       n.boost_id AS boost_id, n.age_us AS age_us,
       COALESCE(MIN(CASE WHEN l.listing_id = n.named_id THEN l.listing_id END),
                MIN(l.listing_id)) AS listing_id
FROM named AS n
JOIN listings AS l ON l.note_id = n.note_id AND l.store_id = n.store_id
WHERE l.live_from <= n.touched_at AND (l.live_to IS NULL OR n.touched_at < l.live_to)
GROUP BY n.claim, n.touchpoint_id, n.user_id, n.claim_user_id, n.boost_id, n.age_us
