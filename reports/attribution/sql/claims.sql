-- What looks for touchpoints to credit: every conversion but the refunds, which credit what their
-- orders found (refund_pairs, refund_clicks). Grain: conversion that is no refund.
SELECT d.conversion AS claim, d.day AS day, d.kind_id AS kind_id, d.value_fen AS value_fen,
       d.converted_at AS converted_at, d.user_id AS user_id, d.click_id AS click_id,
       d.store_id AS store_id, d.product_id AS product_id
FROM dated AS d
WHERE d.kind <> 'refund'
