-- What asks for credit. A refund asks as its order did, for the opposite amount.
-- Grain: conversion; a refund of an unknown order does not ask. day: the conversion's own, as days
-- since 1970-01-01 in Asia/Shanghai.
SELECT c.conversion AS claim,
       CAST((c.converted_at + 28800000000) // 86400000000 AS INTEGER) AS day,
       k.kind_id AS kind_id, c.value_fen AS value_fen,
       CASE WHEN o.refund IS NULL THEN c.converted_at ELSE o.converted_at END AS converted_at,
       CASE WHEN o.refund IS NULL THEN c.user_id ELSE o.user_id END AS user_id,
       CASE WHEN o.refund IS NULL THEN c.click_id ELSE o.click_id END AS click_id,
       CASE WHEN o.refund IS NULL THEN c.store_id ELSE o.store_id END AS store_id,
       CASE WHEN o.refund IS NULL THEN c.product_id ELSE o.product_id END AS product_id
FROM conversions AS c
JOIN kinds AS k ON k.kind = c.kind
LEFT JOIN refunded_orders AS o ON o.refund = CASE WHEN c.kind = 'refund' THEN c.conversion END
WHERE c.kind <> 'refund' OR o.refund IS NOT NULL
