-- Drafts that contain less than what is shown meanwhile are nobody's.
-- Params: run, on, first, last (merchants), at.
UPDATE reports_draft AS d
SET run_id = NULL, since = %(at)s
FROM reports_reportday AS r
WHERE d.run_id = %(run)s AND d."on" = %(on)s
  AND d.merchant_id BETWEEN %(first)s AND %(last)s
  AND r.merchant_id = d.merchant_id AND r."on" = d."on" AND r.superseded_at IS NULL
  AND r.seen > d.seen
