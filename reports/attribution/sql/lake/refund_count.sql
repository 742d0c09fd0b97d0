-- How many refunds are among the conversions that were read. Grain: one row.
SELECT COUNT(*) AS refunds
FROM lake_conversions AS c
WHERE c.kind = 'refund'
