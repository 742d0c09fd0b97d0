-- The conversions of bare files, all of one source: the latest version of each.
-- Grain: conversion. Reads staged_conversions and the last row of each id that came more than once.
SELECT c.row AS conversion, '' AS source, c.store_id AS store_id, c.event_id AS event_id,
       c.order_id AS order_id, c.refund_of AS refund_of, epoch_us(c.occurred_at) AS converted_at,
       c.user_key AS user_id, c.click_id AS click_id, c.product_id AS product_id, c.kind AS kind,
       c.value_fen AS value_fen
FROM staged_conversions AS c
LEFT JOIN latest_conversions AS r ON r.store_id = c.store_id AND r.event_id = c.event_id
WHERE r.event_id IS NULL OR c.row = r.row
