-- The listings of a bare file, one row for each time a listing was live.
-- Grain: listing, period. A row that stands there twice changes nothing.
SELECT l.listing_id AS listing_id, l.note_id AS note_id, l.product_id AS product_id,
       l.store_id AS store_id, epoch_us(l.live_from) AS live_from, epoch_us(l.live_to) AS live_to
FROM staged_listings AS l
