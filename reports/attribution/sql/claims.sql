-- What asks for credit. A refund asks as its order did, for the opposite amount.
-- Grain: conversion; a refund of an unknown order does not ask.
WITH own AS (
    SELECT c.conversion AS claim, c.converted_at AS converted_at, c.user_id AS user_id,
           c.click_id AS click_id, c.store_id AS store_id, c.product_id AS product_id,
           c.value_fen AS value_fen, 1 AS sign
    FROM conversions AS c
    WHERE c.kind <> 'refund'
), refunds AS (
    SELECT r.conversion AS claim, o.converted_at AS converted_at, o.user_id AS user_id,
           o.click_id AS click_id, o.store_id AS store_id, o.product_id AS product_id,
           r.value_fen AS value_fen, -1 AS sign
    FROM conversions AS r
    JOIN conversions AS o ON o.conversion_id = r.refund_of
    WHERE r.kind = 'refund' AND o.kind IN ('order', 'presale_deposit')
)
SELECT w.claim AS claim, w.converted_at AS converted_at, w.user_id AS user_id,
       w.click_id AS click_id, w.store_id AS store_id, w.product_id AS product_id,
       w.value_fen AS value_fen, w.sign AS sign
FROM own AS w
UNION ALL
SELECT r.claim AS claim, r.converted_at AS converted_at, r.user_id AS user_id,
       r.click_id AS click_id, r.store_id AS store_id, r.product_id AS product_id,
       r.value_fen AS value_fen, r.sign AS sign
FROM refunds AS r
