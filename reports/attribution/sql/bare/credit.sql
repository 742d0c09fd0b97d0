-- credit.parquet. Grain: conversion, touchpoint, model.
SELECT c.conversion_id AS conversion_id, r.touchpoint_id AS touchpoint_id, r.model AS model,
       r.listing_id AS listing_id, r.note_id AS note_id, r.level AS level,
       r.credit_micro AS credit_micro, r.value_fen AS value_fen
FROM credit AS r
JOIN conversions AS c ON c.conversion = r.claim
ORDER BY c.conversion_id, r.model, r.touchpoint_id
