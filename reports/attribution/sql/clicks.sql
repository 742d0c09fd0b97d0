-- The click a claim names, where the name is valid: a click inside the window on a note that had
-- at that moment a live listing of the claim's store. The claim's own user's is among its pairs
-- already, with all it credits; only another's is looked up, and comes with it: what follows
-- is_of_other_user is read only where that is 1.
-- Grain: claim. Params: $window_us.
WITH naming AS (
    SELECT c.claim AS claim, c.day AS day, c.kind_id AS kind_id, c.value_fen AS value_fen,
           c.click_id AS click_id, c.store_id AS store_id, c.converted_at AS converted_at
    FROM claims AS c
    WHERE c.click_id IS NOT NULL
), own AS (
    SELECT DISTINCT p.claim AS claim, p.touchpoint_id AS touchpoint_id, p.age_us AS age_us
    FROM pairs AS p
    JOIN naming AS n ON n.claim = p.claim AND n.click_id = p.touchpoint_id
    WHERE p.is_click = 1
), others AS (
    SELECT n.claim AS claim, n.day AS day, n.kind_id AS kind_id, n.value_fen AS value_fen,
           n.click_id AS click_id, n.store_id AS store_id, n.converted_at AS converted_at
    FROM naming AS n
    LEFT JOIN own AS o ON o.claim = n.claim
    WHERE o.claim IS NULL
), found AS (
    SELECT n.claim AS claim, n.day AS day, n.kind_id AS kind_id, n.value_fen AS value_fen,
           n.store_id AS store_id, t.touchpoint_id AS touchpoint_id, t.boost_id AS boost_id,
           t.note_id AS note_id, t.listing_id AS named_id, t.touched_at AS touched_at,
           n.converted_at - t.touched_at AS age_us
    FROM touchpoints AS t
    JOIN others AS n ON n.click_id = t.touchpoint_id
    WHERE t.kind = 'click'
      AND t.touched_at < n.converted_at AND t.touched_at >= n.converted_at - $window_us
)
SELECT o.claim AS claim, o.touchpoint_id AS touchpoint_id, o.age_us AS age_us,
       CAST(NULL AS INTEGER) AS touched_day,
       0 AS is_of_other_user, NULL AS day, NULL AS kind_id, NULL AS value_fen,
       NULL AS boost_id, NULL AS listing_id
FROM own AS o
UNION ALL
SELECT f.claim AS claim, f.touchpoint_id AS touchpoint_id, f.age_us AS age_us,
       shanghai_day(f.touched_at) AS touched_day,
       1 AS is_of_other_user, f.day AS day, f.kind_id AS kind_id, f.value_fen AS value_fen,
       f.boost_id AS boost_id,
       COALESCE(MIN(CASE WHEN l.listing_id = f.named_id THEN l.listing_id END),
                MIN(l.listing_id)) AS listing_id
FROM shelves AS l
JOIN found AS f ON f.note_id = l.note_id AND f.store_id = l.store_id
WHERE l.live_from <= f.touched_at AND f.touched_at < l.live_to
GROUP BY f.claim, f.touchpoint_id, f.age_us, f.touched_at, f.day, f.kind_id, f.value_fen, f.boost_id
