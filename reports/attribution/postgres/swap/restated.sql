-- What changed of days that were over when they were shown first. Params: run, on, first, last (merchants), at.
INSERT INTO reports_restatement
    (merchant_id, "on", at, run_id, was_day, is_day, batch_id, act, old, new, samples)
SELECT d.merchant_id, d."on", %(at)s, d.run_id, r.id, d.report_day_id, n.batch_id,
    COALESCE(n.act, ''), d.old, d.new, d.samples
FROM reports_draft AS d
JOIN reports_reportday AS r ON r.id = d.was_day AND r.superseded_at = %(at)s
LEFT JOIN reports_news AS n
    ON n.merchant_id = d.merchant_id AND n."on" = d."on"
    AND n.number > r.seen AND n.number <= d.seen
WHERE d.run_id = %(run)s AND d."on" = %(on)s
  AND d.merchant_id BETWEEN %(first)s AND %(last)s AND d.report_day_id IS NOT NULL AND d.old <> d.new
