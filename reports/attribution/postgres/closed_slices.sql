-- The days of merchants' stores of which they have said something themselves and which the marketplace
-- has closed, for the store or for all of its stores. Grain: marketplace, id of the store there, day.
-- Params: merchants.
SELECT DISTINCT w.marketplace, t.external_id, o."on"
FROM reports_source AS w
JOIN reports_slice AS o ON o.source_id = w.id
JOIN merchants_store AS t ON t.id = o.store_id
JOIN reports_source AS m ON m.kind = 'marketplace' AND m.marketplace = w.marketplace
JOIN reports_slice AS z
    ON z.source_id = m.id AND z."on" = o."on" AND (z.store_id = o.store_id OR z.store_id IS NULL)
       AND z.closed_at IS NOT NULL
WHERE w.kind = 'merchant' AND w.merchant_id = ANY(%(merchants)s)
