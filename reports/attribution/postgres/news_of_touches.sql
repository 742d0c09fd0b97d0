-- The days that touchpoints touch: those that they reach (`reached`: merchant_id, on), and the days of
-- refunds of orders of these. Grain: merchant, day; may repeat.
-- Params: kinds, marketplaces (pairs: which marketplace has stores of which kind).
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
