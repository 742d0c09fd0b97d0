-- TouchFact: each touch, a touchpoint or not, on a note with a live listing, once for the note's merchant: at the
-- listing it names if that one is live, else at the smallest.
-- Grain: its dimensions. Params: $first_day, $last_day.
WITH live AS (
    SELECT t.touchpoint_id AS touchpoint_id, t.kind AS kind, t.boost_id AS boost_id,
           l.merchant_id AS merchant_id,
           shanghai_day(t.touched_at) AS day,
           COALESCE(MIN(CASE WHEN p.listing_id = t.listing_id THEN p.listing_id END),
                    MIN(p.listing_id)) AS listing_id
    FROM touches AS t
    JOIN listings AS p ON p.note_id = t.note_id
    JOIN known_listings AS l ON l.listing_id = p.listing_id
    WHERE shanghai_day(t.touched_at) BETWEEN $first_day AND $last_day
      AND p.live_from <= t.touched_at AND (p.live_to IS NULL OR t.touched_at < p.live_to)
    GROUP BY t.touchpoint_id, t.kind, t.boost_id, l.merchant_id, t.touched_at
)
SELECT v.day AS day, l.merchant_id AS merchant_id, l.listing AS listing_id, l.note AS note_id,
       b.boost_id AS boost_id, l.placement AS placement, v.kind AS kind, COUNT(*) AS touchpoints
FROM live AS v
JOIN known_listings AS l ON l.listing_id = v.listing_id
LEFT JOIN known_boosts AS b ON b.external_id = v.boost_id AND b.merchant_id = l.merchant_id
GROUP BY v.day, l.merchant_id, l.listing, l.note, b.boost_id, l.placement, v.kind
ORDER BY v.day, l.merchant_id, l.listing, b.boost_id, v.kind
