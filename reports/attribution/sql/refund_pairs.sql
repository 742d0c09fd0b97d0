-- The pairs of refunds: those of their orders, on the refund's day and for its value.
-- Grain: claim, touchpoint, listing.
SELECT r.claim AS claim, r.day AS day, r.kind_id AS kind_id, r.value_fen AS value_fen,
       p.user_by_click AS user_by_click, p.touchpoint_id AS touchpoint_id,
       p.boost_id AS boost_id, p.age_us AS age_us, p.touched_day AS touched_day,
       p.is_click AS is_click, p.listing_id AS listing_id, p.is_named AS is_named, p.is_product AS is_product
FROM pairs AS p
JOIN refunds AS r ON r.order_claim = p.claim
