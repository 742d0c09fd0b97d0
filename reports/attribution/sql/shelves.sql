-- The listings, and whether each is the only one of its note and store. What is live until further
-- notice is live to the end of time. Grain: listing, period.
WITH crowded AS (
    SELECT l.note_id AS note_id, l.store_id AS store_id
    FROM listings AS l
    GROUP BY l.note_id, l.store_id
    HAVING COUNT(*) > 1
)
SELECT l.listing_id AS listing_id, l.note_id AS note_id, l.store_id AS store_id,
       l.product_id AS product_id, l.live_from AS live_from,
       COALESCE(l.live_to, 9223372036854775807) AS live_to,
       CAST(CASE WHEN r.note_id IS NULL THEN 1 ELSE 0 END AS TINYINT) AS is_alone
FROM listings AS l
LEFT JOIN crowded AS r ON r.note_id = l.note_id AND r.store_id = l.store_id
