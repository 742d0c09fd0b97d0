-- TouchSum: what the touch facts of report days add up to without note and listing.
-- Grain: report day, boost, placements, kinds of store, kind, group of users and ratio of a sample.
-- Each touch counts once: with all placements and kinds of store that the listings live at it had.
-- Params: report_days, first_on, last_on (the days they are of).
WITH facts AS (
    SELECT f."on", f.report_day_id, f.merchant_id, f.boost_id, f.kind, f.listing_ids,
        f.touchpoints, f.user_group, f.sampling_ratio
    FROM reports_touchfact AS f
    WHERE f.report_day_id = ANY(%(report_days)s) AND f."on" BETWEEN %(first_on)s AND %(last_on)s
), shelves AS (
    SELECT d.listing_ids, array_agg(DISTINCT l.placement ORDER BY l.placement) AS placements,
        array_agg(DISTINCT s.kind ORDER BY s.kind) AS store_kinds
    FROM (SELECT DISTINCT listing_ids FROM facts) AS d
    CROSS JOIN unnest(d.listing_ids) AS shown (listing_id)
    JOIN merchants_listing AS l ON l.id = shown.listing_id
    JOIN merchants_product AS p ON p.id = l.product_id
    JOIN merchants_store AS s ON s.id = p.store_id
    GROUP BY d.listing_ids
)
INSERT INTO reports_touchsum ("on", report_day_id, "row", merchant_id, boost_id, placements,
    store_kinds, kind, user_group, sampling_ratio, touchpoints)
SELECT f."on", f.report_day_id, row_number() OVER (PARTITION BY f.report_day_id), f.merchant_id,
    f.boost_id, s.placements, s.store_kinds, f.kind, f.user_group, f.sampling_ratio,
    sum(f.touchpoints)
FROM facts AS f
JOIN shelves AS s ON s.listing_ids = f.listing_ids
GROUP BY f."on", f.report_day_id, f.merchant_id, f.boost_id, s.placements, s.store_kinds, f.kind,
    f.user_group, f.sampling_ratio
