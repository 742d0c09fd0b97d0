-- The days that touchpoints touch: for a window from their own on, of the merchants who have a
-- listing on their note that was live that day, and the days of refunds of orders of these days.
-- Days that are still to come are nobody's yet.
-- Grain: merchant, day; may repeat. Params: notes, days (pairs), window_days, today; kinds,
-- marketplaces (pairs: which marketplace has stores of which kind).
(
WITH reached AS (
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
