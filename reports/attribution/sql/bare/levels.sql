-- conversions.parquet: every conversion, matched or not. Grain: conversion.
SELECT c.conversion_id AS conversion_id, MAX(m.level) AS level,
       COUNT(m.touchpoint_id) AS touchpoints
FROM conversions AS c
LEFT JOIN matches AS m ON m.claim = c.conversion
GROUP BY c.conversion_id
ORDER BY c.conversion_id
