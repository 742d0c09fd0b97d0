-- The days that touchpoints reach: for a window from their own on, of the merchants who have a listing
-- on their note that was live that day. Days that are still to come are nobody's yet.
-- Grain: merchant, day. Params: notes, days (pairs), window_days, today.
SELECT DISTINCT l.merchant_id AS merchant_id, reach."on"::date AS "on"
FROM unnest(%(notes)s::text[], %(days)s::date[]) AS named (note, day)
JOIN merchants_note AS n ON n.external_id = named.note
JOIN merchants_listing AS l ON l.note_id = n.id
JOIN merchants_listingperiod AS p ON p.listing_id = l.id
CROSS JOIN LATERAL generate_series(
    named.day::timestamp,
    GREATEST(named.day, LEAST(named.day + %(window_days)s, %(today)s::date))::timestamp,
    interval '1 day') AS reach ("on")
WHERE p.live_from < (named.day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND (p.live_to IS NULL OR p.live_to > named.day::timestamp AT TIME ZONE 'Asia/Shanghai')
