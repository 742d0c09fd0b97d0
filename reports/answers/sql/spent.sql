-- What boosts cost, as facts: each number by what it is of, and the cost of days without results again.
-- Grain: key, day, what. Names: days (spent_now or spent_then), key (a column), among (whether a key is asked for).
-- Params: of days; blank (the days whose results are not in the sums), keys.
SELECT {key} AS key, day."on" AS "on", told.kind AS kind, told.spent AS spent
FROM ({days}) AS day
CROSS JOIN LATERAL (VALUES
    ('captured', day.captured),
    ('cash', day.cash),
    ('platform', day.platform),
    ('partner', day.partner),
    ('impressions', day.impressions),
    ('served_clicks', day.served_clicks),
    ('unmatched', CASE WHEN day."on" = ANY(%(blank)s::date[]) THEN day.captured ELSE 0 END)
) AS told (kind, spent)
WHERE {among}
