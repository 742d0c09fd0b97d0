-- The new rows that are not as they were written, in the order of lines: corrections, and what is
-- left out (version is null), of that what is quarantined (reason). Grain: line. Reads verdicts.
SELECT v.line AS line, COALESCE(v.version, 0) AS version,
       CASE WHEN v.version IS NULL THEN 1 ELSE 0 END AS is_left_out, v.reason AS reason
FROM verdicts AS v
WHERE v.version IS NULL OR v.version <> 1
ORDER BY v.line
