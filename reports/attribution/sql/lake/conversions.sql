-- Conversions of registered stores that count (reported): those of the days asked for, the orders that their refunds name,
-- and all that may name the same orders: further lines, other refunds (order_names).
-- An id is one within its source and store. The click a conversion names is the latest click before it
-- with that event_id, whatever its source.
-- conversion is a number, since it travels with every pair and share (ADR 0034).
-- is_here: it is computed here, as all are where users are not parted into buckets.
-- Grain: conversion. Params: $first_day, $last_day (days since 1970-01-01, Asia/Shanghai).
WITH known AS (
    SELECT c.source AS source, s.store_id AS store_id, c.event_id AS event_id,
           c.order_id AS order_id, c.refund_of AS refund_of,
           epoch_us(c.occurred_at) AS converted_at,
           shanghai_day(epoch_us(c.occurred_at)) AS day,
           c.user_key AS user_id, c.click_id AS click_id, c.product_id AS product_id,
           c.kind AS kind, c.value_fen AS value_fen, c.quantity AS quantity,
           c.is_new_customer AS is_new_customer, c.is_new_visitor AS is_new_visitor,
           CASE WHEN e.name IS NOT NULL OR n.name IS NOT NULL OR r.name IS NOT NULL THEN 1
                ELSE 0 END AS is_named
    FROM reported AS c
    JOIN sources AS o ON o.code = c.source
    JOIN stores AS s ON s.marketplace = o.marketplace AND s.external_id = c.store_id
    LEFT JOIN order_names AS e ON e.store_id = c.store_id AND e.name = c.event_id
    LEFT JOIN order_names AS n ON n.store_id = c.store_id AND n.name = c.order_id
    LEFT JOIN order_names AS r ON r.store_id = c.store_id AND r.name = c.refund_of
), asked AS (
    SELECT CAST(ROW_NUMBER() OVER (ORDER BY k.source, k.store_id, k.event_id) AS INTEGER)
               AS conversion,
           k.source AS source, k.store_id AS store_id, k.event_id AS event_id,
           k.order_id AS order_id, k.refund_of AS refund_of, k.converted_at AS converted_at,
           k.day AS day, k.user_id AS user_id, k.click_id AS click_id,
           k.product_id AS product_id, k.kind AS kind, k.value_fen AS value_fen,
           k.quantity AS quantity, k.is_new_customer AS is_new_customer,
           k.is_new_visitor AS is_new_visitor
    FROM known AS k
    WHERE k.is_named = 1 OR k.day BETWEEN $first_day AND $last_day
), clicked AS (
    SELECT a.conversion AS conversion, t.touchpoint_id AS touchpoint_id,
           ROW_NUMBER() OVER (PARTITION BY a.conversion
                              ORDER BY t.touched_at DESC, t.touchpoint_id DESC) AS place
    FROM touchpoints AS t
    JOIN asked AS a ON a.click_id = t.event_id
    WHERE t.kind = 'click' AND t.touched_at < a.converted_at
)
SELECT a.conversion AS conversion, a.source AS source, a.store_id AS store_id,
       a.event_id AS event_id, a.order_id AS order_id, a.refund_of AS refund_of,
       a.converted_at AS converted_at, a.day AS day, a.user_id AS user_id,
       k.touchpoint_id AS click_id, a.product_id AS product_id, a.kind AS kind,
       a.value_fen AS value_fen, a.quantity AS quantity, a.is_new_customer AS is_new_customer,
       a.is_new_visitor AS is_new_visitor, 1 AS is_here
FROM asked AS a
LEFT JOIN clicked AS k ON k.conversion = a.conversion AND k.place = 1
