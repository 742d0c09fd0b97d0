-- Conversions of registered stores: those of the days asked for, and the orders their refunds name.
-- An id is one within its source and store, so a refund never names another store's order. The click
-- a conversion names is the latest click before it with that event_id, whatever its source.
-- conversion is a number, since it travels with every pair and share (ADR 0034).
-- Grain: conversion. Params: $first_day, $last_day (days since 1970-01-01, Asia/Shanghai).
WITH known AS (
    SELECT CONCAT(c.source, chr(31), s.store_id, chr(31), c.event_id) AS conversion_id,
           CASE WHEN c.kind = 'refund'
                THEN CONCAT(c.source, chr(31), s.store_id, chr(31), c.refund_of) END AS refund_of,
           epoch_us(c.occurred_at) AS converted_at,
           shanghai_day(epoch_us(c.occurred_at)) AS day,
           c.user_key AS user_id, c.click_id AS click_id, s.store_id AS store_id,
           c.product_id AS product_id, c.kind AS kind, c.value_fen AS value_fen
    FROM reported AS c
    JOIN sources AS o ON o.code = c.source
    JOIN stores AS s ON s.marketplace = o.marketplace AND s.external_id = c.store_id
), taken_back AS (
    SELECT DISTINCT k.refund_of AS conversion_id
    FROM known AS k
    WHERE k.kind = 'refund' AND k.day BETWEEN $first_day AND $last_day
), asked AS (
    SELECT k.conversion_id AS conversion_id, k.converted_at AS converted_at, k.day AS day,
           k.user_id AS user_id, k.click_id AS click_id, k.store_id AS store_id,
           k.product_id AS product_id, k.kind AS kind, k.refund_of AS refund_of,
           k.value_fen AS value_fen
    FROM known AS k
    LEFT JOIN taken_back AS b ON b.conversion_id = k.conversion_id
    WHERE k.day BETWEEN $first_day AND $last_day OR b.conversion_id IS NOT NULL
), clicked AS (
    SELECT a.conversion_id AS conversion_id, t.touchpoint_id AS touchpoint_id,
           ROW_NUMBER() OVER (PARTITION BY a.conversion_id
                              ORDER BY t.touched_at DESC, t.touchpoint_id DESC) AS place
    FROM touchpoints AS t
    JOIN asked AS a ON a.click_id = t.event_id
    WHERE t.kind = 'click' AND t.touched_at < a.converted_at
)
SELECT CAST(ROW_NUMBER() OVER (ORDER BY a.conversion_id) AS INTEGER) AS conversion,
       a.conversion_id AS conversion_id, a.converted_at AS converted_at, a.day AS day,
       a.user_id AS user_id, k.touchpoint_id AS click_id, a.store_id AS store_id,
       a.product_id AS product_id, a.kind AS kind, a.refund_of AS refund_of,
       a.value_fen AS value_fen
FROM asked AS a
LEFT JOIN clicked AS k ON k.conversion_id = a.conversion_id AND k.place = 1
