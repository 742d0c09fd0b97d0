-- Whose rows count: a marketplace's own always; what a merchant says himself (o.merchant_id) of his
-- stores while the marketplace has not told of the same event (overruled) and has not closed the
-- store's day (closed_slices).
-- Grain: source, store_id of the lake, event_id.
SELECT c.event_id AS event_id, c.occurred_at AS occurred_at, c.user_key AS user_key,
       c.click_id AS click_id, c.store_id AS store_id, c.product_id AS product_id,
       c.kind AS kind, c.order_id AS order_id, c.quantity AS quantity, c.value_fen AS value_fen,
       c.is_new_customer AS is_new_customer, c.refund_of AS refund_of,
       c.is_new_visitor AS is_new_visitor, c.source AS source,
       c.batch_id AS batch_id, c.line AS line, c.version AS version, c.day AS day
FROM lake_conversions AS c
JOIN sources AS o ON o.code = c.source
LEFT JOIN stores AS s
    ON s.marketplace = o.marketplace AND s.external_id = c.store_id
       AND s.merchant_id = o.merchant_id
LEFT JOIN overruled AS u
    ON u.source = c.source AND u.store_id = c.store_id AND u.event_id = c.event_id
LEFT JOIN closed_slices AS z
    ON z.marketplace = o.marketplace AND z.store_id = c.store_id AND z.day = c.day
WHERE o.merchant_id IS NULL
   OR (s.store_id IS NOT NULL AND u.event_id IS NULL AND z.day IS NULL)
