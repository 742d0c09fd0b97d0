-- The refunds. Grain: refund.
SELECT d.conversion AS claim, d.source AS source, d.store_id AS store_id, d.event_id AS event_id,
       d.refund_of AS refund_of, d.day AS day, d.converted_at AS converted_at,
       d.value_fen AS value_fen
FROM dated AS d
WHERE d.kind = 'refund'
