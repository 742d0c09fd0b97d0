-- The keys of a breakdown in the order asked for, and how many there are on all pages.
-- Grain: key; null is one, too. Names: key (a column of both kinds of facts), order, touched (the
-- kind of touchpoints, or nothing where the order asks for none: touchpoints are most of the facts).
-- Params: merchant, first_on, last_on, report_days, model, window_days, keys (null for all), most,
-- skipped. Touchpoints and credit are beside each other, since a key may have either alone.
WITH facts AS (
    SELECT {key} AS key, kind, credit_micro, value_fen, NULL::numeric AS touchpoints
    FROM reports_creditfact
    WHERE merchant_id = %(merchant)s
        AND "on" BETWEEN %(first_on)s AND %(last_on)s
        AND report_day_id = ANY(%(report_days)s)
        AND model = %(model)s
        AND window_days = %(window_days)s
    UNION ALL
    SELECT {key} AS key, {touched} AS kind, NULL::bigint, NULL::bigint, sum(touchpoints)
    FROM reports_touchfact
    WHERE merchant_id = %(merchant)s
        AND "on" BETWEEN %(first_on)s AND %(last_on)s
        AND report_day_id = ANY(%(report_days)s)
    GROUP BY 1, 2
)
SELECT key, count(*) OVER () AS found
FROM facts
WHERE %(keys)s::bigint[] IS NULL OR key = ANY(%(keys)s::bigint[])
GROUP BY key
ORDER BY {order}, key
LIMIT %(most)s OFFSET %(skipped)s
