-- The days whose numbers change when a marketplace closes days: those of which a merchant has said
-- something himself, whose rows count no more; those of the refunds of their orders; and those of
-- later refunds of the orders whose refunds they have. What was closed before changes nothing.
-- Grain: merchant, day; may repeat. Params: source, days, stores, is_of_all (all stores, whichever).
WITH said AS (
    SELECT t.merchant_id AS merchant_id, m.marketplace AS marketplace, t.external_id AS external_id, o."on" AS "on"
    FROM reports_source AS m
    JOIN reports_source AS w ON w.kind = 'merchant' AND w.marketplace = m.marketplace
    JOIN reports_slice AS o ON o.source_id = w.id AND o."on" = ANY(%(days)s::date[])
    JOIN merchants_store AS t ON t.id = o.store_id AND t.merchant_id = w.merchant_id AND t.status = 'verified'
    LEFT JOIN reports_slice AS z
        ON z.source_id = m.id AND z."on" = o."on" AND (z.store_id = o.store_id OR z.store_id IS NULL)
           AND z.closed_at IS NOT NULL
    WHERE m.id = %(source)s AND z.id IS NULL AND (%(is_of_all)s OR o.store_id = ANY(%(stores)s::bigint[]))
)
SELECT s.merchant_id AS merchant_id, s."on" AS "on"
FROM said AS s
UNION ALL
SELECT s.merchant_id AS merchant_id, r.refunded_on AS "on"
FROM said AS s
JOIN reports_refundday AS r
    ON r.marketplace = s.marketplace AND r.external_id = s.external_id AND r.ordered_on = s."on"
UNION ALL
SELECT s.merchant_id AS merchant_id, l.refunded_on AS "on"
FROM said AS s
JOIN reports_refundday AS r
    ON r.marketplace = s.marketplace AND r.external_id = s.external_id AND r.refunded_on = s."on"
JOIN reports_refundday AS l
    ON l.marketplace = s.marketplace AND l.external_id = s.external_id AND l.ordered_on = r.ordered_on
       AND l.refunded_on >= s."on"
