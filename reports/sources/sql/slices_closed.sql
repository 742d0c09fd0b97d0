-- Close slices: their sender has said that he sent everything.
-- Grain: a slice (source, store or none, day). Params: source, stores (0: none), days, expected_rows
-- and expected_fen (null: not said), missing, moment, closed_by, batch (or null).
-- What is said last holds; when it was closed first stays.
INSERT INTO reports_slice (
    source_id, store_id, "on", received_rows, expected_rows, expected_fen, missing_rows, closed_at, closed_by, batch_id
)
SELECT
    %(source)s, NULLIF(said.store_id, 0), said.said_on, 0, %(expected_rows)s::bigint, %(expected_fen)s::numeric,
    %(missing)s, %(moment)s, %(closed_by)s, %(batch)s
FROM unnest(%(stores)s::bigint[]) AS store (store_id)
CROSS JOIN unnest(%(days)s::date[]) AS said_on (said_on)
CROSS JOIN LATERAL (SELECT store.store_id AS store_id, said_on.said_on AS said_on) AS said
ORDER BY said.store_id, said.said_on
ON CONFLICT (source_id, store_id, "on") DO UPDATE
SET closed_at = coalesce(reports_slice.closed_at, excluded.closed_at),
    closed_by = excluded.closed_by,
    batch_id = excluded.batch_id,
    missing_rows = excluded.missing_rows,
    expected_rows = coalesce(excluded.expected_rows, reports_slice.expected_rows),
    expected_fen = coalesce(excluded.expected_fen, reports_slice.expected_fen)
