-- Of the days whose facts are equal to those shown, what they rest on moves on. One that shows other
-- facts meanwhile stays as it is: it is stale. Params: run, on, first, last (merchants), at.
UPDATE reports_reportday AS r
SET seen = CASE WHEN r.content = d.content THEN d.seen ELSE r.seen END,
    -- What is equal without assists credits no order.
    has_assists = CASE WHEN r.content = d.content AND NOT r.has_assists THEN NULL ELSE r.has_assists END,
    checked_by_id = CASE WHEN r.content = d.content THEN d.run_id ELSE r.checked_by_id END,
    was_stale = CASE
        WHEN r.content = d.content AND r.stale_at IS NOT NULL AND r.given_at >= r.stale_at
        THEN r.was_stale || jsonb_build_array(jsonb_build_array(r.stale_at, %(at)s::timestamptz))
        ELSE r.was_stale END,
    stale_at = CASE WHEN r.content = d.content THEN NULL ELSE COALESCE(r.stale_at, %(at)s) END
FROM reports_draft AS d
WHERE d.run_id = %(run)s AND d."on" = %(on)s
  AND d.merchant_id BETWEEN %(first)s AND %(last)s AND d.report_day_id IS NULL
  AND r.merchant_id = d.merchant_id AND r."on" = d."on" AND r.superseded_at IS NULL
