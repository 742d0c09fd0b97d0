-- Credit of the order days and the window that are read, a row for each model that gave something,
-- or nothing to a key that had a part:
-- all of them are read at once from the row of a fact.
-- Grain: fact, model. Names: key (a column), models (each with its three columns), facts, of_touches,
-- among and sample as in credited.
-- Params: as of credited.
SELECT {key} AS key, kind, side.model AS model, side.credit_micro, side.value_fen, side.assisted{sample}
FROM {facts}
CROSS JOIN LATERAL (VALUES {models}) AS side (model, credit_micro, value_fen, assisted)
WHERE merchant_id = %(merchant)s
    AND "on" BETWEEN %(first_order_on)s AND %(last_order_on)s
    AND report_day_id = ANY(%(report_days)s)
    AND window_days = %(window_days)s
    AND (side.credit_micro IS NOT NULL OR side.assisted IS NOT NULL)
    AND {of_touches}
    AND {among}
