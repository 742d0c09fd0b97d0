-- The conversions of bare files: the latest version of each.
-- Grain: conversion. Reads staged_conversions and the last row of each id that came more than once.
SELECT c.row AS conversion, c.event_id AS conversion_id, epoch_us(c.occurred_at) AS converted_at,
       c.user_key AS user_id, c.click_id AS click_id, c.store_id AS store_id,
       c.product_id AS product_id, c.kind AS kind, c.refund_of AS refund_of,
       c.value_fen AS value_fen
FROM staged_conversions AS c
LEFT JOIN latest_conversions AS r ON r.event_id = c.event_id
WHERE r.event_id IS NULL OR c.row = r.row
