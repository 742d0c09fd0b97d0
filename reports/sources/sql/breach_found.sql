-- Mark the slices that are not closed although they were due (owed_slices), but for those that nobody
-- waits for (unasked), and give back those just marked. A slice of which nothing has come gets its row.
-- Grain: slice. Params: moment.
INSERT INTO reports_slice AS slice (source_id, store_id, "on", received_rows, missing_rows, closed_by, told_at)
SELECT o.source_id, o.store_id, o.due_on, 0, 0, '', %(moment)s
FROM owed_slices AS o
LEFT JOIN reports_slice AS w
    ON w.source_id = o.source_id AND w."on" = o.due_on AND w.store_id IS NULL AND w.closed_at IS NOT NULL
LEFT JOIN reports_slice AS s
    ON s.source_id = o.source_id AND s."on" = o.due_on AND s.store_id = o.store_id
       AND (s.closed_at IS NOT NULL OR s.told_at IS NOT NULL)
LEFT JOIN unasked AS a ON a.source_id = o.source_id AND a.due_on = o.due_on AND a.store_id IS NULL
LEFT JOIN unasked AS u ON u.source_id = o.source_id AND u.due_on = o.due_on AND u.store_id = o.store_id
WHERE w.id IS NULL AND s.id IS NULL AND a.source_id IS NULL AND u.source_id IS NULL
ORDER BY o.source_id, o.store_id NULLS FIRST, o.due_on
ON CONFLICT (source_id, store_id, "on") DO UPDATE
SET told_at = excluded.told_at
WHERE slice.told_at IS NULL AND slice.closed_at IS NULL
RETURNING slice.source_id, slice.store_id, slice."on"
