-- How many rows repeat an earlier row of the same event word for word.
-- Grain: one row.
WITH versions AS (
    SELECT DISTINCT c.event_id AS event_id, c.occurred_at AS occurred_at, c.user_key AS user_key, c.click_id AS click_id,
                    c.store_id AS store_id, c.product_id AS product_id, c.kind AS kind,
                    c.order_id AS order_id, c.quantity AS quantity, c.value_fen AS value_fen,
                    c.is_new_customer AS is_new_customer, c.refund_of AS refund_of
    FROM staged_conversions AS c
    JOIN latest_conversions AS r ON r.store_id = c.store_id AND r.event_id = c.event_id
)
SELECT (SELECT COUNT(*) FROM staged_conversions AS c
        JOIN latest_conversions AS r ON r.store_id = c.store_id AND r.event_id = c.event_id)
       - (SELECT COUNT(*) FROM versions AS v) AS duplicate
