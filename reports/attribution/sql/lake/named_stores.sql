-- The stores that the conversions of a day name, by the source that sent them. The value is that of
-- orders with a known one, and can leave 64 bits. Grain: source, code.
SELECT c.source AS source, 'store' AS what, c.store_id AS code, COUNT(*) AS rows,
       SUM(CASE WHEN c.kind = 'order' THEN CAST(c.value_fen AS DECIMAL(38, 0)) END) AS value_fen
FROM lake_conversions AS c
GROUP BY c.source, c.store_id
ORDER BY COUNT(*) DESC, c.source, c.store_id
