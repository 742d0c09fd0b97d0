-- Add what a batch brought to the slices of its source.
-- Grain: a slice (source, store or none, day). Params: source, stores (0: none), days, counts, moment.
-- The rows come in the order of their key, so that two batches never wait for each other.
INSERT INTO reports_slice (source_id, store_id, "on", received_rows, first_received_at, missing_rows, closed_by)
SELECT %(source)s, NULLIF(came.store_id, 0), came.came_on, came.rows, %(moment)s, 0, ''
FROM unnest(%(stores)s::bigint[], %(days)s::date[], %(counts)s::bigint[]) AS came (store_id, came_on, rows)
ORDER BY came.store_id, came.came_on
ON CONFLICT (source_id, store_id, "on") DO UPDATE
SET received_rows = reports_slice.received_rows + excluded.received_rows,
    first_received_at = coalesce(reports_slice.first_received_at, excluded.first_received_at)
