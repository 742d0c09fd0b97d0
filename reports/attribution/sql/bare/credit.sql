-- credit.parquet, ids as text. Grain: conversion, touchpoint, model; only the models asked for,
-- and only touchpoints that have a weight under them.
SELECT c.conversion_id AS conversion_id, CAST(r.touchpoint_id AS VARCHAR) AS touchpoint_id,
       r.model AS model, CAST(r.listing_id AS VARCHAR) AS listing_id, r.note_id AS note_id,
       v.level AS level, CAST(r.micro AS BIGINT) AS credit_micro, r.fen AS value_fen
FROM credit AS r
JOIN conversions AS c ON c.conversion = r.claim
JOIN levels AS v ON v.level_id = r.level_id
ORDER BY c.conversion_id, r.model, CAST(r.touchpoint_id AS VARCHAR)
