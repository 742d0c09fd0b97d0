-- What looks for touchpoints to credit: every conversion but the refunds, which credit what their
-- orders found (refund_pairs, refund_clicks).
-- Grain: conversion. day: the conversion's own, as days since 1970-01-01 in Asia/Shanghai.
SELECT c.conversion AS claim,
       CAST((c.converted_at + 28800000000) // 86400000000 AS INTEGER) AS day,
       k.kind_id AS kind_id, c.value_fen AS value_fen, c.converted_at AS converted_at,
       c.user_id AS user_id, c.click_id AS click_id, c.store_id AS store_id,
       c.product_id AS product_id
FROM conversions AS c
JOIN kinds AS k ON k.kind = c.kind
WHERE c.kind <> 'refund'
