-- The conversions that hold in some files of the lake: the newest version of each, without the
-- marks that a corrected one leaves in a day it moved away from. Only corrected ones are looked up.
-- Grain: source, store_id, event_id. Reads stored_conversions.
WITH corrected AS (
    SELECT c.source AS source, c.store_id AS store_id, c.event_id AS event_id,
           MAX(c.version) AS version
    FROM stored_conversions AS c
    WHERE c.version > 1
    GROUP BY c.source, c.store_id, c.event_id
)
SELECT c.event_id AS event_id, c.occurred_at AS occurred_at, c.user_key AS user_key,
       c.click_id AS click_id, c.store_id AS store_id, c.product_id AS product_id,
       c.kind AS kind, c.order_id AS order_id, c.quantity AS quantity, c.value_fen AS value_fen,
       c.is_new_customer AS is_new_customer, c.refund_of AS refund_of,
       c.is_new_visitor AS is_new_visitor, c.revised_at AS revised_at, c.source AS source,
       c.batch_id AS batch_id, c.line AS line, c.version AS version,
       c.produced_at AS produced_at, c.day AS day
FROM stored_conversions AS c
LEFT JOIN corrected AS k
    ON k.source = c.source AND k.store_id = c.store_id AND k.event_id = c.event_id
WHERE c.version = COALESCE(k.version, 1) AND c.kind IS NOT NULL
