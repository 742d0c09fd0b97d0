-- The days on which verified stores have conversions while another share of them is there than was
-- agreed before, and the days of their refunds. Grain: merchant, day; may repeat.
-- Params: marketplace, kinds (of stores it has), first_on, last_on; categories, null for all: only
-- stores with a product in one of them.
WITH concerned AS (
    SELECT s.merchant_id AS merchant_id, s.external_id AS external_id
    FROM merchants_store AS s
    WHERE s.kind = ANY(%(kinds)s) AND s.status = 'verified'
      AND (%(categories)s::bigint[] IS NULL
           OR EXISTS (SELECT 1 FROM merchants_product AS p
                      WHERE p.store_id = s.id AND p.category_id = ANY(%(categories)s::bigint[])))
)
SELECT c.merchant_id AS merchant_id, n."on" AS "on"
FROM concerned AS c
JOIN reports_namedday AS n ON n.external_id = c.external_id
WHERE n.what = 'store' AND n.marketplace = %(marketplace)s
  AND n."on" BETWEEN %(first_on)s AND %(last_on)s
UNION
SELECT c.merchant_id AS merchant_id, d.refunded_on AS "on"
FROM concerned AS c
JOIN reports_refundday AS d ON d.external_id = c.external_id
WHERE d.marketplace = %(marketplace)s AND d.ordered_on BETWEEN %(first_on)s AND %(last_on)s
