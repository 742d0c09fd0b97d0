-- credit.parquet, ids as text. Grain: conversion, touchpoint, model; only the models asked for,
-- and only touchpoints that have a weight under them.
WITH every AS (
    SELECT r.claim AS claim, r.touchpoint_id AS touchpoint_id, m.model AS model,
           CAST(r.listing_id AS VARCHAR) AS listing_id, r.level AS level,
           CASE m.model WHEN 'last_touch' THEN r.last_touch_micro
                        WHEN 'first_touch' THEN r.first_touch_micro
                        WHEN 'linear' THEN r.linear_micro
                        WHEN 'time_decay' THEN r.time_decay_micro
                        ELSE r.position_based_micro END AS credit_micro,
           CASE m.model WHEN 'last_touch' THEN r.last_touch_fen
                        WHEN 'first_touch' THEN r.first_touch_fen
                        WHEN 'linear' THEN r.linear_fen
                        WHEN 'time_decay' THEN r.time_decay_fen
                        ELSE r.position_based_fen END AS value_fen
    FROM credit AS r
    CROSS JOIN models AS m
)
SELECT c.conversion_id AS conversion_id, CAST(e.touchpoint_id AS VARCHAR) AS touchpoint_id,
       e.model AS model, e.listing_id AS listing_id, t.note_id AS note_id, e.level AS level,
       CAST(e.credit_micro AS BIGINT) AS credit_micro, e.value_fen AS value_fen
FROM every AS e
JOIN conversions AS c ON c.conversion = e.claim
JOIN touchpoints AS t ON t.touchpoint_id = e.touchpoint_id
WHERE e.credit_micro IS NOT NULL
ORDER BY c.conversion_id, e.model, CAST(e.touchpoint_id AS VARCHAR)
