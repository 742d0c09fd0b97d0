-- What asks for credit. A refund asks as its order did, for the opposite amount.
-- Grain: conversion; a refund of an unknown order does not ask. day: the conversion's own, as days
-- since 1970-01-01 in Asia/Shanghai.
WITH asking AS (
    SELECT c.conversion AS claim, c.converted_at AS counted_at, c.kind AS kind,
           c.value_fen AS value_fen, c.converted_at AS converted_at, c.user_id AS user_id, c.click_id AS click_id,
           c.store_id AS store_id, c.product_id AS product_id
    FROM conversions AS c
    WHERE c.kind <> 'refund'
    UNION ALL
    SELECT r.conversion AS claim, r.converted_at AS counted_at, r.kind AS kind,
           r.value_fen AS value_fen, o.converted_at AS converted_at, o.user_id AS user_id, o.click_id AS click_id,
           o.store_id AS store_id, o.product_id AS product_id
    FROM conversions AS o
    JOIN conversions AS r ON r.refund_of = o.conversion_id
    WHERE r.kind = 'refund' AND o.kind IN ('order', 'presale_deposit')
)
SELECT a.claim AS claim,
       CAST((a.counted_at + 28800000000) // 86400000000 AS INTEGER) AS day,
       k.kind_id AS kind_id, a.value_fen AS value_fen, a.converted_at AS converted_at, a.user_id AS user_id, a.click_id AS click_id,
       a.store_id AS store_id, a.product_id AS product_id
FROM asking AS a
JOIN kinds AS k ON k.kind = a.kind
