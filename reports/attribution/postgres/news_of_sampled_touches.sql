-- The days that touchpoints of some days touch, whoever has a listing that was live on one of these: for
-- a window from their own on, and the days of refunds of orders of these days.
-- Days that are still to come are nobody's yet. Grain: merchant, day; may repeat.
-- Params: first_on, last_on, window_days, today; kinds, marketplaces (pairs: which marketplace has
-- stores of which kind).
(
WITH live AS (
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
), reached AS (
    SELECT v.merchant_id AS merchant_id, reach."on"::date AS "on"
    FROM live AS v
    CROSS JOIN LATERAL unnest(v.days) AS stretch (days)
    CROSS JOIN LATERAL generate_series(
        lower(stretch.days)::timestamp,
        LEAST(upper(stretch.days) - 1, %(today)s::date)::timestamp,
        interval '1 day') AS reach ("on")
)
SELECT r.merchant_id AS merchant_id, r."on" AS "on"
FROM reached AS r
UNION
SELECT r.merchant_id AS merchant_id, d.refunded_on AS "on"
FROM reached AS r
JOIN merchants_store AS s ON s.merchant_id = r.merchant_id AND s.status = 'verified'
JOIN unnest(%(kinds)s::text[], %(marketplaces)s::text[]) AS place (kind, marketplace)
    ON place.kind = s.kind
JOIN reports_refundday AS d ON d.marketplace = place.marketplace
    AND d.external_id = s.external_id AND d.ordered_on = r."on"
)
