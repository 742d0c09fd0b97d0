-- The drafts of the day are shown. Params: run, on, first, last (merchants), at.
DELETE FROM reports_draft AS d
WHERE d.run_id = %(run)s AND d."on" = %(on)s
  AND d.merchant_id BETWEEN %(first)s AND %(last)s
