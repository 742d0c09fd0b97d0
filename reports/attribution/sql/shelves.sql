-- The listings. What is live until further notice is live to the end of time. is_alone: its note and
-- store have no other row, neither another listing nor another period.
-- Grain: listing, period.
SELECT l.listing_id AS listing_id, l.note_id AS note_id, l.store_id AS store_id,
       l.product_id AS product_id, l.live_from AS live_from,
       COALESCE(l.live_to, 9223372036854775807) AS live_to,
       n.periods = 1 AS is_alone
FROM listings AS l
JOIN note_stores AS n ON n.note_id = l.note_id AND n.store_id = l.store_id
