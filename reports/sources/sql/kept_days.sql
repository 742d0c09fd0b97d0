-- How much of what each source owes for a day is closed (owed_slices), how much is open and nobody waits
-- for it (unasked), and how many rows are known to be missing. Grain: source, day.
SELECT o.source_id, o.due_on, count(*) AS owed,
       count(*) FILTER (WHERE w.closed_at IS NOT NULL OR s.closed_at IS NOT NULL) AS closed,
       count(*) FILTER (
           WHERE w.closed_at IS NULL AND s.closed_at IS NULL
             AND (a.source_id IS NOT NULL OR u.source_id IS NOT NULL)) AS suspended,
       coalesce(sum(greatest(s.missing_rows, s.expected_rows - s.received_rows))
           FILTER (WHERE s.closed_at IS NOT NULL), 0)
       + coalesce(max(greatest(w.missing_rows, w.expected_rows - w.received_rows))
           FILTER (WHERE s.closed_at IS NULL AND w.closed_at IS NOT NULL), 0) AS missing
FROM owed_slices AS o
LEFT JOIN reports_slice AS w ON w.source_id = o.source_id AND w."on" = o.due_on AND w.store_id IS NULL
LEFT JOIN reports_slice AS s ON s.source_id = o.source_id AND s."on" = o.due_on AND s.store_id = o.store_id
LEFT JOIN unasked AS a ON a.source_id = o.source_id AND a.due_on = o.due_on AND a.store_id IS NULL
LEFT JOIN unasked AS u ON u.source_id = o.source_id AND u.due_on = o.due_on AND u.store_id = o.store_id
GROUP BY o.source_id, o.due_on
