-- The refunds whose order is known, with the claim of that order. Nothing but an order and a presale
-- deposit can be taken back. Grain: refund.
SELECT r.conversion AS claim, o.conversion AS order_claim, r.day AS day, r.kind_id AS kind_id,
       r.value_fen AS value_fen
FROM dated AS o
JOIN dated AS r ON r.refund_of = o.conversion_id
WHERE r.kind = 'refund' AND o.kind IN ('order', 'presale_deposit')
