-- Mark the slices that people were told are overdue and that are closed now, themselves or with all
-- stores of their source; give them back. Grain: slice. Params: moment.
UPDATE reports_slice AS s
SET over_at = %(moment)s
WHERE s.told_at IS NOT NULL AND s.over_at IS NULL
  AND (s.closed_at IS NOT NULL OR EXISTS (
      SELECT 1 FROM reports_slice AS w
      WHERE w.source_id = s.source_id AND w."on" = s."on" AND w.store_id IS NULL AND w.closed_at IS NOT NULL))
RETURNING s.source_id, s.store_id, s."on"
