-- Conversions with their day, as days since 1970-01-01 in Asia/Shanghai, and the number of their kind.
-- Grain: conversion.
SELECT c.conversion AS conversion, c.source AS source, c.store_id AS store_id,
       c.event_id AS event_id, c.order_id AS order_id, c.refund_of AS refund_of,
       shanghai_day(c.converted_at) AS day, c.kind AS kind, k.kind_id AS kind_id,
       c.value_fen AS value_fen, c.converted_at AS converted_at, c.user_id AS user_id,
       c.click_id AS click_id, c.product_id AS product_id
FROM conversions AS c
JOIN kinds AS k ON k.kind = c.kind
