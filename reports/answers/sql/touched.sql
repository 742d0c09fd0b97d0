-- Touchpoints of the days asked for.
-- Grain: fact. Names: key (a column), facts (their table, or the sums of it by day; joined to the keys
-- asked for where these are many), among (whether a key is asked for).
-- Params: merchant, first_on, last_on, report_days, keys.
SELECT {key} AS key, kind, touchpoints
FROM {facts}
WHERE merchant_id = %(merchant)s
    AND "on" BETWEEN %(first_on)s AND %(last_on)s
    AND report_day_id = ANY(%(report_days)s)
    AND {among}
