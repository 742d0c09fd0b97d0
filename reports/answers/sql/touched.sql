-- Touchpoints of the days asked for.
-- Grain: fact. Names: key (a column), facts (their table, or the sums of it by day).
-- Params: merchant, first_on, last_on, report_days, keys (null for all).
SELECT {key} AS key, kind, touchpoints
FROM {facts}
WHERE merchant_id = %(merchant)s
    AND "on" BETWEEN %(first_on)s AND %(last_on)s
    AND report_day_id = ANY(%(report_days)s)
    AND (%(keys)s::bigint[] IS NULL OR {key} = ANY(%(keys)s::bigint[]))
