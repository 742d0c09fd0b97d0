-- How many refunds are among the conversions that were read: without any, the whole lake need not
-- be read for their orders. Grain: one row.
SELECT COUNT(*) AS refunds
FROM lake_conversions AS c
WHERE c.kind = 'refund'
