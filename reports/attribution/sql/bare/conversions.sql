-- The conversions of bare files, all of one source, as staged for a lake of their own.
-- Grain: conversion.
SELECT c.line AS conversion, c.source AS source, c.store_id AS store_id, c.event_id AS event_id,
       c.order_id AS order_id, c.refund_of AS refund_of, epoch_us(c.occurred_at) AS converted_at,
       c.user_key AS user_id, c.click_id AS click_id, c.product_id AS product_id, c.kind AS kind,
       c.value_fen AS value_fen
FROM lake_conversions AS c
