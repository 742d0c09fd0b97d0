-- What refunds name in their own store: an order by its event_id, or by its order_id, which an order of
-- several lines shares among them. Grain: refund, order line, way of naming.
WITH sold AS (
    SELECT d.conversion AS conversion, d.source AS source, d.store_id AS store_id,
           d.event_id AS event_id, d.order_id AS order_id, d.value_fen AS value_fen,
           k.kind_id AS refund_kind_id
    FROM dated AS d
    JOIN takes_back AS b ON b.kind = d.kind
    JOIN kinds AS k ON k.kind = b.refund_kind
)
SELECT r.claim AS claim, s.conversion AS order_claim, s.source AS source, 0 AS is_by_order_id,
       CASE WHEN s.source = r.source THEN 0 ELSE 1 END AS is_of_other_source,
       s.value_fen AS sold_fen, s.refund_kind_id AS kind_id
FROM sold AS s
JOIN asked_back AS r ON r.store_id = s.store_id AND r.refund_of = s.event_id
UNION ALL
SELECT r.claim AS claim, s.conversion AS order_claim, s.source AS source, 1 AS is_by_order_id,
       CASE WHEN s.source = r.source THEN 0 ELSE 1 END AS is_of_other_source,
       s.value_fen AS sold_fen, s.refund_kind_id AS kind_id
FROM sold AS s
JOIN asked_back AS r ON r.store_id = s.store_id AND r.refund_of = s.order_id
