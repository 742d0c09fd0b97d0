-- The click a claim names, where the name is valid: a click inside the window on a note that had
-- at that moment a live listing of the claim's store.
-- Grain: claim. Params: $window_us.
WITH live AS (
    SELECT c.claim AS claim, t.touchpoint_id AS touchpoint_id, t.user_id AS user_id,
           t.note_id AS note_id, c.converted_at - t.touched_at AS age_us,
           t.listing_id AS named_id, l.listing_id AS listing_id
    FROM claims AS c
    JOIN touchpoints AS t ON t.touchpoint_id = c.click_id
    JOIN listings AS l ON l.note_id = t.note_id AND l.store_id = c.store_id
    WHERE t.kind = 'click'
      AND t.touched_at < c.converted_at AND t.touched_at >= c.converted_at - $window_us
      AND l.live_from <= t.touched_at AND (l.live_to IS NULL OR t.touched_at < l.live_to)
)
SELECT v.claim AS claim, v.touchpoint_id AS touchpoint_id, v.user_id AS user_id,
       v.note_id AS note_id, v.age_us AS age_us,
       COALESCE(MIN(CASE WHEN v.listing_id = v.named_id THEN v.listing_id END),
                MIN(v.listing_id)) AS listing_id
FROM live AS v
GROUP BY v.claim, v.touchpoint_id, v.user_id, v.note_id, v.age_us
