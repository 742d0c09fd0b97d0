-- The clicks of refunds: those their orders name, on the refund's day and for its value.
-- Grain: claim.
SELECT r.claim AS claim, k.touchpoint_id AS touchpoint_id, k.age_us AS age_us,
       k.touched_day AS touched_day, k.is_of_other_user AS is_of_other_user, r.day AS day,
       r.kind_id AS kind_id, r.value_fen AS value_fen, k.boost_id AS boost_id, k.listing_id AS listing_id
FROM clicks AS k
JOIN refunds AS r ON r.order_claim = k.claim
