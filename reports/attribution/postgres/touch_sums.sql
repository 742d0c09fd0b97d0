-- TouchSum: what the touch facts of report days add up to without note and listing.
-- Grain: report day, boost, placement, kind of the listing's store, kind.
-- Params: report_days, first_on, last_on (the days they are of).
INSERT INTO reports_touchsum ("on", report_day_id, "row", merchant_id, boost_id, placement,
    store_kind, kind, touchpoints)
SELECT f."on", f.report_day_id, row_number() OVER (PARTITION BY f.report_day_id), f.merchant_id,
    f.boost_id, f.placement, s.kind, f.kind, sum(f.touchpoints)
FROM reports_touchfact AS f
JOIN merchants_listing AS l ON l.id = f.listing_id
JOIN merchants_product AS p ON p.id = l.product_id
JOIN merchants_store AS s ON s.id = p.store_id
WHERE f.report_day_id = ANY(%(report_days)s) AND f."on" BETWEEN %(first_on)s AND %(last_on)s
GROUP BY f."on", f.report_day_id, f.merchant_id, f.boost_id, f.placement, s.kind, f.kind
