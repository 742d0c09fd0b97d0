-- When what is shown of the drafts' days was published, and given out, last. Grain: one row.
-- Params: run, on, first, last (merchants).
SELECT max(r.published_at) AS published_at, max(r.given_at) AS given_at
FROM reports_draft AS d
JOIN reports_reportday AS r
    ON r.merchant_id = d.merchant_id AND r."on" = d."on" AND r.superseded_at IS NULL
WHERE d.run_id = %(run)s AND d."on" = %(on)s
  AND d.merchant_id BETWEEN %(first)s AND %(last)s
