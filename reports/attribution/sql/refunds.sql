-- The refunds whose order is known, with the claim of that order. The others credit nothing.
-- Grain: refund. day: the refund's own, as days since 1970-01-01 in Asia/Shanghai.
SELECT r.conversion AS claim, o.conversion AS order_claim,
       CAST((r.converted_at + 28800000000) // 86400000000 AS INTEGER) AS day,
       k.kind_id AS kind_id, r.value_fen AS value_fen
FROM conversions AS o
JOIN conversions AS r ON r.refund_of = o.conversion_id
JOIN kinds AS k ON k.kind = r.kind
WHERE r.kind = 'refund' AND o.kind IN ('order', 'presale_deposit')
