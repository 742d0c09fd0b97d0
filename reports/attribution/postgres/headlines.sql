-- The headline numbers of report days, drafts or not, under the model that reports begin with.
-- Unknown values count as nothing; of sampled days it is the whole as it is estimated.
-- Grain: report day. Params: report_days, days (pairs), first_on, last_on (the least and the greatest of
-- the days), window_days.
SELECT d.id AS report_day_id,
    COALESCE((
        SELECT round(sum(c.last_touch_micro / COALESCE(c.sampling_ratio, 1))) FROM reports_creditsum AS c
        WHERE c.report_day_id = d.id AND c."on" = d."on" AND c.kind = 'order'
          AND c.window_days = %(window_days)s), 0) AS credited_micro,
    COALESCE((
        SELECT round(sum(c.last_touch_fen / COALESCE(c.sampling_ratio, 1))) FROM reports_creditsum AS c
        WHERE c.report_day_id = d.id AND c."on" = d."on" AND c.kind IN ('order', 'refund')
          AND c.window_days = %(window_days)s), 0) AS credited_fen,
    COALESCE((
        SELECT round(sum(f.conversions / COALESCE(f.sampling_ratio, 1))) FROM reports_conversionfact AS f
        WHERE f.report_day_id = d.id AND f."on" = d."on" AND f.kind = 'order'
          AND f.window_days = %(window_days)s), 0) AS orders,
    COALESCE((
        SELECT round(sum(f.value_fen / COALESCE(f.sampling_ratio, 1))) FROM reports_conversionfact AS f
        WHERE f.report_day_id = d.id AND f."on" = d."on" AND f.kind IN ('order', 'refund')
          AND f.window_days = %(window_days)s), 0) AS orders_fen,
    COALESCE((
        SELECT round(sum(t.touchpoints / COALESCE(t.sampling_ratio, 1))) FROM reports_touchsum AS t
        WHERE t.report_day_id = d.id AND t."on" = d."on"), 0) AS touches
FROM unnest(%(report_days)s::bigint[], %(days)s::date[]) AS d (id, "on")
WHERE d."on" BETWEEN %(first_on)s AND %(last_on)s
