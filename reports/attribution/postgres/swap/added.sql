-- Show the days whose facts changed. Params: run, on, first, last (merchants), at.
INSERT INTO reports_reportday (id, merchant_id, "on", run_id, published_at, seen, content, samples, was_stale, has_assists)
SELECT d.report_day_id, d.merchant_id, d."on", d.run_id, %(at)s, d.seen, d.content, d.samples, '[]', TRUE
FROM reports_draft AS d
WHERE d.run_id = %(run)s AND d."on" = %(on)s
  AND d.merchant_id BETWEEN %(first)s AND %(last)s AND d.report_day_id IS NOT NULL
