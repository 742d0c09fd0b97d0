-- Slices that the platform was told are overdue and that are still open. Grain: slice. Params:
-- looked_from, the first day that is looked at still: slices that never close do not make looks longer.
SELECT s.id AS id, s.source_id AS source_id, s.store_id AS store_id, s."on" AS "on"
FROM reports_slice AS s
LEFT JOIN reports_slice AS w
    ON w.source_id = s.source_id AND w."on" = s."on" AND w.store_id IS NULL AND w.closed_at IS NOT NULL
WHERE s."on" >= %(looked_from)s AND s.told_at IS NOT NULL AND s.over_at IS NULL AND s.closed_at IS NULL AND w.id IS NULL
