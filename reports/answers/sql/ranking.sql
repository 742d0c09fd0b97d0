-- The keys of a breakdown in the order asked for, and how many there are on all pages.
-- Grain: key; null is one, too. Names: credit and touches (facts, or their sums by day), key (a column
-- of both), order, and what it asks: credited and touched (columns or nulls), once_credited and
-- once_touched (DISTINCT where it asks nothing and only the keys are wanted).
-- Params: merchant, first_on, last_on, report_days, model, window_days, keys (null for all), most,
-- skipped. Touchpoints and credit are beside each other, since a key may have either alone.
WITH credited (key, kind, credit_micro, value_fen) AS NOT MATERIALIZED (
    SELECT {once_credited} {key}, {credited}
    FROM {credit}
    WHERE merchant_id = %(merchant)s
        AND "on" BETWEEN %(first_on)s AND %(last_on)s
        AND report_day_id = ANY(%(report_days)s)
        AND model = %(model)s
        AND window_days = %(window_days)s
        AND (%(keys)s::bigint[] IS NULL OR {key} = ANY(%(keys)s::bigint[]))
), touched (key, kind, touchpoints) AS NOT MATERIALIZED (
    SELECT {once_touched} {key}, {touched}
    FROM {touches}
    WHERE merchant_id = %(merchant)s
        AND "on" BETWEEN %(first_on)s AND %(last_on)s
        AND report_day_id = ANY(%(report_days)s)
        AND (%(keys)s::bigint[] IS NULL OR {key} = ANY(%(keys)s::bigint[]))
), facts AS (
    SELECT key, kind, credit_micro, value_fen, NULL::bigint AS touchpoints
    FROM credited
    UNION ALL
    SELECT key, kind, NULL, NULL, touchpoints::bigint
    FROM touched
)
SELECT key, count(*) OVER () AS found
FROM facts
GROUP BY key
ORDER BY {order}, key
LIMIT %(most)s OFFSET %(skipped)s
