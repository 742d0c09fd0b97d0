-- The order that each refund takes back, where it is known. Grain: refund.
SELECT r.conversion AS refund, o.converted_at AS converted_at, o.user_id AS user_id,
       o.click_id AS click_id, o.store_id AS store_id, o.product_id AS product_id
FROM conversions AS o
JOIN conversions AS r ON r.refund_of = o.conversion_id
WHERE r.kind = 'refund' AND o.kind IN ('order', 'presale_deposit')
