-- Mark report days of which there has been news since they were computed.
-- Params: report_days, seen (the last news they contain), at.
UPDATE reports_reportday AS r
SET stale_at = %(at)s
FROM reports_news AS n
WHERE r.id = ANY(%(report_days)s)
  AND n.merchant_id = r.merchant_id AND n."on" = r."on" AND n.number > %(seen)s
