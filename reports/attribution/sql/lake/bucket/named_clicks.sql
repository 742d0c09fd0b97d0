-- The clicks that the conversions which were read name, as they name them. Grain: click_id.
SELECT DISTINCT c.click_id AS click_id
FROM lake_conversions AS c
WHERE c.click_id IS NOT NULL
