-- Write down the merchants whom suspensions concern and who were not told so (they have a verified store
-- among those concerned), and give them back. One that has ended is none of a merchant's before whose
-- first live listing it ended. Grain: suspension, merchant. Params: moment; today; stores, or null for
-- all; suspension, or null for all that nobody has lifted.
INSERT INTO reports_suspensiontold (suspension_id, merchant_id, at)
SELECT DISTINCT d.id, t.merchant_id, %(moment)s::timestamptz
FROM reports_datasuspension AS d
JOIN reports_suspendedstore AS s ON s.suspension_id = d.id
JOIN merchants_store AS t ON t.id = s.store_id AND t.status = 'verified'
LEFT JOIN reports_suspensiontold AS k ON k.suspension_id = d.id AND k.merchant_id = t.merchant_id
WHERE d.lifted_at IS NULL AND k.id IS NULL
  AND (%(stores)s::bigint[] IS NULL OR s.store_id = ANY(%(stores)s::bigint[]))
  AND (d.id = %(suspension)s OR %(suspension)s::bigint IS NULL AND (
      d.last_on IS NULL OR d.last_on >= %(today)s OR EXISTS (
          SELECT 1
          FROM merchants_store AS o
          JOIN merchants_product AS g ON g.store_id = o.id
          JOIN merchants_listing AS l ON l.product_id = g.id
          JOIN merchants_listingperiod AS p ON p.listing_id = l.id
          WHERE o.merchant_id = t.merchant_id
            AND (p.live_from AT TIME ZONE 'Asia/Shanghai')::date <= d.last_on)))
ORDER BY d.id, t.merchant_id
ON CONFLICT DO NOTHING
RETURNING suspension_id, merchant_id
