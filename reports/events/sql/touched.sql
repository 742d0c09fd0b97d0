-- The new rows that are not as they were written: duplicates (version is 0) and corrections, in the
-- order of lines. Grain: line. Reads verdicts.
SELECT v.line AS line, COALESCE(v.version, 0) AS version
FROM verdicts AS v
WHERE v.version IS NULL OR v.version > 1
ORDER BY v.line
