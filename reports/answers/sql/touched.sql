-- Touchpoints of the days asked for. Where several keys share a touch it has a row for each, and
-- `once` is its number in the row of the first, so that the sum of that counts each touch once.
-- Grain: fact, key. Names: key (a column), once, facts (their table, or the sums of it by day; joined to
-- the keys that share a touch, or to those asked for where these are many), among (whether a key is
-- asked for), sample (the columns of one, or nothing).
-- Params: merchant, first_on, last_on, left_out (days of these that are not shown), report_days, keys.
SELECT {key} AS key, kind, touchpoints, {once} AS once{sample}
FROM {facts}
WHERE merchant_id = %(merchant)s
    AND "on" BETWEEN %(first_on)s AND %(last_on)s
    AND "on" <> ALL(%(left_out)s::date[])
    AND report_day_id = ANY(%(report_days)s)
    AND {among}
