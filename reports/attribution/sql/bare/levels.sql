-- conversions.parquet: every conversion, matched or not. Grain: conversion.
WITH matched AS (
    SELECT m.claim AS claim, MAX(m.level_id) AS level_id, COUNT(*) AS touchpoints
    FROM matches AS m
    GROUP BY m.claim
)
SELECT c.store_id AS store_id, c.event_id AS conversion_id, v.level AS level,
       COALESCE(m.touchpoints, 0) AS touchpoints
FROM conversions AS c
LEFT JOIN matched AS m ON m.claim = c.conversion
LEFT JOIN levels AS v ON v.level_id = m.level_id
ORDER BY c.store_id, c.event_id
