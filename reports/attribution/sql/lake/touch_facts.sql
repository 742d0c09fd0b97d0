-- TouchFact: each touch, a touchpoint or not, on a note with a live listing, once for the note: with
-- all listings that were live at the touch, or with the one that it names if that was live.
-- listing_ids is an array as PostgreSQL writes it, its numbers rising. Touches of a sample stand apart by
-- the group of their user, or by their own where nobody knows him.
-- Grain: its dimensions. Params: $first_day, $last_day.
WITH edges AS (
    SELECT p.note_id AS note_id, p.live_from AS edge FROM listings AS p
    UNION
    SELECT p.note_id AS note_id, p.live_to AS edge FROM listings AS p WHERE p.live_to IS NOT NULL
), spans AS (
    -- From an edge to the next the same listings of a note are live. Grain: note, span.
    SELECT e.note_id AS note_id, e.edge AS begins,
           COALESCE(LEAD(e.edge) OVER (PARTITION BY e.note_id ORDER BY e.edge),
                    9223372036854775807) AS ends
    FROM edges AS e
), shown AS (
    -- Grain: span, listing.
    SELECT DISTINCT s.note_id AS note_id, s.begins AS begins, s.ends AS ends,
           l.merchant_id AS merchant_id, l.note AS note, l.listing_id AS listing_id,
           l.listing AS listing
    FROM listings AS p
    JOIN spans AS s ON s.note_id = p.note_id
    JOIN known_listings AS l ON l.listing_id = p.listing_id
    WHERE p.live_from <= s.begins AND (p.live_to IS NULL OR s.begins < p.live_to)
), shelves AS (
    -- Grain: span, merchant.
    SELECT s.note_id AS note_id, s.begins AS begins, s.ends AS ends,
           s.merchant_id AS merchant_id, s.note AS note,
           array_to_string(list_sort(list(s.listing)), ',') AS listing_ids
    FROM shown AS s
    GROUP BY s.note_id, s.begins, s.ends, s.merchant_id, s.note
), touched AS (
    SELECT shanghai_day(t.touched_at) AS day, s.merchant_id AS merchant_id, s.note AS note_id,
           b.boost_id AS boost_id, t.kind AS kind,
           CONCAT('{', COALESCE(CAST(n.listing AS VARCHAR), s.listing_ids), '}') AS listing_ids,
           g.user_group AS user_group, r.ratio AS sampling_ratio
    FROM touches AS t
    JOIN shelves AS s ON s.note_id = t.note_id
    LEFT JOIN shown AS n ON n.note_id = t.note_id AND n.listing_id = t.listing_id
        AND n.begins = s.begins AND n.merchant_id = s.merchant_id
    LEFT JOIN known_boosts AS b ON b.external_id = t.boost_id AND b.merchant_id = s.merchant_id
    LEFT JOIN touch_regimes AS r ON r.source = t.source
        AND shanghai_day(t.touched_at) BETWEEN r.first_day AND r.last_day
    LEFT JOIN user_groups AS g
        ON g.prefix = CASE WHEN r.ratio IS NOT NULL
                           THEN SUBSTR(COALESCE(MD5(t.user_id), MD5(t.touchpoint_id)), 1, 2) END
    WHERE t.is_here = 1 AND shanghai_day(t.touched_at) BETWEEN $first_day AND $last_day
      AND s.begins <= t.touched_at AND t.touched_at < s.ends
)
SELECT d.day AS day, d.merchant_id AS merchant_id, d.note_id AS note_id, d.boost_id AS boost_id,
       d.kind AS kind, d.listing_ids AS listing_ids, d.user_group AS user_group,
       d.sampling_ratio AS sampling_ratio, COUNT(*) AS touchpoints
FROM touched AS d
GROUP BY d.day, d.merchant_id, d.note_id, d.boost_id, d.kind, d.listing_ids,
         d.user_group, d.sampling_ratio
ORDER BY d.day, d.merchant_id, d.note_id, d.boost_id, d.kind, d.listing_ids,
         d.user_group
