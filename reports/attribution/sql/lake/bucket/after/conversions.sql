-- The same, of which a refund is of the bucket of its order, which may be another user's.
-- Grain: conversion. Reads conversions and refunds.
SELECT c.conversion AS conversion,
       c.source AS source,
       c.store_id AS store_id,
       c.event_id AS event_id,
       c.order_id AS order_id,
       c.refund_of AS refund_of,
       c.converted_at AS converted_at,
       c.day AS day,
       c.user_id AS user_id,
       c.click_id AS click_id,
       c.product_id AS product_id,
       c.kind AS kind,
       c.value_fen AS value_fen,
       c.quantity AS quantity,
       c.is_new_customer AS is_new_customer,
       c.is_new_visitor AS is_new_visitor,
       o.is_here AS is_here
FROM conversions AS c
LEFT JOIN refunds AS r ON r.claim = c.conversion
JOIN conversions AS o ON o.conversion = COALESCE(r.order_claim, c.conversion)
