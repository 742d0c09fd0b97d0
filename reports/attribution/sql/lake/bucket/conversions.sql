-- As conversions before, of which those of other buckets are nobody's and name no click: so they find no
-- touchpoints, and are there for what is not of one user, such as order numbers and refunds.
-- is_here: the conversion is of this bucket, by its user, else by the user of the click it names, else
-- by itself; a refund by its order, see after/conversions.
-- Grain: conversion. Reads conversions, all of them, and bucket.
WITH clickers AS (
    SELECT c.conversion AS conversion, t.user_id AS user_id
    FROM touchpoints AS t
    JOIN conversions AS c ON c.click_id = t.touchpoint_id
    WHERE c.user_id IS NULL
), placed AS (
    SELECT c.conversion AS conversion, CASE WHEN b.prefix IS NULL THEN 0 ELSE 1 END AS is_here
    FROM conversions AS c
    LEFT JOIN clickers AS k ON k.conversion = c.conversion
    LEFT JOIN bucket AS b
        ON b.prefix = SUBSTR(COALESCE(MD5(c.user_id), MD5(k.user_id),
                                      MD5(CONCAT(c.store_id, chr(31), c.event_id))), 1, 2)
)
SELECT c.conversion AS conversion, c.source AS source, c.store_id AS store_id,
       c.event_id AS event_id, c.order_id AS order_id, c.refund_of AS refund_of,
       c.converted_at AS converted_at, c.day AS day,
       CASE WHEN p.is_here = 1 THEN c.user_id END AS user_id,
       CASE WHEN p.is_here = 1 THEN c.click_id END AS click_id,
       c.product_id AS product_id, c.kind AS kind, c.value_fen AS value_fen,
       c.quantity AS quantity, c.is_new_customer AS is_new_customer,
       c.is_new_visitor AS is_new_visitor, p.is_here AS is_here
FROM conversions AS c
JOIN placed AS p ON p.conversion = c.conversion
