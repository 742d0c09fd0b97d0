-- The days of the conversions that refunds of the days asked for name. Grain: day.
SELECT DISTINCT o.day AS day
FROM lake_conversions AS r
JOIN lake_orders AS o ON o.source = r.source AND o.event_id = r.refund_of
WHERE r.kind = 'refund'
