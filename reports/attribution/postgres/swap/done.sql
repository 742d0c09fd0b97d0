-- The drafts of the day are shown. Params: run, on, at.
DELETE FROM reports_draft AS d
WHERE d.run_id = %(run)s AND d."on" = %(on)s
