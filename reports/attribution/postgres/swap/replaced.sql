-- Copies of a day that was not over, and that nobody was given, are replaced: they leave their facts
-- to nobody. Params: run, on, first, last (merchants), at.
WITH replaced AS (
    DELETE FROM reports_reportday AS r
    USING reports_draft AS d
    WHERE d.run_id = %(run)s AND d."on" = %(on)s
  AND d.merchant_id BETWEEN %(first)s AND %(last)s AND d.report_day_id IS NOT NULL
      AND r.merchant_id = d.merchant_id AND r."on" = d."on" AND r.superseded_at IS NULL
      AND r.given_at IS NULL
      AND (r.published_at AT TIME ZONE 'Asia/Shanghai')::date <= r."on"
    RETURNING r.id AS id, r.merchant_id AS merchant_id, r."on" AS "on", r.content AS content,
              r.seen AS seen
)
INSERT INTO reports_draft (run_id, merchant_id, "on", report_day_id, content, seen, since)
SELECT NULL, r.merchant_id, r."on", r.id, r.content, r.seen, %(at)s
FROM replaced AS r
