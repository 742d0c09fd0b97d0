-- Credit of the days, the models and the window asked for.
-- Grain: fact. Names: key (a column), facts (their table, or the sums of it by day; joined to the keys
-- asked for where these are many), among (whether a key is asked for).
-- Params: merchant, first_on, last_on, report_days, models, window_days, keys.
SELECT {key} AS key, kind, model, credit_micro, value_fen
FROM {facts}
WHERE merchant_id = %(merchant)s
    AND "on" BETWEEN %(first_on)s AND %(last_on)s
    AND report_day_id = ANY(%(report_days)s)
    AND model = ANY(%(models)s)
    AND window_days = %(window_days)s
    AND {among}
