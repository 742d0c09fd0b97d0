-- The days that any touchpoints of some days reach, whoever has a listing that was live on one of
-- these: for a window from their own on. Days that are still to come are nobody's yet.
-- Grain: merchant, day. Params: first_on, last_on, window_days, today.
SELECT v.merchant_id AS merchant_id, reach."on"::date AS "on"
FROM (
    SELECT l.merchant_id AS merchant_id,
           range_agg(daterange(
               GREATEST((p.live_from AT TIME ZONE 'Asia/Shanghai')::date, %(first_on)s::date),
               LEAST((COALESCE(p.live_to, 'infinity') AT TIME ZONE 'Asia/Shanghai')::date,
                     %(last_on)s::date, %(today)s::date) + %(window_days)s,
               '[]')) AS days
    FROM merchants_listingperiod AS p
    JOIN merchants_listing AS l ON l.id = p.listing_id
    WHERE %(first_on)s <= %(today)s::date
      AND (p.live_from AT TIME ZONE 'Asia/Shanghai')::date
              <= LEAST(%(last_on)s::date, %(today)s::date)
      AND (p.live_to IS NULL
           OR (p.live_to AT TIME ZONE 'Asia/Shanghai')::date >= %(first_on)s::date)
    GROUP BY l.merchant_id
) AS v
CROSS JOIN LATERAL unnest(v.days) AS stretch (days)
CROSS JOIN LATERAL generate_series(
    lower(stretch.days)::timestamp,
    LEAST(upper(stretch.days) - 1, %(today)s::date)::timestamp,
    interval '1 day') AS reach ("on")
