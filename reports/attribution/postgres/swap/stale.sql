-- Days of which there was news since their draft saw the newest are stale at once.
-- Params: run, on, first, last (merchants), at.
UPDATE reports_reportday AS r
SET stale_at = COALESCE(r.stale_at, %(at)s)
FROM reports_draft AS d
JOIN reports_news AS n ON n.merchant_id = d.merchant_id AND n."on" = d."on" AND n.number > d.seen
WHERE d.run_id = %(run)s AND d."on" = %(on)s
  AND d.merchant_id BETWEEN %(first)s AND %(last)s
  AND r.merchant_id = d.merchant_id AND r."on" = d."on" AND r.superseded_at IS NULL
