-- Write down what is known of slices whose sender has said how many rows there are, or that lack some,
-- where that is not what was written down last. Grain: slice. Params: source, days, moment.
INSERT INTO reports_slicestate (slice_id, at, received_rows, expected_rows, missing_rows)
SELECT s.id, %(moment)s, s.received_rows, s.expected_rows, s.missing_rows
FROM reports_slice AS s
LEFT JOIN LATERAL (
    SELECT h.id AS id, h.received_rows AS received_rows, h.expected_rows AS expected_rows,
           h.missing_rows AS missing_rows
    FROM reports_slicestate AS h WHERE h.slice_id = s.id ORDER BY h.id DESC LIMIT 1
) AS last ON TRUE
WHERE s.source_id = %(source)s AND s."on" = ANY(%(days)s::date[])
  AND (s.expected_rows IS NOT NULL OR s.missing_rows > 0 OR last.id IS NOT NULL)
  AND (last.id IS NULL OR (s.received_rows, s.missing_rows) <> (last.received_rows, last.missing_rows)
       OR s.expected_rows IS DISTINCT FROM last.expected_rows)
ORDER BY s.id
