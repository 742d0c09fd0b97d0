-- Days that a sender has closed since a moment and that have no report day, of verified merchants and
-- from the day on which they first had a live listing of a verified store. A slice without a store
-- is closed for all of them. Grain: merchant, day. Params: since (a moment), first_on, last_on.
WITH closed AS (
    SELECT DISTINCT t.merchant_id AS merchant_id, s."on" AS "on"
    FROM reports_slice AS s
    LEFT JOIN merchants_store AS t ON t.id = s.store_id
    WHERE s.closed_at >= %(since)s AND s."on" BETWEEN %(first_on)s AND %(last_on)s
), begun AS (
    SELECT t.merchant_id AS merchant_id,
           (min(p.live_from) AT TIME ZONE 'Asia/Shanghai')::date AS first_on
    FROM merchants_listingperiod AS p
    JOIN merchants_listing AS l ON l.id = p.listing_id
    JOIN merchants_product AS g ON g.id = l.product_id
    JOIN merchants_store AS t ON t.id = g.store_id
    JOIN merchants_merchant AS m ON m.id = t.merchant_id
    WHERE t.status = 'verified' AND m.status = 'verified'
    GROUP BY t.merchant_id
)
SELECT DISTINCT b.merchant_id, c."on"
FROM closed AS c
JOIN begun AS b
    ON b.first_on <= c."on" AND (c.merchant_id IS NULL OR c.merchant_id = b.merchant_id)
LEFT JOIN reports_reportday AS d
    ON d.merchant_id = b.merchant_id AND d."on" = c."on" AND d.superseded_at IS NULL
WHERE d.id IS NULL
