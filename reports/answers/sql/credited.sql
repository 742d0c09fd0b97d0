-- Credit of the order days and the window that are read, under one model, which gave something, and
-- orders in which the key had a part and was given nothing.
-- Grain: fact. Names: key (a column), micro, fen and assisted (the model's), facts (their table, or the sums of
-- it by day; joined to the keys asked for where these are many), of_touches (which days of touches are
-- asked for, or all), among (whether a key is asked for), sample (the columns of one, or nothing).
-- Params: merchant, first_order_on, last_order_on, report_days, window_days, keys, and of of_touches.
SELECT {key} AS key, kind, {micro} AS credit_micro, {fen} AS value_fen, {assisted} AS assisted,
    boost_id IS NOT NULL AS is_boosted,
    "on" AS sold_on{sample}
FROM {facts}
WHERE merchant_id = %(merchant)s
    AND "on" BETWEEN %(first_order_on)s AND %(last_order_on)s
    AND report_day_id = ANY(%(report_days)s)
    AND window_days = %(window_days)s
    AND ({micro} IS NOT NULL OR {assisted} IS NOT NULL)
    AND {of_touches}
    AND {among}
