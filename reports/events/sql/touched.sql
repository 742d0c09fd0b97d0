-- The rows of a part that are not as they were written: duplicates (version is null) and corrections.
-- Grain: line. Params: $part, a file.
SELECT v.line AS line, v.version AS version
FROM verdicts AS v
SEMI JOIN read_parquet($part) AS p ON p.line = v.line
WHERE v.version IS NULL OR v.version > 1
