-- Stores whose slices are owed: verified ones of verified merchants, from the day of their first live
-- listing on; as owed.begun_stores says it for one merchant. Grain: store.
SELECT t.id AS store_id, t.merchant_id AS merchant_id, t.kind AS kind,
       (min(p.live_from) AT TIME ZONE 'Asia/Shanghai')::date AS first_on
FROM merchants_listingperiod AS p
JOIN merchants_listing AS l ON l.id = p.listing_id
JOIN merchants_product AS g ON g.id = l.product_id
JOIN merchants_store AS t ON t.id = g.store_id
JOIN merchants_merchant AS m ON m.id = t.merchant_id
WHERE t.status = 'verified' AND m.status = 'verified'
GROUP BY t.id, t.merchant_id, t.kind
