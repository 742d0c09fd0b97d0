-- What is shown of the days whose facts changed is kept, and shown no more. Params: run, on, first, last (merchants), at.
UPDATE reports_reportday AS r
SET superseded_at = %(at)s
FROM reports_draft AS d
WHERE d.run_id = %(run)s AND d."on" = %(on)s
  AND d.merchant_id BETWEEN %(first)s AND %(last)s AND d.report_day_id IS NOT NULL
  AND r.merchant_id = d.merchant_id AND r."on" = d."on" AND r.superseded_at IS NULL
