-- credit.parquet, ids as text. Grain: conversion, touchpoint, model; only the models asked for,
-- and only touchpoints that have a weight under them. Credit is held, on disk where it must be:
-- touchpoints are more.
WITH every AS (
    SELECT r.claim AS claim, t.touchpoint_id AS touchpoint_id, t.note_id AS note_id,
           r.listing_id AS listing_id, r.level_id AS level_id, m.model AS model,
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
    FROM touchpoints AS t
    JOIN credit AS r ON r.touchpoint_id = t.touchpoint_id
    CROSS JOIN models AS m
)
SELECT c.conversion_id AS conversion_id, CAST(e.touchpoint_id AS VARCHAR) AS touchpoint_id,
       e.model AS model, CAST(e.listing_id AS VARCHAR) AS listing_id, e.note_id AS note_id,
       v.level AS level, CAST(e.credit_micro AS BIGINT) AS credit_micro, e.value_fen AS value_fen
FROM every AS e
JOIN conversions AS c ON c.conversion = e.claim
JOIN levels AS v ON v.level_id = e.level_id
WHERE e.credit_micro IS NOT NULL
ORDER BY c.conversion_id, e.model, CAST(e.touchpoint_id AS VARCHAR)
